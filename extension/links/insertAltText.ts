import path from 'node:path';
import * as vscode from 'vscode';
import { imageMarkup } from '../../core/markup/imageMarkup';
import { markupLanguage } from '../../core/markup/markupLanguages';
import { imageLinks } from './imageLinks';
import { linkedImage } from './linkedImage';

/**
 * Makes a caption the alt text of an image in the document that is open: of the link to the image at the caret, or the
 * first without alt text, or the first; where there is none, the image is put in at the caret.
 * @returns what was done, in a few words.
 * @throws Error with one sentence where no document is open that can show it.
 */
export async function insertAltText(image: vscode.Uri, caption: string): Promise<string> {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors].filter(
    editor => editor !== undefined,
  );
  const editor = editors.find(({ document }) => markupLanguage(document.languageId, document.uri.path));
  if (!editor) {
    throw new Error(
      'Open a Markdown, HTML, JSX, Vue, Svelte, AsciiDoc or reStructuredText file beside the panel; the caption goes there.',
    );
  }
  const { document } = editor;
  const language = markupLanguage(document.languageId, document.uri.path)!;
  const links = [];
  for (const link of await imageLinks(document)) {
    const linked = await linkedImage(document, link).catch(() => undefined);
    if (link.describe && linked && 'uri' in linked && linked.uri.toString() === image.toString()) links.push(link);
  }
  const caret = document.offsetAt(editor.selection.active);
  const link =
    links.find(({ from, to }) => from <= caret && caret <= to) ??
    links.find(({ alt }) => alt === 'missing') ??
    links[0];
  const name = document.uri.path.split('/').pop();
  const range = (from: number, to: number) => new vscode.Range(document.positionAt(from), document.positionAt(to));
  const edit = await link?.describe?.(caption);
  const done = await editor.edit(builder => {
    if (edit) builder.replace(range(edit.from, edit.to), edit.text);
    else builder.replace(editor.selection, imageMarkup(language, pathFrom(document.uri, image), caption));
  });
  if (!done) throw new Error(`${name} cannot be changed; is it read-only?`);
  return link ? `Alt text inserted in ${name}` : `Image inserted in ${name}`;
}

function pathFrom(document: vscode.Uri, image: vscode.Uri): string {
  return document.scheme === image.scheme
    ? path.posix.relative(path.posix.dirname(document.path), image.path)
    : vscode.workspace.asRelativePath(image);
}
