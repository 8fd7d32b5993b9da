import type * as vscode from 'vscode';
import type { InferenceClient } from './inference/inferenceClient';
import type { AttentionLens } from './lens/attentionLens';
import type { ModelCatalogue } from './models/modelCatalogue';
import type { AttentionPanels } from './panels/attentionPanels';
import type { RunHistory } from './runs/runHistory';

/** What the commands work with. */
export interface Services {
  readonly client: InferenceClient;
  readonly catalogue: ModelCatalogue;
  readonly history: RunHistory;
  readonly panels: AttentionPanels;
  readonly lens: AttentionLens;
  readonly log: vscode.LogOutputChannel;
}
