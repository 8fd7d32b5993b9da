/**
 * All that is loaded with the first use: a bundle of its own (esbuild.mjs), so that activation stays cheap. Only
 * extension.ts imports it, and only when something is asked for.
 */
import * as vscode from 'vscode';
import type { ModelReference } from '../core/protocol/modelReference';
import { CaptionQueue } from './captions/captionQueue';
import { CaptionStore } from './captions/captionStore';
import { imageTooltip } from './captions/imageTooltip';
import { WorkspaceImages } from './captions/workspaceImages';
import { findVisionModel, isVisionModel } from './commands/askAboutImage';
import { commandHandlers } from './commands/commandHandlers';
import type { CommandId } from './commands/registerCommands';
import { DescribeActions } from './editor/describeActions';
import { imageHover } from './editor/imageHover';
import { MissingAlt } from './editor/missingAlt';
import { InferenceClient } from './inference/inferenceClient';
import { tellOfWasm } from './inference/wasmNote';
import { LensSession } from './lens/lensSession';
import { Downloads } from './models/downloads';
import { KnownOfHub } from './models/hubFacts';
import { HubSettings } from './models/hubSettings';
import { ModelCatalogue } from './models/modelCatalogue';
import { AskImagePanel } from './panels/askImagePanel';
import { AttentionPanels } from './panels/attentionPanels';
import { CaptionPanel } from './panels/captionPanel';
import { fileViewTypes, type FileViewType } from './panels/fileViewTypes';
import { ImagePanel } from './panels/imagePanel';
import { MechanismsPanel } from './panels/mechanismsPanel';
import { SpeechPanel } from './panels/speechPanel';
import { TranscriptCorrections } from './panels/transcriptCorrections';
import type { Essentials, Services } from './services/services';
import { ImagesTree, type ImageNode } from './views/imagesTree';
import { ModelsTree } from './views/modelsTree';

/** Headlight's features, for one window. */
export class Features implements vscode.Disposable {
  readonly services: Services;
  readonly describeActions: DescribeActions;
  private tree?: ImagesTree;
  /** What the sidebar shows of models. */
  readonly modelsTree: ModelsTree;
  private missingAlt?: MissingAlt;
  private readonly knownOfHub: KnownOfHub;

  constructor(essentials: Essentials) {
    const file = (...path: string[]) => vscode.Uri.joinPath(essentials.extensionUri, ...path);
    const compiled = vscode.Uri.joinPath(essentials.storage, 'compiled');
    const client = new InferenceClient(file('dist', 'process.js').fsPath, compiled, essentials.status, essentials.log);
    const icon = (theme: 'light' | 'dark') => file('media', `panel-${theme}.svg`);
    const { history, log, choice, storage, storageUri, secrets, memory } = essentials;
    tellOfWasm(client, file('dist').fsPath, memory);
    const catalogue = new ModelCatalogue(choice, file('media', 'models'), vscode.Uri.joinPath(storage, 'models'), log);
    const hub = new HubSettings(secrets);
    const downloads = new Downloads(file('dist', 'process.js').fsPath, storage, hub, memory, log, () =>
      catalogue.refresh(),
    );
    const webviews = file('dist', 'webview');
    const panels = new AttentionPanels({ client, history, log, webviews, icon }, catalogue);
    const captionStore = new CaptionStore(storageUri, () => catalogue.captioner(), log);
    const captionQueue = new CaptionQueue(client, captionStore, log);
    this.services = {
      ...essentials,
      client,
      catalogue,
      downloads,
      hub,
      panels,
      captionStore,
      captionQueue,
      imagePanel: new ImagePanel({ client, log, webviews, icon }),
      speechPanel: new SpeechPanel(
        { client, log, webviews, icon },
        new TranscriptCorrections(essentials.workspaceMemory),
      ),
      captions: new CaptionPanel({ client, log, webviews, icon, store: captionStore }),
      askImage: new AskImagePanel({ client, log, webviews, icon, store: captionStore }),
      mechanisms: new MechanismsPanel({ client, log, webviews, icon }, file('media', 'models', 'alignment')),
      images: new WorkspaceImages(captionStore, captionQueue, log),
      imagesTree: () => this.tree,
    };
    this.knownOfHub = new KnownOfHub(downloads, hub, memory);
    this.modelsTree = new ModelsTree(catalogue, downloads, this.knownOfHub);
    this.describeActions = new DescribeActions(this.services);
  }

  /** Does what a command stands for. */
  run(command: CommandId, argument: unknown, selected: unknown): unknown {
    return commandHandlers[command](this.services, argument as never, selected as never);
  }

  /** Switches the lens on. @param changed called when the lens has something else to show. */
  startLens(changed: () => void): LensSession {
    return new LensSession(this.services, changed);
  }

  /** What fills the sidebar's view of images. */
  fillImages(view: vscode.TreeView<ImageNode>): Promise<ImagesTree> {
    const { images, client } = this.services;
    this.tree ??= new ImagesTree(images, view, (image, state, token) => imageTooltip(client, image, state, token));
    return Promise.resolve(this.tree);
  }

  /** Brings a panel that shows a file back after the window was reloaded. */
  async restore(type: FileViewType, view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { captions, askImage, imagePanel, speechPanel, catalogue } = this.services;
    switch (type) {
      case fileViewTypes.captions:
        return captions.restore(view, state, () => catalogue.captioner());
      case fileViewTypes.askImage:
        return askImage.restore(view, state, (key, dtype) => this.visionModel(key, dtype));
      case fileViewTypes.image:
        return imagePanel.restore(view, state, (key, dtype) => catalogue.named(key, dtype, 'image'));
      case fileViewTypes.speech:
        return speechPanel.restore(view, state, (key, dtype) => catalogue.named(key, dtype, 'speech'));
    }
  }

  /** The vision-language model of a key, else the one that answers now. @throws Error with one sentence where there is none. */
  private async visionModel(key: string, dtype: string): Promise<ModelReference> {
    const { catalogue } = this.services;
    const entry = await catalogue.find(key);
    const precision = entry?.precisions.find(held => held === dtype);
    if (entry && isVisionModel(entry)) return precision ? { ...entry, dtype: precision } : entry;
    const other = await findVisionModel(this.services);
    if (other) return other;
    throw new Error(`The model ${key} is gone; choose another one with “Headlight: Choose Model for Captions…”.`);
  }

  /** What a hover on an image link says. */
  hoverImage(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    return imageHover(this.services.captionStore, document, position);
  }

  /** Tells of images without alt text from now on, as the setting says. */
  tellMissingAlt(): void {
    this.missingAlt ??= new MissingAlt(this.services.log);
  }

  /** Writes what was not written yet. */
  flush(): Promise<void> {
    return this.services.captionStore.flush();
  }

  dispose(): void {
    this.tree?.dispose();
    this.missingAlt?.dispose();
    this.services.captionQueue.dispose();
    this.services.images.dispose();
    this.services.captionStore.dispose();
    this.services.panels.dispose();
    this.services.captions.dispose();
    this.services.askImage.dispose();
    this.services.imagePanel.dispose();
    this.services.speechPanel.dispose();
    this.services.mechanisms.dispose();
    this.services.client.dispose();
    this.modelsTree.dispose();
    this.knownOfHub.dispose();
    this.services.downloads.dispose();
    this.services.catalogue.dispose();
  }
}
