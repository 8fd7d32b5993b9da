import * as vscode from 'vscode';
import type { Explanation } from '../../core/run/explanation';
import type { TokenAddress, TokenRange } from '../../core/protocol/attentionPanelProtocol';
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

/** Brushed tokens: those that look are framed, those that are looked at have a background. */
const brushes = {
  query: vscode.window.createTextEditorDecorationType({
    border: '1px dashed',
    borderColor: new vscode.ThemeColor('focusBorder'),
    borderRadius: '2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  }),
  key: vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
    borderRadius: '2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  }),
};

/** Ties the tokens of a run to their places in the editor: one way as a highlight, the other way as the caret moves. */
export class TokenLink implements vscode.Disposable {
  private readonly tracked: TrackedRange;
  private readonly subscription: vscode.Disposable;

  /** @param onCaret told the token that the caret is put on, undefined where it leaves the text. */
  constructor(
    private readonly source: SourceText,
    private readonly explanation: Explanation,
    onCaret: (token: TokenAddress | undefined) => void,
  ) {
    this.tracked = new TrackedRange(source);
    let last: number | undefined;
    this.subscription = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
      const offset = this.tracked.offsetOf(textEditor.document, selections[0].active);
      const index =
        offset === undefined || offset > explanation.text.length ? undefined : tokenAt(explanation.tokens, offset);
      if (index !== last) onCaret(index === undefined ? undefined : { sequence: 'input', index });
      last = index;
    });
  }

  /** Highlights a token in every editor that shows it; undefined takes the highlight away. */
  show(address: TokenAddress | undefined): void {
    this.decorate(highlight, address?.sequence === 'input' ? { first: address.index, last: address.index } : undefined);
  }

  /** Marks the brushed tokens in every editor that shows them. */
  brush(ranges: readonly TokenRange[]): void {
    for (const role of ['query', 'key'] as const) {
      this.decorate(
        brushes[role],
        ranges.find(range => range.role === role && range.sequence === 'input'),
      );
    }
  }

  private decorate(
    type: vscode.TextEditorDecorationType,
    tokens: { readonly first: number; readonly last: number } | undefined,
  ): void {
    const [first, last] = [tokens?.first, tokens?.last].map(index =>
      index === undefined ? undefined : this.explanation.tokens[index],
    );
    for (const editor of vscode.window.visibleTextEditors) {
      const range =
        first && last && last.end > first.start && last.end <= this.source.text.length
          ? this.tracked.rangeOf(editor.document, first.start, last.end)
          : undefined;
      editor.setDecorations(type, range ? [range] : []);
    }
  }

  dispose(): void {
    this.show(undefined);
    this.brush([]);
    this.subscription.dispose();
    this.tracked.dispose();
  }
}
