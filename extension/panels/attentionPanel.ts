import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { headsCsv, headsJson } from '../../core/export/headsTable';
import type { Shown, ShownColors, ShownFormat } from '../../core/export/shown';
import {
  PanelEvent,
  PanelRequest,
  type PanelContent,
  type PanelSelection,
} from '../../core/protocol/attentionPanelProtocol';
import { unknownExplanation } from '../../core/run/expectedExplanation';
import type { Explanation } from '../../core/run/explanation';
import { InferenceRequest, type ModelReference, type TitledRun } from '../../core/protocol/inferenceProtocol';
import { sourceToJson, type SourceText } from '../source/sourceText';
import { TokenLink } from '../source/tokenLink';
import { explainRun, runReference, type RunServices } from '../runs/explainRun';
import type { Run } from '../runs/runHistory';
import { fillPanel, type PanelLook } from './fillPanel';
import { saveFile } from './saveFile';

/** What a panel works with. */
export interface PanelServices extends RunServices, PanelLook {}

/** One attention panel: asks for an explanation, shows it, answers its webview, and ties its tokens to the editor. */
export class AttentionPanel implements vscode.Disposable {
  private content: PanelContent = { phase: 'loading', message: 'Starting…', title: '' };
  private selection: PanelSelection = {};
  private shown?: Run;
  /** The run that the shown one is held against. */
  private partner?: Run;
  private link?: TokenLink;
  /** What was asked for last. */
  asked?: { readonly source: SourceText; readonly model: ModelReference };
  private pending?: vscode.CancellationTokenSource;
  private readonly connection: MessageConnection;

  constructor(
    readonly view: vscode.WebviewPanel,
    private readonly services: PanelServices,
  ) {
    const made = performance.now();
    this.connection = fillPanel(view, services, { name: 'attention', title: 'Attention' }, connection => {
      this.answer(connection);
      connection.onRequest(PanelRequest.ready, () => {
        services.log.info(`The panel's page was ready after ${(performance.now() - made).toFixed(0)} ms.`);
        return { content: this.content, selection: this.selection };
      });
    });
    view.onDidDispose(() => this.dispose());
    view.onDidChangeViewState(() => {
      if (!view.visible) this.link?.show(undefined);
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
   */
  async explain(source: SourceText, model: ModelReference, selection: PanelSelection = {}): Promise<void> {
    this.asked = { source, model };
    this.pending?.cancel();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    this.shown = this.partner = undefined;
    const { view = 'matrix' } = { ...this.selection, ...selection };
    const showExpected = (expected: Explanation) =>
      this.show({
        phase: 'loading',
        message: `Running ${model.id} on ${source.title}…`,
        title: source.title,
        expected: view === 'matrix' ? expected : undefined,
      });
    // With the model's name its top line is as high already as it will be.
    showExpected({ ...unknownExplanation, model: { ...unknownExplanation.model, id: model.id, dtype: model.dtype } });
    try {
      const run = await explainRun(this.services, source, model, pending.token, expected => {
        if (this.pending === pending) showExpected(expected);
      });
      if (run) this.showRun(run, selection);
    } catch (error) {
      this.show({ phase: 'failed', message: (error as Error).message, title: source.title });
    } finally {
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  /** Shows a run that was made before, with what the user had chosen in it. */
  showRun(run: Run, selection: PanelSelection = {}): void {
    this.pending?.cancel();
    this.shown = run;
    this.partner = undefined;
    this.asked = { source: run.source, model: run.model };
    this.selection = selection;
    this.showShown(false);
  }

  /**
   * Holds the run that is shown against another; undefined: against none.
   * @param reveal whether the comparison is to be looked at now.
   */
  compareWith(other: Run | undefined, reveal = true): void {
    this.partner = other;
    this.showShown(reveal);
  }

  /** Tells that a run is no more; its panel closes. */
  forget(run: Run): void {
    if (this.shown === run) this.view.dispose();
    else if (this.partner === run) this.compareWith(undefined);
  }

  dispose(): void {
    this.pending?.cancel();
    this.link?.dispose();
    this.link = undefined;
    this.connection.dispose();
  }

  private showShown(reveal: boolean): void {
    const { shown, partner } = this;
    if (!shown) return;
    this.show({
      phase: 'run',
      title: shown.source.title,
      notice: noticeOf(shown),
      explanation: shown.explanation,
      elapsed: shown.elapsed,
      partner: partner && { name: partner.name, title: partner.source.title, explanation: partner.explanation, reveal },
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
    this.view.title = content.title ? `Attention: ${content.title.split(',', 1)[0]}` : 'Attention';
    void this.connection.sendNotification(PanelEvent.show, content);
  }

  /** What the process needs to know a run of this panel. */
  private reference() {
    if (!this.shown) throw new Error('No run is shown.');
    return runReference(this.shown);
  }

  private partnerReference() {
    if (!this.partner) throw new Error('The run is not compared with another.');
    return runReference(this.partner);
  }

  private exportShown(
    wish: { readonly shown: Shown; readonly look: ShownColors; readonly format: ShownFormat },
    token: vscode.CancellationToken,
  ): Promise<string> {
    const { shown: run, partner } = this;
    if (!run) throw new Error('No run is shown.');
    return this.services.client.request(
      InferenceRequest.exportShown,
      {
        ...runReference(run),
        ...wish,
        about: titled(run),
        partner: partner && { ...runReference(partner), about: titled(partner) },
      },
      token,
    );
  }

  private answer(connection: MessageConnection): void {
    const { client } = this.services;
    connection.onRequest(PanelRequest.head, (address, token) =>
      client.request(InferenceRequest.head, { ...this.reference(), address }, token),
    );
    connection.onRequest(PanelRequest.region, (wish, token) =>
      client.request(InferenceRequest.region, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.compared, ({ one, other, ofPartner, region, distances }, token) =>
      client.request(
        InferenceRequest.compared,
        {
          one: { ...this.reference(), address: one },
          other: { ...(ofPartner ? this.partnerReference() : this.reference()), address: other },
          region,
          distances,
        },
        token,
      ),
    );
    connection.onRequest(PanelRequest.measures, (wish, token) =>
      client.request(InferenceRequest.measures, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.reading, (wish, token) =>
      client.request(InferenceRequest.reading, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.logitLens, (wish, token) =>
      client.request(InferenceRequest.logitLens, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.groups, (wish, token) =>
      client.request(InferenceRequest.groups, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.match, ({ kind }, token) =>
      client.request(
        InferenceRequest.matchRuns,
        { one: this.reference(), other: this.partnerReference(), kind },
        token,
      ),
    );
    connection.onRequest(PanelRequest.compareWith, ({ what }) => {
      if (what === 'nothing') this.compareWith(undefined);
      else {
        void vscode.commands.executeCommand(
          what === 'run' ? 'headlight.compareRuns' : 'headlight.compareWithModel',
          this.shown,
        );
      }
    });
    connection.onRequest(PanelRequest.steps, (wish, token) =>
      client.request(InferenceRequest.steps, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.switchOff, (wish, token) =>
      client.request(InferenceRequest.switchOff, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.effects, (wish, token) =>
      client.request(InferenceRequest.effects, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.mask, (wish, token) =>
      client.request(InferenceRequest.mask, { ...this.reference(), ...wish }, token),
    );
    connection.onRequest(PanelRequest.continueText, ({ newTokens }) => {
      if (this.asked) void this.explain({ ...this.asked.source, newTokens }, this.asked.model, this.selection);
    });
    connection.onRequest(PanelRequest.saveHeads, ({ format, summaries }) => {
      if (!this.shown) throw new Error('No run is shown.');
      const {
        source,
        explanation: { model, text },
      } = this.shown;
      return saveFile(
        `heads-${model.id}.${format}`,
        format === 'csv' ? headsCsv(summaries) : headsJson(model.id, text, summaries),
        source.uri,
      );
    });
    connection.onRequest(PanelRequest.drawShown, (wish, token) => this.exportShown({ ...wish, format: 'svg' }, token));
    connection.onRequest(PanelRequest.saveShown, async ({ name, ...wish }, token) =>
      saveFile(name, await this.exportShown(wish, token), this.shown?.source.uri),
    );
    connection.onRequest(PanelRequest.draw, (picture, token) => client.request(InferenceRequest.draw, picture, token));
    connection.onRequest(PanelRequest.saveNumbers, async ({ name, ...wish }, token) => {
      const { shown } = this;
      if (!shown) throw new Error('No run is shown.');
      return saveFile(
        name,
        await client.request(
          InferenceRequest.exportNumbers,
          { ...runReference(shown), ...wish, about: titled(shown) },
          token,
        ),
        shown.source.uri,
      );
    });
    connection.onRequest(PanelRequest.save, ({ name, data }) => saveFile(name, data, this.shown?.source.uri));
    connection.onRequest(PanelRequest.retry, () => {
      if (this.asked) void this.explain(this.asked.source, this.asked.model);
    });
    connection.onRequest(PanelRequest.openLog, () => this.services.log.show(true));
    connection.onNotification(PanelEvent.hover, token => this.link?.show(token));
    connection.onNotification(PanelEvent.brush, ranges => this.link?.brush(ranges ?? []));
    connection.onNotification(PanelEvent.selection, selection => {
      this.selection = selection;
    });
  }
}

/** What brings a run back after the window was reloaded. */
function restorable({ source, model }: Run): object {
  return { ...sourceToJson(source), model: model.key ?? model.id, dtype: model.dtype };
}

/** What a file says of a run besides its numbers. */
function titled({ source, explanation: { model, text, tokens, output, cut, groups } }: Run): TitledRun {
  return {
    title: source.title,
    model,
    text,
    tokens,
    output,
    cut,
    groups: groups.map(({ kind, causal, queries, keys }) => ({ kind, causal, queries, keys })),
  };
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
  notices.push(...(explanation.notes ?? []));
  return notices.length > 0 ? notices.join(' ') : undefined;
}
