import { createRequire } from 'node:module';
import path from 'node:path';

interface SaxParser {
  onopentag?: (tag: { name: string; attributes: Record<string, string> }) => void;
  ontext?: (text: string) => void;
  onclosetag?: () => void;
  onerror?: (error: Error) => void;
  write(text: string): SaxParser;
  close(): SaxParser;
}

// Comes with @vscode/vsce, which reads its manifests with it; without types.
const sax = createRequire(path.resolve('package.json'))('sax') as {
  parser(strict: boolean, options: object): SaxParser;
};

/** An element with all that is in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
  readonly children: XmlElement[];
}

/** Reads a document strictly; throws where it is not well-formed or holds a character that XML 1.0 forbids. */
export function parseXml(document: string): XmlElement {
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(document);
  if (forbidden) throw new Error(`XML forbids U+${forbidden[0].charCodeAt(0).toString(16)}`);
  const root: XmlElement = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  const parser = sax.parser(true, { strictEntities: true });
  parser.onerror = error => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element = { name, attributes, text: '', children: [] };
    open[open.length - 1].children.push(element);
    open.push(element);
  };
  parser.ontext = text => {
    open[open.length - 1].text += text;
  };
  parser.onclosetag = () => {
    open.pop();
  };
  parser.write(document).close();
  return root.children[0];
}

/** All elements of a name, in the order of the document. */
export function elements(from: XmlElement, name: string): XmlElement[] {
  return [...(from.name === name ? [from] : []), ...from.children.flatMap(child => elements(child, name))];
}
