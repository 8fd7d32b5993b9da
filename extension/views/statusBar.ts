import * as vscode from 'vscode';
import type { InferencePhase, InferenceStatus } from '../inference/inferenceStatus';
import type { ModelChoice } from '../models/modelChoice';

/** The model in use and what the inference process does, at the bottom of the window; a click chooses another model. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('headlight.model', vscode.StatusBarAlignment.Right, 90);
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly status: InferenceStatus,
    private readonly choice: ModelChoice,
  ) {
    this.item.name = 'Headlight Model';
    this.item.command = 'headlight.chooseModel';
    this.subscriptions = [status.onDidChange(() => this.update()), choice.onDidChange(() => this.update())];
    this.update();
    this.item.show();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { icon, word } = wordsFor(this.status.current);
    const model = this.choice.usedId.split('/').pop();
    this.item.text = `$(${icon}) ${model}: ${word}`;
    this.item.tooltip =
      this.status.current.phase === 'stopped'
        ? 'Headlight: the inference process starts with the next request. Click to choose another model.'
        : 'Headlight: click to choose another model.';
    this.item.accessibilityInformation = { label: `Headlight model ${model}, ${word}`, role: 'button' };
  }
}

function wordsFor(state: InferencePhase): { icon: string; word: string } {
  switch (state.phase) {
    case 'loading':
      return { icon: 'loading~spin', word: 'loading' };
    case 'running':
      return { icon: 'loading~spin', word: 'running' };
    case 'ready':
      return { icon: 'lightbulb', word: 'ready' };
    case 'stopped':
      return { icon: 'lightbulb-empty', word: 'stopped' };
  }
}
