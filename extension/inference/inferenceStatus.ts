import * as vscode from 'vscode';
import type { InferenceState } from '../../core/protocol/inferenceProtocol';

/** What the inference process does, by its own word, or that there is none. */
export type InferencePhase = InferenceState | { readonly phase: 'stopped' };

/** What the inference process does now: told by its client, shown by the status bar. */
export class InferenceStatus implements vscode.Disposable {
  private phase: InferencePhase = { phase: 'stopped' };
  private readonly emitter = new vscode.EventEmitter<void>();
  /** Fires when the process starts to load, to run, is ready, or stopped. */
  readonly onDidChange = this.emitter.event;

  get current(): InferencePhase {
    return this.phase;
  }

  set current(phase: InferencePhase) {
    this.phase = phase;
    this.emitter.fire();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
