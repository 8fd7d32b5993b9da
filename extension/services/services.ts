import type * as vscode from 'vscode';
import type { CaptionQueue } from '../captions/captionQueue';
import type { CaptionStore } from '../captions/captionStore';
import type { WorkspaceImages } from '../captions/workspaceImages';
import type { InferenceClient } from '../inference/inferenceClient';
import type { InferenceStatus } from '../inference/inferenceStatus';
import type { AttentionLens } from '../lens/attentionLens';
import type { Downloads } from '../models/downloads';
import type { HubSettings } from '../models/hubSettings';
import type { ModelCatalogue } from '../models/modelCatalogue';
import type { ModelChoice } from '../models/modelChoice';
import type { AskImagePanel } from '../panels/askImagePanel';
import type { AttentionPanels } from '../panels/attentionPanels';
import type { CaptionPanel } from '../panels/captionPanel';
import type { ImagePanel } from '../panels/imagePanel';
import type { MechanismsPanel } from '../panels/mechanismsPanel';
import type { SpeechPanel } from '../panels/speechPanel';
import type { Run, RunHistory } from '../runs/runHistory';
import type { ImageNode, ImagesTree } from '../views/imagesTree';

/** What is there from activation on: what the sidebar and the status bar show. */
export interface Essentials {
  readonly extensionUri: vscode.Uri;
  /** Where what belongs to the workspace is kept; undefined where none is open. */
  readonly storageUri: vscode.Uri | undefined;
  /** Where downloaded models lie: below VS Code's storage for this extension. */
  readonly storage: vscode.Uri;
  readonly secrets: vscode.SecretStorage;
  /** What is remembered over all windows. */
  readonly memory: vscode.Memento;
  /** What is remembered of this workspace. */
  readonly workspaceMemory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  readonly choice: ModelChoice;
  readonly history: RunHistory;
  readonly status: InferenceStatus;
  readonly lens: AttentionLens;
  /** The runs selected in the sidebar, for commands that a key starts. */
  selectedRuns(): readonly Run[];
  /** The images and folders selected in the sidebar. */
  selectedImages(): readonly ImageNode[];
}

/** What the commands work with. */
export interface Services extends Essentials {
  readonly client: InferenceClient;
  readonly catalogue: ModelCatalogue;
  readonly downloads: Downloads;
  readonly hub: HubSettings;
  readonly panels: AttentionPanels;
  readonly captions: CaptionPanel;
  readonly askImage: AskImagePanel;
  readonly imagePanel: ImagePanel;
  readonly speechPanel: SpeechPanel;
  readonly mechanisms: MechanismsPanel;
  readonly captionStore: CaptionStore;
  readonly captionQueue: CaptionQueue;
  readonly images: WorkspaceImages;
  /** The sidebar's tree of images, once it was seen. */
  imagesTree(): ImagesTree | undefined;
}
