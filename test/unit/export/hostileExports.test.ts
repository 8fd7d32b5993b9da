import assert from 'node:assert/strict';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { captionSvg } from '../../../core/export/captionSvg';
import { pictureHtml } from '../../../core/export/pictureHtml';
import { textSvg } from '../../../core/export/textSvg';
import { hostileTexts } from '../support/hostileTexts';
import { colors, scale } from './exportedRuns';
import { parseXml, type XmlElement } from './xml';

type Node = DefaultTreeAdapterMap['node'];

/** Pictures and a page in which a text from outside stands in every place that takes one. */
const made = (text: string) => {
  const tokens = [{ id: 0, text, start: 0, end: text.length, special: false }];
  const heading = { title: text, source: text, note: text };
  const svg = textSvg({
    ...heading,
    texts: [{ heading: text, text, tokens, weights: new Float32Array([1]) }],
    scale,
    on: () => [1, 2, 3],
    colors,
    focus: [0, 0, 255],
  });
  const caption = captionSvg({
    png: new Uint8Array([1]),
    width: 10,
    height: 10,
    cells: [],
    color: [0, 0, 0],
    caption: text,
    word: text,
  });
  return {
    svg,
    caption,
    html: pictureHtml({ title: text, svg, tables: [{ caption: text, columns: [text], rows: [[text]] }] }),
  };
};

/** The kinds of elements and the names of attributes of a document, and the addresses in it. */
const partsOfXml = ({ name, attributes, children }: XmlElement): string[] => [
  `${name} ${Object.keys(attributes).join(' ')}`,
  ...Object.entries(attributes).flatMap(([key, value]) => (/href|src/.test(key) ? [value] : [])),
  ...children.flatMap(partsOfXml),
];
const partsOfHtml = (node: Node): string[] => [
  ...('attrs' in node
    ? [
        `${node.tagName} ${node.attrs.map(({ name }) => name).join(' ')}`,
        ...node.attrs.flatMap(({ name, value }) => (/href|src|^on/.test(name) ? [value] : [])),
      ]
    : []),
  ...('childNodes' in node ? node.childNodes.flatMap(partsOfHtml) : []),
];

describe('files that are saved, with texts from outside', () => {
  const plain = made('a plain text');
  const kinds = (parts: readonly string[]) => new Set(parts);

  for (const [what, text] of Object.entries(hostileTexts)) {
    it(`${what} adds no kind of element, attribute or address`, () => {
      const { svg, caption, html } = made(text);
      assert.deepEqual(partsOfXml(parseXml(caption)), partsOfXml(parseXml(plain.caption)));
      // A text of several lines is drawn in several elements of the same kinds.
      assert.deepEqual(kinds(partsOfXml(parseXml(svg))), kinds(partsOfXml(parseXml(plain.svg))));
      assert.deepEqual(kinds(partsOfHtml(parse(html))), kinds(partsOfHtml(parse(plain.html))));
    });
  }
});
