import type { MessageConnection } from 'vscode-jsonrpc';
import {
  CaptionedRequest,
  CaptionPanelRequest,
  showCaption,
  type CaptionContent,
} from '../../core/protocol/captionProtocol';
import { toProcess } from '../../core/protocol/askType';
import { ImageRequest, type ImageReading } from '../../core/protocol/imageProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { askCaption } from '../captions/askCaption';
import type { CaptionStore, FileStat } from '../captions/captionStore';
import { imageSource } from '../captions/imageSource';
import { insertAltText } from '../links/insertAltText';
import { passOn } from '../inference/passOn';
import { FilePanel, type FilePanelServices } from './filePanel';
import { fileViewTypes } from './fileViewTypes';
import { shownFile } from './restoreFile';
import * as vscode from 'vscode';
import { showInformationMessage } from '../shown/messages';

/** The picture in the panel has at most so many pixels on its longer side. */
const previewSize = 1600;

/** The captions panel of this window: captions an image, shows it, and answers its webview. */
export class CaptionPanel extends FilePanel<CaptionContent> {
  private shown?: { readonly uri: vscode.Uri; readonly model: ModelReference };
  private readonly store: CaptionStore;

  constructor({ store, ...services }: FilePanelServices & { readonly store: CaptionStore }) {
    super(
      services,
      { viewType: fileViewTypes.captions, name: 'captions', title: 'Caption', keeps: true, saves: 'Export Caption' },
      { ...CaptionPanelRequest, show: showCaption },
    );
    this.store = store;
  }

  /** Captions an image and shows the result beside it, or why there is none. A newer call ends an older one. */
  async caption(uri: vscode.Uri, model: ModelReference): Promise<void> {
    const started = performance.now();
    const title = vscode.workspace.asRelativePath(uri);
    const file = shownFile(uri, model);
    this.shown = { uri, model };
    this.again = () => this.caption(uri, model);
    let stat: FileStat | undefined;
    await this.work(
      uri,
      { phase: 'loading', title, file },
      async token => {
        stat = await vscode.workspace.fs.stat(uri);
        const source = await imageSource(uri);
        const { client } = this.services;
        const asked = { of: { model, source }, wish: {} };
        const caption = await client.request(toProcess(CaptionedRequest.caption), asked, token);
        const { png } = await client.request(ImageRequest.preview, { source, size: previewSize }, token);
        if (token.isCancellationRequested) return;
        await this.store.put(uri, stat, model, caption);
        const kept = await this.store.find(caption.image.hash);
        this.show({
          phase: 'caption',
          file,
          title,
          model: model.id,
          builtIn: model.builtIn === true,
          caption,
          png,
          elapsed: performance.now() - started,
          ...(kept?.edited ? { edited: kept.text } : {}),
        });
      },
      ({ code, message }) => {
        if (stat && code === InferenceErrorCode.image) void this.store.fail(uri, stat, message);
        this.show({ phase: 'failed', file, title, message });
      },
    );
  }

  protected override get uri(): vscode.Uri | undefined {
    return this.shown?.uri;
  }

  protected override open(uri: vscode.Uri, model: ModelReference): Promise<void> {
    return this.caption(uri, model);
  }

  protected override answer(connection: MessageConnection): void {
    passOn(connection, this.services.client, CaptionedRequest, () => this.image());
    connection.onRequest(CaptionPanelRequest.insert, async ({ text }) => {
      if (!this.shown) return;
      try {
        vscode.window.setStatusBarMessage(`$(check) ${await insertAltText(this.shown.uri, text)}`, 5000);
      } catch (error) {
        void showInformationMessage((error as Error).message);
      }
    });
    connection.onRequest(CaptionPanelRequest.edit, () => this.shown && askCaption(this.store, this.shown.uri));
    connection.onRequest(CaptionPanelRequest.copy, async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage('$(check) Caption copied', 3000);
    });
  }

  private async image(): Promise<ImageReading> {
    if (!this.shown) throw new Error('No image is shown.');
    return { model: this.shown.model, source: await imageSource(this.shown.uri) };
  }
}
