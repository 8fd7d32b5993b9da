import * as vscode from 'vscode';
import type { KeepUp, LoopState } from '../../core/protocol/attentionPanelProtocol';
import { hasChanged, type Run, type RunHistory } from '../runs/runHistory';

/** So long after the last key the text is explained anew, in milliseconds. */
const pause = 300;

/** What the loop is told of its panel. */
export interface LoopPanel {
  readonly run: Run | undefined;
  readonly visible: boolean;
  /** Explains the text of the run as it is now. */
  again(): void;
  /** Gives up what {@link again} began. */
  stop(): void;
  tell(state: LoopState): void;
}

/** Tells a panel whether the text of its run was edited, and has it explained anew: on save, or as the user types. */
export class PanelLoop implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private timer?: NodeJS.Timeout;
  private own: Omit<LoopState, 'changed' | 'follows'> = { running: false, keepUp: 'off', pinned: false };
  private told = '';

  constructor(
    private readonly panel: LoopPanel,
    private readonly history: RunHistory,
  ) {
    this.subscriptions = [
      history.onDidChange(() => this.tell()),
      vscode.workspace.onDidSaveTextDocument(document => {
        if (this.own.keepUp === 'save' && this.isOf(document)) this.catchUp();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (this.own.keepUp !== 'type' || contentChanges.length === 0 || !this.isOf(document)) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.catchUp(), pause);
      }),
    ];
  }

  /** How the run stands to its document now. */
  get state(): LoopState {
    const { run } = this.panel;
    return { ...this.own, changed: run !== undefined && hasChanged(run), follows: !run?.model.graph };
  }

  /** Takes over what is told otherwise, and tells the panel. */
  set(change: Partial<Omit<LoopState, 'changed' | 'follows'>>): void {
    const { keepUp } = this.own;
    this.own = { ...this.own, ...change };
    this.tell();
    if (change.keepUp === 'type' && keepUp !== 'type') this.catchUp();
  }

  /** Explains the text anew where it was edited; for a panel that nobody sees it waits. */
  catchUp(): void {
    clearTimeout(this.timer);
    const { panel, history } = this;
    if (!panel.visible) return;
    history.places.compare();
    if (panel.run && hasChanged(panel.run)) panel.again();
    else panel.stop();
  }

  /** The panel is seen again. */
  seen(): void {
    if (this.own.keepUp === 'type') this.catchUp();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private isOf(document: vscode.TextDocument): boolean {
    return this.panel.run?.source.uri.toString() === document.uri.toString();
  }

  private tell(): void {
    const { state } = this;
    const told = JSON.stringify(state);
    if (told === this.told) return;
    this.told = told;
    this.panel.tell(state);
  }
}

/** What of a loop's state is kept over a reload. */
export function keptLoop(kept: unknown): { keepUp: KeepUp; pinned: boolean } {
  const { keepUp, pinned } = (kept ?? {}) as Record<string, unknown>;
  return { keepUp: keepUp === 'save' || keepUp === 'type' ? keepUp : 'off', pinned: pinned === true };
}
