import * as vscode from 'vscode';
import type { Explanation } from '../../core/protocol/explanation';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import { tokenAt } from '../../core/text/tokenAt';
import type { SourceText } from './sourceText';
import { TrackedRange } from './trackedRange';

const highlight = vscode.window.createTextEditorDecorationType({
  backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
  outline: '1px solid',
  outlineColor: new vscode.ThemeColor('focusBorder'),
  borderRadius: '2px',
  rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
  overviewRulerLane: vscode.OverviewRulerLane.Center,
});

/** Ties the tokens of a run to their places in the editor: one way as a highlight, the other way as the caret moves. */
export class TokenLink implements vscode.Disposable {
  private readonly tracked: TrackedRange;
  private readonly subscription: vscode.Disposable;

  /** @param onCaret told the token that the caret is put on, undefined where it leaves the text. */
  constructor(private readonly source: SourceText, private readonly explanation: Explanation, onCaret: (token: TokenAddress | undefined) => void) {
    this.tracked = new TrackedRange(source);
    let last: number | undefined;
    this.subscription = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
      const offset = this.tracked.offsetOf(textEditor.document, selections[0].active);
      const index = offset === undefined || offset > explanation.text.length ? undefined : tokenAt(explanation.tokens, offset);
      if (index !== last) onCaret(index === undefined ? undefined : { sequence: 'input', index });
      last = index;
    });
  }

  /** Highlights a token in every editor that shows it; undefined takes the highlight away. */
  show(address: TokenAddress | undefined): void {
    const token = address?.sequence === 'input' ? this.explanation.tokens[address.index] : undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const range = token && token.end > token.start && token.end <= this.source.text.length ? this.tracked.rangeOf(editor.document, token.start, token.end) : undefined;
      editor.setDecorations(highlight, range ? [range] : []);
    }
  }

  dispose(): void {
    this.show(undefined);
    this.subscription.dispose();
    this.tracked.dispose();
  }
}
