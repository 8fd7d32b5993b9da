import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import type { Failed, FilePanelMessages, Waiting } from '../../core/protocol/filePanelProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { shownFileOf, type ShownFile } from '../../core/protocol/shownFile';
import { fileFailure } from '../inference/fileFailure';
import { waitsFor } from '../inference/waitsFor';
import type { PanelServices } from './attentionPanel';
import type { FileViewType } from './fileViewTypes';
import { restoreFile, type FindModel } from './restoreFile';
import { saveFile } from './saveFile';
import { SinglePanel } from './singlePanel';

/** What such a panel works with. */
export type FilePanelServices = Omit<PanelServices, 'history'>;

/** How such a panel looks in VS Code. */
export interface FilePanelPage {
  readonly viewType: FileViewType;
  /** The page's name, as `webviewPage` knows it. */
  readonly name: string;
  /** What stands on the tab before the file's name. */
  readonly title: string;
  readonly keeps?: boolean;
  /** The title of the dialog that asks where to save. */
  readonly saves?: string;
}

/**
 * A panel of which a window has one, on one file at a time: what is asked of it last is done, a newer wish ends an older one,
 * and what goes wrong is shown in one sentence.
 * @typeParam Content what its page shows.
 */
export abstract class FilePanel<Content extends Waiting | Failed | { readonly phase: string; readonly title: string }>
  implements vscode.Disposable
{
  protected content: Content;
  /** The file that is shown. */
  protected abstract get uri(): vscode.Uri | undefined;
  /** Does again what was asked last. */
  protected again?: () => Promise<void>;
  protected readonly panel: SinglePanel;
  private pending?: vscode.CancellationTokenSource;

  constructor(
    protected readonly services: FilePanelServices,
    private readonly page: FilePanelPage,
    private readonly messages: FilePanelMessages<Content>,
  ) {
    this.content = { phase: 'loading', title: '' } as unknown as Content;
    this.panel = new SinglePanel(
      page.viewType,
      services,
      page,
      made => this.answerAll(made),
      () => this.leave(),
    );
  }

  dispose(): void {
    this.leave();
    this.panel.dispose();
  }

  /** Brings the panel back after the window was reloaded. */
  async restore(view: vscode.WebviewPanel, state: unknown, find: FindModel): Promise<void> {
    const file = shownFileOf(state);
    if (!file) view.dispose();
    else if (this.panel.adopt(view)) {
      this.again = () =>
        restoreFile(
          file,
          find,
          failed => this.show(failed as unknown as Content),
          (uri, model) => this.open(uri, model, file),
        );
      await this.again();
    }
  }

  /** Shows a file that was kept. */
  protected abstract open(uri: vscode.Uri, model: ModelReference, kept: ShownFile): Promise<void>;

  /** Answers what only this panel's page asks. */
  protected abstract answer(connection: MessageConnection): void;

  /**
   * Does work on a file and shows why it failed, if it did. A newer call ends an older one.
   * @param waiting is shown meanwhile.
   * @param failed takes a failure; by default it is shown in place of the content.
   */
  protected async work(
    uri: vscode.Uri,
    waiting: Waiting,
    work: (token: vscode.CancellationToken) => Promise<void>,
    failed: (failure: { readonly code: InferenceErrorCode; readonly message: string }) => void = ({ message }) =>
      this.show({ ...waiting, phase: 'failed', message } as unknown as Content),
  ): Promise<void> {
    this.stop();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    this.show(waiting as unknown as Content);
    const begun = this.services.client.onDidBegin(now => {
      if (this.pending !== pending) return;
      void this.panel.get().connection.sendNotification(this.messages.waitsFor, waitsFor(now, waiting.title));
    });
    try {
      await work(pending.token);
    } catch (error) {
      const failure = fileFailure(uri, error);
      const stopped = pending.token.isCancellationRequested || failure.code === InferenceErrorCode.cancelled;
      if (!stopped) this.services.log.error(`${waiting.title}: ${failure.message}`);
      if (this.pending !== pending) return;
      if (stopped) this.stopped();
      else failed(failure);
    } finally {
      begun.dispose();
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  /** Ends what is under way. */
  protected stop(): void {
    this.pending?.cancel();
  }

  /** The user does not want to wait for what the panel will show. */
  private cancel(): void {
    const { pending, content } = this;
    if (!pending || content.phase !== 'loading') return;
    this.pending = undefined;
    pending.cancel();
    this.services.client.userCancelled();
    this.show({ ...content, phase: 'failed', message: 'Cancelled before there was an answer.' } as unknown as Content);
  }

  /** What is shown was stopped before it was whole. */
  protected stopped(): void {
    // Most work has nothing to show before its end.
  }

  /** Ends what is under way: nobody is there to see it. */
  private leave(): void {
    this.stop();
    this.pending = undefined;
  }

  /** Shows this instead. @param reveal whether the panel comes to the front, where it lies behind another tab. */
  protected show(content: Content, reveal = true): void {
    this.content = content;
    const { view, connection } = this.panel.get();
    view.title = `${this.page.title}: ${content.title.split('/').pop()}`;
    if (reveal) view.reveal(undefined, true);
    void connection.sendNotification(this.messages.show.method, content);
  }

  private answerAll(connection: MessageConnection): void {
    const { messages } = this;
    connection.onRequest(messages.ready.method, (): unknown => this.content);
    connection.onRequest(messages.save, ({ name, data }) => saveFile(name, data, this.uri, this.page.saves));
    connection.onRequest(messages.retry, () => {
      void this.again?.();
    });
    connection.onRequest(messages.cancel, () => this.cancel());
    connection.onRequest(messages.openLog, () => this.services.log.show(true));
    this.answer(connection);
  }
}
