import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import {
  ImagePanelRequest,
  ImageRequest,
  ImageRunRequest,
  showImage,
  type ImageContent,
  type ImageRunReference,
} from '../../core/protocol/imageProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { ShownFile } from '../../core/protocol/shownFile';
import { imageSource } from '../captions/imageSource';
import { passOn } from '../inference/passOn';
import { FilePanel, type FilePanelServices } from './filePanel';
import { fileViewTypes } from './fileViewTypes';
import { referenceOf, shownFile } from './restoreFile';

/** The picture in the panel has at most so many pixels on its longer side. */
const previewSize = 1600;

/** The image panel of this window: what a classifier, encoder or detector says of an image, and which cells it looked at. */
export class ImagePanel extends FilePanel<ImageContent> {
  private shown?: { readonly uri: vscode.Uri; readonly model: ModelReference; readonly texts: readonly string[] };

  constructor(services: FilePanelServices) {
    super(
      services,
      { viewType: fileViewTypes.image, name: 'image', title: 'Attention' },
      { ...ImagePanelRequest, show: showImage },
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
    await this.work(uri, { phase: 'loading', title, file }, async token => {
      const source = await imageSource(uri);
      const { client } = this.services;
      const explanation = await client.request(ImageRequest.explain, { model, source, texts }, token);
      const { png } = await client.request(ImageRequest.preview, { source, size: previewSize }, token);
      if (token.isCancellationRequested) return;
      this.show({ phase: 'image', title, file, explanation, png, elapsed: performance.now() - started });
    });
  }

  protected override get uri(): vscode.Uri | undefined {
    return this.shown?.uri;
  }

  protected override open(uri: vscode.Uri, model: ModelReference, { texts }: ShownFile): Promise<void> {
    return this.explain(uri, model, texts);
  }

  protected override answer(connection: MessageConnection): void {
    passOn(connection, this.services.client, ImageRunRequest, () => this.run());
    connection.onRequest(ImagePanelRequest.compare, ({ texts }, token) => this.compare(texts, token));
  }

  /** Compares the image that is shown with other texts; what is shown stays until they are there. */
  private async compare(texts: readonly string[], token: CancellationToken): Promise<void> {
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

  private async run(): Promise<ImageRunReference> {
    if (!this.shown || this.content.phase !== 'image') throw new Error('No image is shown.');
    const { uri, model, texts } = this.shown;
    return { model, source: await imageSource(uri), texts, run: this.content.explanation.run };
  }
}
