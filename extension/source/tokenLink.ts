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

/** The answer to a question. */
const answerMark = vscode.window.createTextEditorDecorationType({
  borderColor: new vscode.ThemeColor('charts.green'),
  borderStyle: 'solid',
  borderWidth: '0 0 2px 0',
  rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  overviewRulerColor: new vscode.ThemeColor('charts.green'),
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
  /** The texts that stand in the document, and where they begin in the explained text. */
  private readonly tracked: readonly { readonly range: TrackedRange; readonly from: number; readonly to: number }[];
  private readonly subscriptions: readonly vscode.Disposable[];

  /** @param onCaret told the token that the caret is put on, undefined where it leaves the text. */
  constructor(
    source: SourceText,
    private readonly explanation: Explanation,
    onCaret: (token: TokenAddress | undefined) => void,
  ) {
    this.tracked = textsInDocument(source, explanation).map(({ start, text, from }) => ({
      range: new TrackedRange({ uri: source.uri, start, text }),
      from,
      to: from + text.length,
    }));
    let last: number | undefined;
    const onSelection = vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
      const offset = this.tracked
        .map(({ range, from }) => {
          const own = range.offsetOf(textEditor.document, selections[0].active);
          return own === undefined ? undefined : from + own;
        })
        .find(each => each !== undefined);
      const index =
        offset === undefined || offset > explanation.text.length ? undefined : tokenAt(explanation.tokens, offset);
      if (index !== last) onCaret(index === undefined ? undefined : { sequence: 'input', index });
      last = index;
    });
    const onEditors = vscode.window.onDidChangeVisibleTextEditors(() => this.markAnswer());
    this.subscriptions = [onSelection, onEditors];
    this.markAnswer();
  }

  /** Highlights a token in every editor that shows it; undefined takes the highlight away. */
  show(address: TokenAddress | undefined): void {
    this.decorate(highlight, address?.sequence === 'input' ? { first: address.index, last: address.index } : undefined);
  }

  /** Marks what a model takes for the answer, in every editor that shows it. */
  private markAnswer(): void {
    const [answer] = this.explanation.answers ?? [];
    this.decorate(answerMark, answer && { first: answer.firstToken, last: answer.lastToken });
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
      const ranges = this.tracked.flatMap(({ range, from, to }) => {
        const [start, end] = [Math.max(first?.start ?? 0, from), Math.min(last?.end ?? 0, to)];
        const found = end > start ? range.rangeOf(editor.document, start - from, end - from) : undefined;
        return found ? [found] : [];
      });
      editor.setDecorations(type, ranges);
    }
  }

  dispose(): void {
    this.show(undefined);
    this.brush([]);
    this.decorate(answerMark, undefined);
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const { range } of this.tracked) range.dispose();
  }
}

/** What of an explained text stands in the document, and where in that text: of a pair the selected one, or both. */
function textsInDocument(
  { start, text, pair: other }: SourceText,
  { pair }: Explanation,
): { readonly start: number; readonly text: string; readonly from: number }[] {
  if (!other || !pair) return [{ start, text, from: 0 }];
  const [own, others] = other.goesFirst ? [pair.b, pair.a] : [pair.a, pair.b];
  return [
    { start, text, from: own.start },
    ...(other.start === undefined ? [] : [{ start: other.start, text: other.text, from: others.start }]),
  ];
}
