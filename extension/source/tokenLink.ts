import * as vscode from 'vscode';
import type { Explanation } from '../../core/run/explanation';
import { lensSteps } from '../../core/attention/lensWeights';
import type { ColoredTokens, TokenAddress, TokenRange } from '../../core/protocol/attentionPanelProtocol';
import type { PlaceRange } from '../../core/run/cause';
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

/** What a prediction needs, by how much. */
const colors = Array.from({ length: lensSteps }, (_, step) =>
  vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor(`headlight.lens${step + 1}`),
    // Coloured words are hard to read on the stronger half of the colours.
    color: step >= lensSteps / 2 ? new vscode.ThemeColor('editor.foreground') : undefined,
    borderRadius: '2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  }),
);

/** Ties the tokens of a run to their places in the editor: one way as a highlight, the other way as the caret moves. */
export class TokenLink implements vscode.Disposable {
  /** The texts that stand in the document, and where they begin in the explained text. */
  private readonly tracked: readonly { readonly range: TrackedRange; readonly from: number; readonly to: number }[];
  private readonly subscriptions: readonly vscode.Disposable[];
  private colored: readonly ColoredTokens[] = [];

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
    const onEditors = vscode.window.onDidChangeVisibleTextEditors(() => {
      this.markAnswer();
      if (this.colored.length > 0) this.color(this.colored);
    });
    this.subscriptions = [onSelection, onEditors];
    this.markAnswer();
  }

  /** The tokens that a selection holds, or parts of them; undefined where it holds none. */
  tokensIn(document: vscode.TextDocument, selection: vscode.Range): PlaceRange | undefined {
    const { tokens } = this.explanation;
    const held = tokens.flatMap(({ start, end }, index) =>
      this.tracked.some(({ range, from, to }) => {
        const place = end > start && start >= from && end <= to && range.rangeOf(document, start - from, end - from);
        const both = place && place.intersection(selection);
        return both !== undefined && both !== false && !both.isEmpty;
      })
        ? [index]
        : [],
    );
    return held.length > 0 ? { first: held[0], last: held[held.length - 1] } : undefined;
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

  /** Colours tokens by their strength in every editor that shows them; what is weakest of all is left as it is. */
  color(tokens: readonly ColoredTokens[]): void {
    this.colored = tokens;
    for (const [step, type] of colors.entries()) {
      const own = tokens.filter(
        ({ strength }) => Math.min(lensSteps, Math.floor(strength * (lensSteps + 1))) === step + 1,
      );
      this.decorate(type, ...own);
    }
  }

  private decorate(
    type: vscode.TextEditorDecorationType,
    ...tokens: readonly ({ readonly first: number; readonly last: number } | undefined)[]
  ): void {
    const places = tokens.flatMap(range => {
      const first = range && this.explanation.tokens[range.first];
      const last = range && this.explanation.tokens[range.last];
      return first && last ? [{ first: first.start, last: last.end }] : [];
    });
    for (const editor of vscode.window.visibleTextEditors) {
      const ranges = places.flatMap(({ first, last }) =>
        this.tracked.flatMap(({ range, from, to }) => {
          const [start, end] = [Math.max(first, from), Math.min(last, to)];
          const found = end > start ? range.rangeOf(editor.document, start - from, end - from) : undefined;
          return found ? [found] : [];
        }),
      );
      editor.setDecorations(type, ranges);
    }
  }

  dispose(): void {
    this.show(undefined);
    this.brush([]);
    this.color([]);
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
