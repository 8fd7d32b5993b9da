import * as vscode from 'vscode';
import { markdownOf } from '../../core/markup/markdown';
import { markdownString } from '../shown/markdownString';
import type { LensRow } from './lensRow';

/** Tells the numbers of the token under the pointer, in plain words: of coloured tokens and of the caret's own. */
export class LensHover implements vscode.HoverProvider {
  /** @param row what is shown now. */
  constructor(private readonly row: () => LensRow | undefined) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const row = this.row();
    const key = row?.keyAt(document, position);
    return row && key && new vscode.Hover(markdownString(markdownOf`${row.sentence(key)}`), row.rangeOf(key));
  }
}
