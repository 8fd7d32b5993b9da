import * as vscode from 'vscode';
import { findImageLinks } from '../../core/markup/findImageLinks';
import type { ImageLink } from '../../core/markup/imageLink';
import { markupLanguage, mayShowImage } from '../../core/markup/markupLanguages';

const known = new WeakMap<vscode.TextDocument, { readonly version: number; readonly language: string; readonly links: readonly ImageLink[] }>();

/** The images that a document shows; none where its language is not known. Read once for each version of the document. */
export function imageLinks(document: vscode.TextDocument): readonly ImageLink[] {
  const language = markupLanguage(document.languageId);
  if (!language) return [];
  const before = known.get(document);
  if (before?.version === document.version && before.language === language) return before.links;
  const text = document.getText();
  const links = mayShowImage(text) ? findImageLinks(text, language) : [];
  known.set(document, { version: document.version, language, links });
  return links;
}

/** The images that a range touches. */
export function imageLinksAt(document: vscode.TextDocument, range: vscode.Range): readonly ImageLink[] {
  return imageLinks(document).filter(link => linkRange(document, link).intersection(range) !== undefined);
}

/** Where an image stands in a document. */
export function linkRange(document: vscode.TextDocument, { from, to }: ImageLink): vscode.Range {
  return new vscode.Range(document.positionAt(from), document.positionAt(to));
}
