import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { PanelEvent, PanelRequest, type PanelContent, type PanelSelection } from '../../core/protocol/attentionPanelProtocol';
import { connect } from '../../core/protocol/messagePort';
import { InferenceErrorCode, InferenceRequest, type ModelReference, type RunReference } from '../../core/protocol/inferenceProtocol';
import { sourceToJson, type SourceText } from '../editor/sourceText';
import { TokenLink } from '../editor/tokenLink';
import { InferenceError } from '../inference/inferenceError';
import type { InferenceClient } from '../inference/inferenceClient';
import type { Run, RunHistory } from '../runs/runHistory';
import { saveFile } from './saveFile';
import { webviewPage } from './webviewPage';

/** What a panel works with. */
export interface PanelServices {
  readonly client: InferenceClient;
  readonly history: RunHistory;
  readonly log: vscode.LogOutputChannel;
  /** The folder of the bundled webviews. */
  readonly webviews: vscode.Uri;
  /** The panel's icon in themes of a kind. */
  icon(theme: 'light' | 'dark'): vscode.Uri;
}

/** One attention panel: asks for an explanation, shows it, answers its webview, and ties its tokens to the editor. */
export class AttentionPanel implements vscode.Disposable {
  private content: PanelContent = { phase: 'loading', message: 'Starting…', title: '' };
  private selection: PanelSelection = {};
  private shown?: Run;
  private link?: TokenLink;
  private asked?: { readonly source: SourceText; readonly model: ModelReference };
  private pending?: vscode.CancellationTokenSource;
  private readonly connection: MessageConnection;

  constructor(readonly view: vscode.WebviewPanel, private readonly services: PanelServices) {
    const { webviews, log } = services;
    const made = performance.now();
    view.webview.options = { enableScripts: true, localResourceRoots: [webviews] };
    view.iconPath = { light: services.icon('light'), dark: services.icon('dark') };
    this.connection = connect({
      post: message => { void view.webview.postMessage(message); },
      onMessage: listener => view.webview.onDidReceiveMessage(listener),
    });
    this.answer();
    this.connection.onRequest(PanelRequest.ready, () => {
      log.info(`The panel's page was ready after ${(performance.now() - made).toFixed(0)} ms.`);
      return { content: this.content, selection: this.selection };
    });
    this.connection.listen();
    view.webview.html = webviewPage(view.webview, webviews, 'attention', 'Attention');
    view.onDidDispose(() => this.dispose());
    view.onDidChangeViewState(() => {
      if (!view.visible) this.link?.show(undefined);
    });
  }

  /** The run that is shown. */
  get run(): Run | undefined {
    return this.shown;
  }

  /**
   * Runs a model on a text and shows the result, or why there is none. A newer call ends an older one.
   * @param selection what the user had chosen, where the run is brought back.
   */
  async explain(source: SourceText, model: ModelReference, selection: PanelSelection = {}): Promise<void> {
    const started = performance.now();
    this.asked = { source, model };
    this.pending?.cancel();
    const pending = this.pending = new vscode.CancellationTokenSource();
    this.shown = undefined;
    this.show({ phase: 'loading', message: `Running ${model.id} on ${source.title}…`, title: source.title });
    try {
      const { client, history, log } = this.services;
      const explanation = await client.request(InferenceRequest.explain, { model: referenceOf(model), text: source.text, newTokens: source.newTokens, chat: source.chat }, pending.token);
      if (pending.token.isCancellationRequested) return;
      const elapsed = performance.now() - started;
      const { load, run, total } = explanation.times;
      log.info(`${source.title}: explained in ${elapsed.toFixed(0)} ms; of it ${total.toFixed(0)} in the process (${load.toFixed(0)} to open ${model.id}, ${run.toFixed(0)} to run it).`);
      this.showRun(history.add(source, model, explanation, elapsed), selection);
    } catch (error) {
      const failure = InferenceError.from(error);
      if (pending.token.isCancellationRequested || failure.code === InferenceErrorCode.cancelled) return;
      this.services.log.error(`${source.title}: ${failure.message}`);
      this.show({ phase: 'failed', message: failure.message, title: source.title });
    } finally {
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  /** Shows a run that was made before, with what the user had chosen in it. */
  showRun(run: Run, selection: PanelSelection = {}): void {
    this.pending?.cancel();
    this.shown = run;
    this.asked = { source: run.source, model: run.model };
    this.selection = selection;
    this.show({
      phase: 'run',
      title: run.source.title,
      notice: noticeOf(run),
      explanation: run.explanation,
      elapsed: run.elapsed,
      restore: { ...sourceToJson(run.source), model: run.model.key ?? run.model.id },
    });
  }

  /** Tells that a run is no more; its panel closes. */
  forget(run: Run): void {
    if (this.shown === run) this.view.dispose();
  }

  dispose(): void {
    this.pending?.cancel();
    this.link?.dispose();
    this.link = undefined;
    this.connection.dispose();
  }

  private show(content: PanelContent): void {
    this.content = content;
    this.link?.dispose();
    // A graph's positions are no places in the file of its inputs.
    this.link = content.phase === 'run' && this.shown && !this.shown.model.graph
      ? new TokenLink(this.shown.source, content.explanation, token => void this.connection.sendNotification(PanelEvent.caret, token))
      : undefined;
    this.view.title = content.title ? `Attention: ${content.title.split(',', 1)[0]}` : 'Attention';
    void this.connection.sendNotification(PanelEvent.show, content);
  }

  /** What the process needs to know the run that is shown, or to make it again. */
  private runReference(): RunReference {
    if (!this.shown) throw new Error('No run is shown.');
    const { explanation, model, source } = this.shown;
    return { run: explanation.run, model: referenceOf(model), text: source.text, newTokens: source.newTokens, chat: source.chat };
  }

  private answer(): void {
    const { client } = this.services;
    this.connection.onRequest(PanelRequest.head, (address, token) => client.request(InferenceRequest.head, { ...this.runReference(), address }, token));
    this.connection.onRequest(PanelRequest.region, (wish, token) => client.request(InferenceRequest.region, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.attention, (wish, token) => client.request(InferenceRequest.attention, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.measures, (wish, token) => client.request(InferenceRequest.measures, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.groups, (wish, token) => client.request(InferenceRequest.groups, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.steps, (wish, token) => client.request(InferenceRequest.steps, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.switchOff, (wish, token) => client.request(InferenceRequest.switchOff, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.effects, (wish, token) => client.request(InferenceRequest.effects, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.mask, (wish, token) => client.request(InferenceRequest.mask, { ...this.runReference(), ...wish }, token));
    this.connection.onRequest(PanelRequest.continueText, ({ newTokens }) => {
      if (this.asked) void this.explain({ ...this.asked.source, newTokens }, this.asked.model, this.selection);
    });
    this.connection.onRequest(PanelRequest.save, ({ name, data }) => saveFile(name, data, this.shown?.source.uri));
    this.connection.onRequest(PanelRequest.retry, () => {
      if (this.asked) void this.explain(this.asked.source, this.asked.model);
    });
    this.connection.onRequest(PanelRequest.openLog, () => this.services.log.show(true));
    this.connection.onNotification(PanelEvent.hover, token => this.link?.show(token));
    this.connection.onNotification(PanelEvent.brush, ranges => this.link?.brush(ranges ?? []));
    this.connection.onNotification(PanelEvent.selection, selection => { this.selection = selection; });
  }
}

/** What a process needs of a catalogue's entry. */
function referenceOf({ id, folder, dtype, builtIn, graph }: ModelReference): ModelReference {
  return { id, folder, dtype, builtIn, graph };
}

function noticeOf({ source, explanation }: Run): string | undefined {
  const notices = source.notice ? [source.notice] : [];
  if (explanation.cut) {
    const { tokensKept, tokensLeftOut } = explanation.cut;
    const total = (tokensKept + tokensLeftOut).toLocaleString('en');
    notices.push(`Only the first ${tokensKept.toLocaleString('en')} of ${total} tokens fit in ${explanation.model.id}’s context; the rest is left out.`);
  }
  return notices.length > 0 ? notices.join(' ') : undefined;
}
