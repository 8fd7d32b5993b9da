import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import {
  ImagePanelRequest,
  ImageRequest,
  showImage,
  type ImageContent,
  type ImageFormat,
  type ShownImage,
} from '../../core/protocol/imageExplanation';
import { InferenceErrorCode, type ModelReference } from '../../core/protocol/inferenceProtocol';
import { shownFileOf } from '../../core/protocol/shownFile';
import { imageFailure } from '../captions/imageFailure';
import { imageSource } from '../captions/imageSource';
import type { PanelServices } from './attentionPanel';
import { fileViewTypes } from './fileViewTypes';
import { referenceOf, restoreFile, shownFile, type FindModel } from './restoreFile';
import { saveFile } from './saveFile';
import { SinglePanel } from './singlePanel';

/** The picture in the panel has at most so many pixels on its longer side. */
const previewSize = 1600;

/** The image panel of this window: what a classifier, encoder or detector says of an image, and which cells it looked at. */
export class ImagePanel implements vscode.Disposable {
  private content: ImageContent = { phase: 'loading', title: '' };
  private shown?: { readonly uri: vscode.Uri; readonly model: ModelReference; readonly texts: readonly string[] };
  /** Does again what was asked last. */
  private again?: () => Promise<void>;
  private pending?: vscode.CancellationTokenSource;
  private readonly panel: SinglePanel;

  constructor(private readonly services: Omit<PanelServices, 'history'>) {
    this.panel = new SinglePanel(
      fileViewTypes.image,
      services,
      { name: 'image', title: 'Attention' },
      made => this.answer(made),
      () => this.pending?.cancel(),
    );
  }

  /** Explains an image and shows the result, or why there is none. A newer call ends an older one. */
  async explain(uri: vscode.Uri, reference: ModelReference, texts: readonly string[] = []): Promise<void> {
    const started = performance.now();
    const title = vscode.workspace.asRelativePath(uri);
    const model = referenceOf(reference);
    const file = shownFile(uri, reference, { texts });
    this.again = () => this.explain(uri, reference, texts);
    this.shown = { uri, model, texts };
    this.pending?.cancel();
    const pending = (this.pending = new vscode.CancellationTokenSource());
    this.show({ phase: 'loading', title, file });
    try {
      const source = await imageSource(uri);
      const { client } = this.services;
      const explanation = await client.request(ImageRequest.explain, { model, source, texts }, pending.token);
      const { png } = await client.request(CaptionRequest.preview, { source, size: previewSize }, pending.token);
      if (!pending.token.isCancellationRequested) {
        this.show({ phase: 'image', title, file, explanation, png, elapsed: performance.now() - started });
      }
    } catch (error) {
      const failure = imageFailure(uri, error);
      if (pending.token.isCancellationRequested || failure.code === InferenceErrorCode.cancelled) return;
      this.services.log.error(`${title}: ${failure.message}`);
      this.show({ phase: 'failed', title, file, message: failure.message });
    } finally {
      pending.dispose();
      if (this.pending === pending) this.pending = undefined;
    }
  }

  dispose(): void {
    this.pending?.cancel();
    this.panel.dispose();
  }

  /** Brings the panel back after the window was reloaded: its image is explained again. */
  async restore(view: vscode.WebviewPanel, state: unknown, find: FindModel): Promise<void> {
    const file = shownFileOf(state);
    if (!file) view.dispose();
    else if (this.panel.adopt(view)) {
      this.again = () =>
        restoreFile(
          file,
          find,
          failed => this.show(failed),
          (uri, model) => this.explain(uri, model, file.texts),
        );
      await this.again();
    }
  }

  private show(content: ImageContent): void {
    this.content = content;
    const { view, connection } = this.panel.get();
    view.title = `Attention: ${content.title.split('/').pop()}`;
    view.reveal(undefined, true);
    void connection.sendNotification(showImage, content);
  }

  /** Compares the image that is shown with other texts; what is shown stays until they are there. */
  private async compare(texts: readonly string[], token: vscode.CancellationToken): Promise<void> {
    const { shown, content } = this;
    if (!shown || content.phase !== 'image') throw new Error('No image is shown.');
    const { uri, model } = shown;
    const started = performance.now();
    const explanation = await this.services.client.request(
      ImageRequest.explain,
      { model, source: await imageSource(uri), texts },
      token,
    );
    if (this.content !== content) return;
    this.shown = { uri, model, texts };
    this.again = () => this.explain(uri, model, texts);
    this.show({ ...content, file: { ...content.file, texts }, explanation, elapsed: performance.now() - started });
  }

  private async run() {
    if (!this.shown || this.content.phase !== 'image') throw new Error('No image is shown.');
    const { uri, model, texts } = this.shown;
    return { model, source: await imageSource(uri), texts, run: this.content.explanation.run };
  }

  /** What is shown as the content of a file; pictures are drawn on the image that the panel shows, though its file changed. */
  private async export(
    format: ImageFormat,
    shown: ShownImage,
    token: vscode.CancellationToken,
  ): Promise<string | Uint8Array> {
    const run = await this.run();
    const png =
      (format === 'svg' || format === 'html') && this.content.phase === 'image' ? this.content.png : new Uint8Array(0);
    return this.services.client.request(ImageRequest.export, { ...run, format, shown, png }, token);
  }

  private answer(connection: MessageConnection): void {
    const { client, log } = this.services;
    const save = (name: string, data: string | Uint8Array) => saveFile(name, data, this.shown?.uri);
    connection.onRequest(ImagePanelRequest.ready, () => this.content);
    connection.onRequest(ImagePanelRequest.heat, async (wish, token) =>
      client.request(ImageRequest.heat, { ...(await this.run()), wish }, token),
    );
    connection.onRequest(ImagePanelRequest.textHeat, async (wish, token) =>
      client.request(ImageRequest.textHeat, { ...(await this.run()), wish }, token),
    );
    connection.onRequest(ImagePanelRequest.compare, ({ texts }, token) => this.compare(texts, token));
    connection.onRequest(
      ImagePanelRequest.draw,
      async ({ shown }, token) => (await this.export('svg', shown, token)) as string,
    );
    connection.onRequest(ImagePanelRequest.saveShown, async ({ name, format, shown }, token) =>
      save(name, await this.export(format, shown, token)),
    );
    connection.onRequest(ImagePanelRequest.save, ({ name, data }) => save(name, data));
    connection.onRequest(ImagePanelRequest.retry, () => {
      void this.again?.();
    });
    connection.onRequest(ImagePanelRequest.openLog, () => log.show(true));
  }
}
