import * as vscode from 'vscode';
import type { ImageLink, TextEdit } from '../../core/markup/imageLink';
import { markupLanguage, mayShowImage } from '../../core/markup/markupLanguages';
import { LinksReader } from './linksReader';

/** An image that a document shows. */
export interface DocumentImage extends Omit<ImageLink, 'describe'> {
  /** The change that makes a caption its alt text; absent where an expression gives it. */
  describe?(caption: string): Promise<TextEdit | undefined>;
}

const known = new WeakMap<
  vscode.TextDocument,
  { readonly version: number; readonly language: string; readonly links: Promise<readonly DocumentImage[]> }
>();

/** One thread reads for the whole window; it ends with it. */
const reader = new LinksReader();

/**
 * The images that a document shows, as it is when this settles; none where its language is not known. Read once for each
 * version of the document, in another thread.
 */
export async function imageLinks(document: vscode.TextDocument): Promise<readonly DocumentImage[]> {
  for (;;) {
    const { version } = document;
    const links = await linksOf(document);
    if (document.version === version) return links;
  }
}

/** The images that a range touches. */
export async function imageLinksAt(
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<readonly DocumentImage[]> {
  return (await imageLinks(document)).filter(link => linkRange(document, link).intersection(range) !== undefined);
}

/** Where an image stands in a document. */
export function linkRange(document: vscode.TextDocument, { from, to }: Pick<ImageLink, 'from' | 'to'>): vscode.Range {
  return new vscode.Range(document.positionAt(from), document.positionAt(to));
}

function linksOf(document: vscode.TextDocument): Promise<readonly DocumentImage[]> {
  const { version, languageId } = document;
  const before = known.get(document);
  if (before?.version === version && before.language === languageId) return before.links;
  const links = readLinks(document);
  known.set(document, { version, language: languageId, links });
  links.catch(() => known.delete(document));
  return links;
}

async function readLinks(document: vscode.TextDocument): Promise<readonly DocumentImage[]> {
  const language = markupLanguage(document.languageId, document.uri.path);
  const text = document.getText();
  if (!language || !mayShowImage(text)) return [];
  const read = { key: document.uri.toString(), text, language };
  return (await reader.links(read)).map(({ describes, ...link }, index) => ({
    ...link,
    ...(describes ? { describe: (caption: string) => reader.describe(read, index, caption) } : {}),
  }));
}
