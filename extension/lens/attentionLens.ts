import * as vscode from 'vscode';
import type { LensKey } from '../../core/attention/lensWeights';
import type { LensRow } from './lensRow';
import type { LensSession } from './lensSession';

/** The attention lens: off, or on with a session that shows what the caret's token looks at. */
export class AttentionLens implements vscode.Disposable {
  private on = false;
  /** Comes a moment after the lens is switched on. */
  private session?: LensSession;
  private readonly emitter = new vscode.EventEmitter<void>();
  /** Fires when the lens is switched, and when it has something else to show. */
  readonly onDidChange = this.emitter.event;

  /** @param start makes a session; `changed` is called when it has something else to show. */
  constructor(private readonly start: (changed: () => void) => Promise<LensSession>) {}

  get isOn(): boolean {
    return this.on;
  }

  /** What the caret's token looks at, once it is known. */
  get row(): LensRow | undefined {
    return this.session?.row;
  }

  /** One sentence where there is something to say: that the text is being read, or why nothing is shown. */
  get message(): string | undefined {
    return this.session?.message;
  }

  /** Switches the lens on or off. */
  async toggle(): Promise<void> {
    this.on = !this.on;
    if (this.on) {
      const session = await this.start(() => this.emitter.fire());
      // It may have been switched off meanwhile, or off and on.
      if (this.on && !this.session) this.session = session;
      else session.dispose();
    } else {
      this.session?.dispose();
      this.session = undefined;
    }
    this.emitter.fire();
    await vscode.commands.executeCommand('setContext', 'headlight.lensOn', this.isOn);
  }

  /** Brings a stretch of the text into view and marks it; the caret and the focus stay. */
  reveal(key: LensKey): void {
    this.session?.reveal(key);
  }

  dispose(): void {
    this.on = false;
    this.session?.dispose();
    this.session = undefined;
    this.emitter.dispose();
  }
}
