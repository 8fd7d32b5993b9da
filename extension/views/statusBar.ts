import * as vscode from 'vscode';
import type { InferenceStatus } from '../inference/inferenceStatus';
import type { ModelChoice } from '../models/modelChoice';
import { plainLabel } from '../../core/text/plainLabel';

/**
 * The model in use for text and what the inference process does, at the bottom of the window; while another works (on an
 * image, on speech), that one. A click chooses another model.
 */
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

  /** What it says. */
  get text(): string {
    return this.item.text;
  }

  private update(): void {
    const { usedId } = this.choice;
    const now = this.status.current;
    const works = now.phase === 'loading' || now.phase === 'running' ? now.model : usedId;
    const model = works.split('/').pop() ?? works;
    const { icon, word, tip } = this.wordsFor(usedId);
    this.item.text = `$(${icon}) ${plainLabel(model)}: ${word}`;
    this.item.tooltip = `Headlight: ${tip}click to choose another model.`;
    this.item.accessibilityInformation = { label: `Headlight model ${model}, ${word}`, role: 'button' };
  }

  private wordsFor(used: string): { readonly icon: string; readonly word: string; readonly tip: string } {
    const state = this.status.current;
    if (state.phase === 'loading' || state.phase === 'running') {
      return { icon: 'loading~spin', word: state.phase, tip: '' };
    }
    if (this.status.isOpen(used)) return { icon: 'lightbulb', word: 'ready', tip: '' };
    if (this.status.hasFailed(used)) {
      return {
        icon: 'warning',
        word: 'cannot be opened',
        tip: 'the panel and the log say why it could not be opened; ',
      };
    }
    return {
      icon: 'lightbulb-empty',
      word: 'starts with the first use',
      tip: 'the model is opened when it is asked for the first time; ',
    };
  }
}
