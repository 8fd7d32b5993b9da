import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { CaptionPanelRequest, showCaption, type CaptionContent } from '../../core/protocol/captionPanelProtocol';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import { type ImageSource } from '../../core/images/image';
import { InferenceErrorCode, type ModelReference } from '../../core/protocol/inferenceProtocol';
import type { CaptionStore, FileStat } from '../captions/captionStore';
import { imageFailure } from '../captions/imageFailure';
import { askCaption } from '../captions/askCaption';
import { imageSource } from '../captions/imageSource';
import { insertAltText } from '../links/insertAltText';
import type { PanelServices } from './attentionPanel';
import { fileViewTypes } from './fileViewTypes';
import { saveFile } from './saveFile';
import { SinglePanel } from './singlePanel';

/** The picture in the panel has at most so many pixels on its longer side. */
const previewSize = 1600;

/** The captions panel of this window: captions an image, shows it, and answers its webview. */
export class CaptionPanel implements vscode.Disposable {
  private content: CaptionContent = { phase: 'loading', title: '' };
  private shown?: { readonly uri: vscode.Uri; readonly model: ModelReference };
  private pending?: vscode.CancellationTokenSource;
  private readonly panel: SinglePanel;

  constructor(private readonly services: Omit<PanelServices, 'history'> & { readonly store: CaptionStore }) {
    this.panel = new SinglePanel(
      fileViewTypes.captions,
      services,
      { name: 'captions', title: 'Caption', keeps: true },
      made => this.answer(made),
      () => this.pending?.cancel(),
    );
  }

  /** Captions an image and shows the result beside it, or why there is none. A newer call ends an older one. */
  async caption(uri: vscode.Uri, model: ModelReference): Promise<void> {
    const started = performance.now();
    const title = vscode.workspace.asRelativePath(uri);
    this.shown = { uri, model };
    this.pending?.cancel();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    const at = uri.toString();
    this.show({ phase: 'loading', title, uri: at });
    let stat: FileStat | undefined;
    try {
      stat = await vscode.workspace.fs.stat(uri);
      const source = await imageSource(uri);
      const { client, store } = this.services;
      const caption = await client.request(CaptionRequest.caption, { model, source }, pending.token);
      const { png } = await client.request(CaptionRequest.preview, { source, size: previewSize }, pending.token);
      if (!pending.token.isCancellationRequested) {
        await store.put(uri, stat, model, caption);
        const kept = await store.find(caption.image.hash);
        this.show({
          phase: 'caption',
          uri: at,
          title,
          model: model.id,
          builtIn: model.builtIn === true,
          caption,
          png,
          elapsed: performance.now() - started,
          ...(kept?.edited ? { edited: kept.text } : {}),
        });
      }
    } catch (error) {
      const failure = imageFailure(uri, error);
      if (pending.token.isCancellationRequested || failure.code === InferenceErrorCode.cancelled) return;
      if (stat && failure.code === InferenceErrorCode.image) this.services.store.fail(uri, stat, failure.message);
      this.services.log.error(`${title}: ${failure.message}`);
      this.show({ phase: 'failed', uri: at, title, message: failure.message });
    } finally {
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  /** Brings the panel back after the window was reloaded: its image is captioned again. */
  async restore(view: vscode.WebviewPanel, state: unknown, model: ModelReference): Promise<void> {
    const { uri } = (state ?? {}) as { uri?: unknown };
    if (typeof uri !== 'string') view.dispose();
    else if (this.panel.adopt(view)) await this.caption(vscode.Uri.parse(uri), model);
  }

  dispose(): void {
    this.pending?.cancel();
    this.panel.dispose();
  }

  private show(content: CaptionContent): void {
    this.content = content;
    const { view, connection } = this.panel.get();
    view.title = `Caption: ${content.title.split('/').pop()}`;
    view.reveal(undefined, true);
    void connection.sendNotification(showCaption, content);
  }

  private answer(connection: MessageConnection): void {
    const { client, log, store } = this.services;
    connection.onRequest(CaptionPanelRequest.ready, () => this.content);
    connection.onRequest(CaptionPanelRequest.cover, async ({ region }, token) =>
      client.request(CaptionRequest.caption, { ...(await this.image()), cover: [region] }, token),
    );
    connection.onRequest(CaptionPanelRequest.occlusion, async ({ cells }, token) =>
      client.request(CaptionRequest.occlusion, { ...(await this.image()), cells }, token),
    );
    connection.onRequest(CaptionPanelRequest.insert, async ({ text }) => {
      if (!this.shown) return;
      try {
        vscode.window.setStatusBarMessage(`$(check) ${await insertAltText(this.shown.uri, text)}`, 5000);
      } catch (error) {
        void vscode.window.showInformationMessage((error as Error).message);
      }
    });
    connection.onRequest(CaptionPanelRequest.edit, () => this.shown && askCaption(store, this.shown.uri));
    connection.onRequest(CaptionPanelRequest.save, ({ name, data }) =>
      saveFile(name, data, this.shown?.uri, 'Export Caption'),
    );
    connection.onRequest(CaptionPanelRequest.copy, async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage('$(check) Caption copied', 3000);
    });
    connection.onRequest(CaptionPanelRequest.retry, () => {
      if (this.shown) void this.caption(this.shown.uri, this.shown.model);
    });
    connection.onRequest(CaptionPanelRequest.openLog, () => log.show(true));
  }

  private async image(): Promise<{ model: ModelReference; source: ImageSource }> {
    if (!this.shown) throw new Error('No image is shown.');
    return { model: this.shown.model, source: await imageSource(this.shown.uri) };
  }
}
