import * as vscode from 'vscode';
import { lensSteps } from '../../core/attention/lensWeights';
import type { LensRow } from './lensRow';

/** The lens in the editor: one decoration for each step of weight, one for the caret's token, one for what is pointed at. */
export class LensDecorations implements vscode.Disposable {
  private readonly steps = Array.from({ length: lensSteps }, (_, step) =>
    decoration({
      backgroundColor: new vscode.ThemeColor(`headlight.lens${step + 1}`),
      // Coloured words are hard to read on the stronger half of the colours.
      color: step >= lensSteps / 2 ? new vscode.ThemeColor('editor.foreground') : undefined,
    }),
  );
  private readonly caret = decoration({
    outline: '1px solid',
    outlineColor: new vscode.ThemeColor('headlight.lensCaret'),
  });
  private readonly pointed = decoration({
    backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
    outline: '2px solid',
    outlineColor: new vscode.ThemeColor('focusBorder'),
  });

  /** Colours what the caret's token looks at; undefined takes the colours away. */
  show(editor: vscode.TextEditor, row: LensRow | undefined): void {
    const ranges = this.steps.map((): vscode.Range[] => []);
    const caret: vscode.Range[] = [];
    for (const key of row?.colored ?? []) {
      const range = row?.rangeOf(key);
      if (!row || !range) continue;
      ranges[row.stepOf(key) - 1]?.push(range);
      if (row.isQuery(key)) caret.push(range);
    }
    this.steps.forEach((type, step) => editor.setDecorations(type, ranges[step]));
    editor.setDecorations(this.caret, caret);
    editor.setDecorations(this.pointed, []);
  }

  /** Marks one stretch until the next row is shown. */
  point(editor: vscode.TextEditor, range: vscode.Range): void {
    editor.setDecorations(this.pointed, [range]);
  }

  /** Takes all colours away, in every editor. */
  dispose(): void {
    for (const type of [...this.steps, this.caret, this.pointed]) type.dispose();
  }
}

function decoration(options: vscode.DecorationRenderOptions): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    borderRadius: '2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...options,
  });
}
