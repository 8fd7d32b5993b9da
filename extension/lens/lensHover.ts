import * as vscode from 'vscode';
import type { LensRow } from './lensRow';

/** Tells the numbers of the token under the pointer, in plain words: of coloured tokens and of the caret's own. */
export class LensHover implements vscode.HoverProvider {
  /** @param row what is shown now. */
  constructor(private readonly row: () => LensRow | undefined) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const row = this.row();
    const key = row?.keyAt(document, position);
    return row && key && new vscode.Hover(plain(row.sentence(key)), row.rangeOf(key));
  }
}

/** A text as it is. `appendText` alone would make each space one at which no line breaks. */
function plain(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  text.split(' ').forEach((word, index) => markdown.appendMarkdown(index > 0 ? ' ' : '').appendText(word));
  return markdown;
}
