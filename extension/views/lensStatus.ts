import * as vscode from 'vscode';
import type { AttentionLens } from '../lens/attentionLens';

/** Says at the bottom of the window that the attention lens is on; a click switches it off. */
export class LensStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('headlight.lens', vscode.StatusBarAlignment.Right, 89);
  private readonly subscription: vscode.Disposable;

  constructor(lens: AttentionLens) {
    this.item.name = 'Headlight Attention Lens';
    this.item.text = '$(eye) Lens';
    this.item.tooltip = 'Headlight: the attention lens is on. Click to turn it off.';
    this.item.accessibilityInformation = { label: 'Headlight attention lens is on, turn it off', role: 'button' };
    this.item.command = 'headlight.toggleLens';
    this.subscription = lens.onDidChange(() => (lens.isOn ? this.item.show() : this.item.hide()));
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }
}
