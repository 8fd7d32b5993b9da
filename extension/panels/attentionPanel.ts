import type { MessageConnection } from 'vscode-jsonrpc';
import {
  PanelEvent,
  PanelRequest,
  type FailureWay,
  type PanelContent,
  type PanelSelection,
} from '../../core/protocol/attentionPanelProtocol';
import { describeBinary } from '../../core/text/binaryText';
import { unknownExplanation } from '../../core/run/expectedExplanation';
import type { Explanation, HeadAddress } from '../../core/run/explanation';
import { movingPast } from '../../core/run/movingPast';
import type { ModelReference } from '../../core/protocol/modelReference';
import { RunRequest, type ShownRun } from '../../core/protocol/runProtocol';
import { sentenceOf } from '../../core/text/reasonOf';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ChosenModel } from '../models/chosenWriting';
import { InferenceError } from '../inference/inferenceError';
import { passOn } from '../inference/passOn';
import { waitsFor } from '../inference/waitsFor';
import { asText, sourceToJson, type SourceText, withWriting } from '../source/sourceText';
import { TokenLink } from '../source/tokenLink';
import { explainRun, runReference, type RunServices } from '../runs/explainRun';
import { dropRun } from '../runs/dropRun';
import type { Run } from '../runs/runHistory';
import { done } from '../walkthrough/done';
import { leaveOutFirst, leavesOutFirst, onDidChangeFirst } from '../settings/firstToken';
import { fillPanel, type PanelLook } from './fillPanel';
import { saveFile } from './saveFile';
import { confirmSize, saveHeads } from './saveHeads';
import { PanelLoop } from './panelLoop';
import * as vscode from 'vscode';

/** What a panel works with. */
export interface PanelServices extends RunServices, PanelLook {}

/** One attention panel: asks for an explanation, shows it, answers its webview, and ties its tokens to the editor. */
export class AttentionPanel implements vscode.Disposable {
  private content: PanelContent = { phase: 'loading', message: 'Starting…', title: '' };
  private selection: PanelSelection = {};
  private shown?: Run;
  /** The run that the shown one is held against. */
  private partner?: Run;
  /** Whether a run that is chosen now is not to be looked at in Compare. */
  private stays = false;
  private link?: TokenLink;
  /** What was asked for last. */
  asked?: { readonly source: SourceText; readonly model: ModelReference };
  private pending?: vscode.CancellationTokenSource;
  private readonly connection: MessageConnection;
  /** How the run stands to its document, and what is done about it. */
  readonly loop: PanelLoop;

  /** @param isShown whether any panel shows a run, or holds one against it. */
  constructor(
    readonly view: vscode.WebviewPanel,
    private readonly services: PanelServices,
    private readonly isShown: (run: Run) => boolean,
  ) {
    const panel = this as AttentionPanel;
    this.loop = new PanelLoop(
      {
        get run() {
          return panel.shown;
        },
        get visible() {
          return view.visible;
        },
        again: () => void this.explainAgain(true),
        stop: () => this.stopAgain(),
        tell: state => void this.connection.sendNotification(PanelEvent.loop, state),
      },
      services.history,
    );
    const made = performance.now();
    this.connection = fillPanel(view, services, { name: 'attention', title: 'Attention' }, connection => {
      this.answer(connection);
      connection.onRequest(PanelRequest.ready, () => {
        services.log.info(`The panel's page was ready after ${(performance.now() - made).toFixed(0)} ms.`);
        return {
          content: this.content,
          selection: { ...this.selection, withoutFirst: leavesOutFirst() },
          loop: this.loop.state,
        };
      });
    });
    const settings = onDidChangeFirst(
      withoutFirst => void this.connection.sendNotification(PanelEvent.withoutFirst, withoutFirst),
    );
    view.onDidDispose(() => {
      settings.dispose();
      this.dispose();
    });
    view.onDidChangeViewState(() => {
      if (view.visible) this.loop.seen();
      else this.link?.show(undefined);
    });
  }

  /** The run that is shown. */
  get run(): Run | undefined {
    return this.shown;
  }

  /** The run that it is held against. */
  get other(): Run | undefined {
    return this.partner;
  }

  /**
   * Runs a model on a text and shows the result, or why there is none. A newer call ends an older one.
   * @param selection what the user had chosen, where the run is brought back.
   * @param look tells what of the run is to be looked at first, where it was made for that.
   */
  async explain(
    source: SourceText,
    model: ModelReference,
    selection: PanelSelection = {},
    look?: (run: Run) => Promise<PanelSelection>,
  ): Promise<void> {
    this.asked = { source, model };
    this.pending?.cancel();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    this.shown = this.partner = undefined;
    this.loop.set({ running: false, failure: undefined });
    const { view = 'matrix' } = { ...this.selection, ...selection };
    let words = `Asking ${model.id} about ${source.title}…`;
    const begun = this.services.client.onDidBegin(work => {
      words = waitsFor(work, work.model === model.id ? source.title : undefined);
      if (this.pending === pending) void this.connection.sendNotification(PanelEvent.waitsFor, words);
    });
    const showExpected = (expected: Explanation) =>
      this.show({
        phase: 'loading',
        message: words,
        title: source.title,
        expected: view === 'matrix' ? expected : undefined,
      });
    // With the model's name its top line is as high already as it will be.
    showExpected({ ...unknownExplanation, model: { ...unknownExplanation.model, id: model.id, dtype: model.dtype } });
    try {
      const run = await explainRun(this.services, source, model, pending.token, expected => {
        if (this.pending === pending) showExpected(expected);
      });
      const first = run && look && (await look(run));
      if (run && !pending.token.isCancellationRequested) this.showRun(run, { ...selection, ...first }, first);
    } catch (error) {
      const { code, message } =
        error instanceof InferenceError ? error : { message: sentenceOf((error as Error).message) };
      if (pending.token.isCancellationRequested) return;
      this.show({ phase: 'failed', message, title: source.title, ways: waysOut(code, source.chat === true) });
    } finally {
      begun.dispose();
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  /**
   * Explains the text of the run that is shown as it stands in its document now. That run stays in sight until the new one
   * is there, and is then the one before.
   * @param keptUp whether nobody asked for it.
   */
  async explainAgain(keptUp = false): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    let source: SourceText;
    try {
      source = await this.services.history.places.now(shown.place);
    } catch {
      this.loop.set({ failure: 'Its document cannot be opened any more.' });
      return;
    }
    const unfit = source.text.trim() === '' ? 'Nothing is left where it stood.' : describeBinary(source.text);
    if (unfit) this.loop.set({ failure: unfit });
    // What is under way may be of this text already.
    else if (
      !this.loop.state.running ||
      this.asked?.source.text !== source.text ||
      this.asked.source.pair?.text !== source.pair?.text
    ) {
      await this.explainBehind(source, shown.model, keptUp);
    }
  }

  /** Runs a model on the text, while the run that is shown stays in sight. */
  async explainBehind(source: SourceText, model: ModelReference, keptUp = false): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    this.asked = { source, model };
    this.pending?.cancel();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    this.loop.set({ running: true, failure: undefined });
    let failure: string | undefined;
    try {
      const run = await explainRun(this.services, source, model, pending.token, undefined, shown.place);
      if (run) {
        run.keptUp = keptUp;
        this.replaceRun(shown, run);
      }
    } catch (error) {
      failure = (error as Error).message;
    } finally {
      pending.dispose();
      if (this.pending === pending) {
        this.pending = undefined;
        this.loop.set({ running: false, failure });
      }
    }
  }

  /** The user does not want to wait for what was asked last. */
  private cancel(): void {
    const { pending, content } = this;
    if (!pending || content.phase !== 'loading') return;
    this.pending = undefined;
    pending.cancel();
    this.services.client.userCancelled();
    this.show({
      phase: 'failed',
      message: 'Cancelled before there was an answer.',
      title: content.title,
      ways: ['retry', 'chooseModel'],
    });
  }

  /** Gives up explaining the text as it is now. */
  private stopAgain(): void {
    if (this.loop.state.running) this.pending?.cancel();
    this.loop.set({ failure: undefined });
  }

  /** Shows a run in place of an earlier one of the same text, which is then the one before. */
  private replaceRun(earlier: Run, run: Run): void {
    const { history } = this.services;
    const outdated = history.before(earlier);
    this.shown = run;
    // What is held against the run before stays so.
    if (outdated && this.partner === outdated) this.partner = earlier;
    this.showShown(false);
    // Runs that nobody asked for would fill the list.
    if (outdated?.keptUp && !outdated.renamed && !this.isShown(outdated)) void dropRun(this.services, outdated);
  }

  /**
   * Shows a run that was made before, with what the user had chosen in it.
   * @param look what of it is to be looked at whatever the user looked at before.
   */
  showRun(run: Run, selection: PanelSelection = {}, look?: PanelSelection): void {
    this.pending?.cancel();
    this.shown = run;
    this.partner = undefined;
    this.asked = { source: run.source, model: run.model };
    this.selection = selection;
    this.showShown(false, look);
    this.loop.set({ running: false, failure: undefined });
  }

  /**
   * Holds the run that is shown against another; undefined: against none.
   * @param reveal whether the comparison is to be looked at now.
   */
  compareWith(other: Run | undefined, reveal = !this.stays): void {
    this.partner = other;
    this.showShown(reveal);
  }

  /** Makes the tokens of a selection the keys that attention is cut to; false where the run has none of them. */
  cutSelection({ document, selection }: vscode.TextEditor): boolean {
    const keys = this.link?.tokensIn(document, selection);
    if (!keys) return false;
    this.view.reveal(undefined, true);
    void this.connection.sendNotification(PanelEvent.cutKeys, keys);
    return true;
  }

  /** Runs the model on another text than the run's own, and holds the run against that. */
  private async compareWithText(text: string, token: vscode.CancellationToken): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    if (shown.model.graph) {
      throw new Error('What a graph reads stands in its file of inputs; explain it with another one.');
    }
    if (text === '') throw new Error('A run needs a text; write one.');
    const { source } = shown;
    const changed = { ...source, text, title: `${source.title}, changed`, notice: undefined };
    const other = await explainRun(this.services, changed, shown.model, token);
    if (other && this.shown === shown) this.compareWith(other, false);
  }

  /** Tells that a run is no more; its panel closes. */
  forget(run: Run): void {
    if (this.shown === run) this.view.dispose();
    else if (this.partner === run) this.compareWith(undefined);
    else if (this.shown && this.content.phase === 'run' && this.content.before) this.showShown(false);
  }

  dispose(): void {
    this.pending?.cancel();
    this.loop.dispose();
    this.link?.dispose();
    this.link = undefined;
    this.connection.dispose();
  }

  /** Lets the user choose another model for what was asked, and explains that with it. */
  private async explainWithAnother(): Promise<void> {
    const { asked } = this;
    if (!asked) return;
    const chosen = await vscode.commands.executeCommand<ChosenModel | undefined>('headlight.chooseModel', {
      chat: asked.source.chat,
    });
    if (chosen) await this.explain(withWriting(asked.source, chosen.writing), chosen.model);
  }

  private showShown(reveal: boolean, look?: PanelSelection): void {
    const { shown, partner } = this;
    if (!shown) return;
    const before = this.services.history.before(shown);
    this.show({
      phase: 'run',
      title: shown.source.title,
      notice: noticeOf(shown),
      explanation: shown.explanation,
      elapsed: shown.elapsed,
      look,
      partner: partner && { name: partner.name, title: partner.source.title, explanation: partner.explanation, reveal },
      before: before && {
        // The pictures of its heads are not looked at.
        explanation: { ...before.explanation, groups: [] },
        time: before.time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
      },
      restore: { ...restorable(shown), partner: partner && restorable(partner) },
    });
  }

  private show(content: PanelContent): void {
    this.content = content;
    this.link?.dispose();
    // A graph's positions are no places in the file of its inputs.
    this.link =
      content.phase === 'run' && this.shown && !this.shown.model.graph
        ? new TokenLink(
            this.shown.source,
            content.explanation,
            token => void this.connection.sendNotification(PanelEvent.caret, token),
          )
        : undefined;
    if (content.phase === 'run') void vscode.commands.executeCommand('setContext', 'headlight.runShown', true);
    this.view.title = content.title ? `Attention: ${content.title.split(',', 1)[0]}` : 'Attention';
    void this.connection.sendNotification(PanelEvent.show, content);
  }

  /** What the process needs to know the run that is shown, and its partner. */
  private reference(): ShownRun {
    const { shown, partner } = this;
    if (!shown) throw new Error('No run is shown.');
    const before = this.services.history.before(shown);
    return {
      ...runReference(shown),
      partner: partner && runReference(partner),
      before: before && runReference(before),
    };
  }

  /** Whether another head is looked at than before, or than the run begins with. */
  private isOtherHead(before: HeadAddress | undefined, head: HeadAddress | undefined): boolean {
    if (!head) return false;
    const begun = this.shown?.explanation.groups.map(({ kind, first }) => ({ kind, ...first })) ?? [];
    return (before ? [before] : begun).every(
      ({ kind, layer, head: number }) => kind !== head.kind || layer !== head.layer || number !== head.head,
    );
  }

  private answer(connection: MessageConnection): void {
    passOn(
      connection,
      this.services.client,
      RunRequest,
      () => this.reference(),
      method => {
        if (method === RunRequest.switchOff.method) done('switchOff');
      },
    );
    connection.onRequest(PanelRequest.compareWithText, ({ text }, token) => this.compareWithText(text, token));
    connection.onRequest(PanelRequest.compareWith, ({ what, stay = false }) => {
      if (what === 'nothing') this.compareWith(undefined);
      else if (what === 'before') {
        const before = this.shown && this.services.history.before(this.shown);
        if (before) this.compareWith(before);
      } else {
        this.stays = stay;
        const command = what === 'run' ? 'headlight.compareRuns' : 'headlight.compareWithModel';
        void vscode.commands.executeCommand(command, this.shown).then(() => (this.stays = false));
      }
    });
    connection.onRequest(PanelRequest.forRun, wish => {
      if ('part' in wish) {
        if (this.asked) void this.explain({ ...this.asked.source, part: wish.part }, this.asked.model, this.selection);
      } else if (!('explain' in wish)) this.loop.set(wish);
      else if (wish.explain === 'again') void this.explainAgain();
      else void vscode.commands.executeCommand('headlight.explainWithModel', this.shown);
    });
    connection.onRequest(PanelRequest.continueText, ({ newTokens }) => {
      if (this.asked) void this.explain({ ...this.asked.source, newTokens }, this.asked.model, this.selection);
    });
    connection.onRequest(PanelRequest.save, ({ name, data }) => saveFile(name, data, this.shown?.source.uri));
    connection.onRequest(PanelRequest.saveHeads, wish =>
      saveHeads(this.services.client, this.reference(), wish, this.shown?.source.uri),
    );
    connection.onRequest(PanelRequest.confirmSize, ({ format, bytes }) => confirmSize(format, bytes));
    connection.onRequest(PanelRequest.chooseModel, () => this.explainWithAnother());
    connection.onRequest(PanelRequest.explainAsText, () => {
      if (this.asked) void this.explain(asText(this.asked.source), this.asked.model);
    });
    connection.onRequest(PanelRequest.retry, () => {
      if (this.asked) void this.explain(this.asked.source, this.asked.model);
    });
    connection.onRequest(PanelRequest.cancel, () => this.cancel());
    connection.onRequest(PanelRequest.leaveOutFirst, ({ withoutFirst }) => leaveOutFirst(withoutFirst));
    connection.onRequest(PanelRequest.openLog, () => this.services.log.show(true));
    connection.onNotification(PanelEvent.hover, token => this.link?.show(token));
    connection.onNotification(PanelEvent.brush, ranges => this.link?.brush(ranges ?? []));
    connection.onNotification(PanelEvent.color, tokens => this.link?.color(tokens ?? []));
    connection.onNotification(PanelEvent.selection, selection => {
      const { head, view, compare } = this.selection;
      if (this.isOtherHead(head, selection.head)) done('chooseHead');
      if (view === 'compare' && JSON.stringify(compare?.other) !== JSON.stringify(selection.compare?.other)) {
        done('compareHeads');
      }
      this.selection = selection;
    });
  }
}

/** What can help after a failure, the best first. */
function waysOut(code: InferenceErrorCode | undefined, chat: boolean): readonly FailureWay[] {
  switch (code) {
    case InferenceErrorCode.template:
      return ['chooseModel', 'explainAsText'];
    case InferenceErrorCode.text:
      return chat ? ['explainAsText'] : [];
    case InferenceErrorCode.model:
      return ['retry', 'chooseModel'];
    default:
      return ['retry'];
  }
}

/** What brings a run back after the window was reloaded. */
function restorable({ source, model }: Run): object {
  return { ...sourceToJson(source), model: model.key ?? model.id, dtype: model.dtype };
}

function noticeOf({ source, explanation }: Run): string | undefined {
  const notices = source.notice ? [source.notice] : [];
  if (explanation.cut) {
    const { tokensKept, tokensLeftOut } = explanation.cut;
    const total = (tokensKept + tokensLeftOut).toLocaleString('en');
    notices.push(
      `Only the first ${tokensKept.toLocaleString('en')} of ${total} tokens fit in ${explanation.model.id}’s context; the rest is left out.`,
    );
  }
  const moving = movingPast(explanation);
  if (moving) notices.push(moving);
  notices.push(...(explanation.notes ?? []));
  return notices.length > 0 ? notices.join(' ') : undefined;
}
