import * as vscode from 'vscode';
import type { LensKey } from '../../core/attention/lensWeights';
import type { RowReduction } from '../../core/protocol/runProtocol';
import { onDidChangeFirst } from '../settings/firstToken';
import { caretToken } from './caretToken';
import { LensDecorations } from './lensDecorations';
import { resolveLensHead } from './lensHead';
import { LensHover } from './lensHover';
import { LensRow } from './lensRow';
import { LensRuns, NothingToShow, type LensRun, type LensServices } from './lensRuns';
import { lensSettings } from './lensSettings';
import { headWords } from './lensWording';

/** Documents that nobody writes in: logs and the small inputs of the workbench. */
const notText = new Set(['output', 'debug', 'comment', 'vscode-scm']);

const reading = 'Reading the text around the caret…';

/** The lens while it is on. All that it does and shows belongs to this object and is gone when it is disposed. */
export class LensSession implements vscode.Disposable {
  private readonly decorations = new LensDecorations();
  private readonly runs: LensRuns;
  private readonly subscriptions: vscode.Disposable[];
  private editor?: vscode.TextEditor;
  private run?: LensRun;
  private shown?: LensRow;
  private said?: string;
  /** Kept: asking for a setting at each key costs more than all else that a key does here. */
  private delay = lensSettings().delay;
  /** The pause or the request under way; a new one cancels it. */
  private work?: {
    readonly source: vscode.CancellationTokenSource;
    readonly timer?: NodeJS.Timeout;
    /** Whether it is the pause before the text is read that is under way: a key only begins it anew. */
    pauses?: boolean;
  };

  /** @param changed called when there is something else to show. */
  constructor(
    private readonly services: LensServices & { readonly log: Pick<vscode.LogOutputChannel, 'warn'> },
    private readonly changed: () => void,
  ) {
    this.runs = new LensRuns(services);
    this.subscriptions = [
      this.decorations,
      vscode.languages.registerHoverProvider('*', new LensHover(() => this.shown)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.editor) this.follow();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.changeEditor()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.changeEditor()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.editor?.document && contentChanges.length > 0) this.explainAfterPause();
      }),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('headlight.lens.delay')) {
          this.delay = lensSettings().delay;
          this.stopWork();
          this.follow();
        }
        if (
          change.affectsConfiguration('headlight.lens.window') ||
          change.affectsConfiguration('headlight.lens.lines')
        ) {
          this.explainAgain();
        } else if (change.affectsConfiguration('headlight.lens.head')) this.follow();
      }),
      onDidChangeFirst(() => this.follow()),
      services.catalogue.onDidChange(() => this.explainAgain()),
    ];
    this.editor = this.findEditor();
    this.follow();
  }

  /** What the caret's token looks at, once it is known. */
  get row(): LensRow | undefined {
    return this.shown;
  }

  /** One sentence where there is something to say. */
  get message(): string | undefined {
    return this.said;
  }

  /** Brings a stretch into view and marks it; the caret and the focus stay. */
  reveal(key: LensKey): void {
    const range = this.shown?.rangeOf(key);
    if (!this.editor || !range) return;
    this.editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.decorations.point(this.editor, range);
  }

  dispose(): void {
    this.stopWork();
    for (const subscription of this.subscriptions) subscription.dispose();
    if (this.run) this.runs.forget(this.run.explanation.run);
    this.run = this.shown = this.editor = undefined;
  }

  /** The editor with the caret; while a panel or a log has the focus, the last one, as long as it is seen. */
  private findEditor(): vscode.TextEditor | undefined {
    const active = vscode.window.activeTextEditor;
    if (active && !notText.has(active.document.uri.scheme)) return active;
    return vscode.window.visibleTextEditors.find(editor => editor === this.editor);
  }

  private changeEditor(): void {
    const editor = this.findEditor();
    if (editor === this.editor) return;
    if (this.editor && vscode.window.visibleTextEditors.includes(this.editor)) {
      this.decorations.show(this.editor, undefined);
    }
    this.shown = undefined;
    this.editor = editor;
    this.follow();
  }

  /** Shows the row of the caret's token; where the caret is in no text that was read, that text is read after a pause. */
  private follow(): void {
    if (!this.editor) {
      this.stopWork();
      this.say('Put the caret into some text or code.');
      return;
    }
    const { document, selection } = this.editor;
    if (this.run?.document !== document || this.run.version !== document.version) {
      this.explainAfterPause();
      return;
    }
    const offset = document.offsetAt(selection.active) - this.run.start;
    const read = offset >= 0 && offset <= this.run.explanation.text.length ? this.run : undefined;
    if (read) this.begin(0, cancelled => this.showRow(read, offset, cancelled));
    else this.explainAfterPause();
  }

  private explainAgain(): void {
    this.letGo();
    this.follow();
  }

  private explainAfterPause(): void {
    if (!this.shown && this.said !== reading) this.say(reading);
    if (this.work?.pauses) {
      this.work.timer?.refresh();
      return;
    }
    this.begin(this.delay, async cancelled => {
      if (!this.editor) return;
      const { document, selection } = this.editor;
      const run = await this.runs.explain(document, selection.active, cancelled);
      this.letGo();
      this.run = run;
      // The caret may have moved on meanwhile, without an edit and within the text.
      this.follow();
    });
    if (this.work) this.work.pauses = this.work.timer !== undefined;
  }

  private async showRow(run: LensRun, offset: number, cancelled: vscode.CancellationToken): Promise<void> {
    const { tokens, text } = run.explanation;
    const query = caretToken(tokens, text, offset);
    if (query === undefined) throw new NothingToShow('There is no token around the caret.');
    const { head: chosen, withoutFirst } = lensSettings();
    const head = resolveLensHead(run.group, chosen);
    if (
      this.shown?.run === run &&
      this.shown.query === query &&
      sameHead(this.shown.head, head) &&
      this.shown.withoutFirst === withoutFirst
    ) {
      return;
    }
    const weights = await this.runs.row(run, query, head, withoutFirst, cancelled);
    if (cancelled.isCancellationRequested || !this.editor) return;
    this.shown = new LensRow(run, query, head, weights, withoutFirst);
    this.decorations.show(this.editor, this.shown);
    this.say(
      head === chosen
        ? undefined
        : `${run.model.id} has no ${headWords(run.group, chosen)}: the mean of its heads is shown.`,
    );
  }

  /** Does work after a pause, in place of what was under way. */
  private begin(delay: number, work: (cancelled: vscode.CancellationToken) => Promise<void>): void {
    this.stopWork();
    const source = new vscode.CancellationTokenSource();
    const start = () => {
      if (this.work?.source === source) this.work.pauses = false;
      work(source.token).catch((error: unknown) => {
        if (!source.token.isCancellationRequested) this.fail(error);
      });
    };
    this.work = { source, timer: delay > 0 ? setTimeout(start, delay) : undefined };
    if (delay === 0) start();
  }

  private stopWork(): void {
    clearTimeout(this.work?.timer);
    this.work?.source.cancel();
    this.work = undefined;
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof NothingToShow) && message !== this.said) {
      this.services.log.warn('The attention lens shows nothing.', error);
    }
    this.letGo();
    this.shown = undefined;
    if (this.editor) this.decorations.show(this.editor, undefined);
    this.say(message);
  }

  private letGo(): void {
    if (this.run) this.runs.forget(this.run.explanation.run);
    this.run = undefined;
  }

  private say(message: string | undefined): void {
    this.said = message;
    this.changed();
  }
}

function sameHead(a: RowReduction, b: RowReduction): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && a.layer === b.layer && a.head === b.head);
}
