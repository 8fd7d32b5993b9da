import type * as vscode from 'vscode';
import type { InferenceClient } from './inference/inferenceClient';
import type { InferenceStatus } from './inference/inferenceStatus';
import type { AttentionLens } from './lens/attentionLens';
import type { ModelCatalogue } from './models/modelCatalogue';
import type { AttentionPanels } from './panels/attentionPanels';
import type { CaptionPanel } from './panels/captionPanel';
import type { Run, RunHistory } from './runs/runHistory';

/** What is there from activation on: what the sidebar and the status bar show. */
export interface Essentials {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly catalogue: ModelCatalogue;
  readonly history: RunHistory;
  readonly status: InferenceStatus;
  readonly lens: AttentionLens;
  /** The run selected in the sidebar, for commands that a key starts. */
  selectedRun(): Run | undefined;
}

/** What the commands work with. */
export interface Services extends Essentials {
  readonly client: InferenceClient;
  readonly panels: AttentionPanels;
  readonly captions: CaptionPanel;
}
