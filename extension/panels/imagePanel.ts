import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import { ImagePanelRequest, ImageRequest, showImage, type ImageContent } from '../../core/protocol/imageExplanation';
import { InferenceErrorCode, type ModelReference } from '../../core/protocol/inferenceProtocol';
import { imageFailure } from '../captions/imageFailure';
import { imageSource } from '../captions/imageSource';
import type { PanelServices } from './attentionPanel';
import { openPanel, type OpenPanel } from './fillPanel';

/** The picture in the panel has at most so many pixels on its longer side. */
const previewSize = 1600;

/** The image panel of this window: what a classifier, encoder or detector says of an image, and which cells it looked at. */
export class ImagePanel implements vscode.Disposable {
  private content: ImageContent = { phase: 'loading', title: '' };
  private shown?: { readonly uri: vscode.Uri; readonly model: ModelReference };
  private pending?: vscode.CancellationTokenSource;
  private open?: OpenPanel;

  constructor(private readonly services: Omit<PanelServices, 'history'>) {}

  /** Explains an image and shows the result, or why there is none. A newer call ends an older one. */
  async explain(uri: vscode.Uri, { id, folder, dtype, builtIn }: ModelReference): Promise<void> {
    const started = performance.now();
    const title = vscode.workspace.asRelativePath(uri);
    const model = { id, folder, dtype, builtIn };
    this.shown = { uri, model };
    this.pending?.cancel();
    const pending = this.pending = new vscode.CancellationTokenSource();
    this.show({ phase: 'loading', title });
    try {
      const source = await imageSource(uri);
      const { client } = this.services;
      const explanation = await client.request(ImageRequest.explain, { model, source }, pending.token);
      const { png } = await client.request(CaptionRequest.preview, { source, size: previewSize }, pending.token);
      if (!pending.token.isCancellationRequested) this.show({ phase: 'image', title, explanation, png, elapsed: performance.now() - started });
    } catch (error) {
      const failure = imageFailure(uri, error);
      if (pending.token.isCancellationRequested || failure.code === InferenceErrorCode.cancelled) return;
      this.services.log.error(`${title}: ${failure.message}`);
      this.show({ phase: 'failed', title, message: failure.message });
    } finally {
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  dispose(): void {
    this.pending?.cancel();
    this.open?.view.dispose();
  }

  private show(content: ImageContent): void {
    this.content = content;
    const { view, connection } = this.open ??= this.create();
    view.title = `Attention: ${content.title.split('/').pop()}`;
    view.reveal(undefined, true);
    void connection.sendNotification(showImage, content);
  }

  private create(): OpenPanel {
    const opened = openPanel('headlight.image', this.services, { name: 'image', title: 'Attention' }, made => this.answer(made));
    opened.view.onDidDispose(() => {
      this.pending?.cancel();
      this.open = undefined;
    });
    return opened;
  }

  private answer(connection: MessageConnection): void {
    const { client, log } = this.services;
    connection.onRequest(ImagePanelRequest.ready, () => this.content);
    connection.onRequest(ImagePanelRequest.heat, async (wish, token) => {
      if (!this.shown || this.content.phase !== 'image') throw new Error('No image is shown.');
      const { uri, model } = this.shown;
      return client.request(ImageRequest.heat, { model, source: await imageSource(uri), run: this.content.explanation.run, wish }, token);
    });
    connection.onRequest(ImagePanelRequest.retry, () => {
      if (this.shown) void this.explain(this.shown.uri, this.shown.model);
    });
    connection.onRequest(ImagePanelRequest.openLog, () => log.show(true));
  }
}
