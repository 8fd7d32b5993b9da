import * as vscode from 'vscode';
import { splitPrecision } from '../../core/models/precisions';
import type { InferenceState } from '../../core/protocol/inferenceProtocol';

/** What the inference process does, by its own word, or that there is none. */
export type InferencePhase = InferenceState | { readonly phase: 'stopped' };

/** What the inference process does now: told by its client, shown by the status bar. */
export class InferenceStatus implements vscode.Disposable {
  private phase: InferencePhase = { phase: 'stopped' };
  /** The models that are open, by what the process told of each. */
  private readonly open = new Set<string>();
  private readonly emitter = new vscode.EventEmitter<void>();
  /** Fires when the process starts to load, to run, is ready, or stopped. */
  readonly onDidChange = this.emitter.event;

  /** Whether a model is open: its name may be that of a key, with its owner or folder and its precision. */
  isOpen(name: string): boolean {
    return [...this.open].some(id => isCalled(id, name));
  }

  /** Whether it is the model of that name that could not be opened. */
  hasFailed(name: string): boolean {
    return this.phase.phase === 'failed' && isCalled(this.phase.model, name);
  }

  get current(): InferencePhase {
    return this.phase;
  }

  set current(phase: InferencePhase) {
    this.phase = phase;
    if (phase.phase === 'stopped') this.open.clear();
    else if (phase.phase === 'failed' || phase.phase === 'closed') this.open.delete(phase.model);
    else if (phase.phase === 'ready') this.open.add(phase.model);
    this.emitter.fire();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

/** Whether a model goes by a key of the settings: its id, or the end of the folder's path. */
function isCalled(id: string, key: string): boolean {
  const { name } = splitPrecision(key);
  return id === name || name.endsWith(`/${id}`);
}
