import type { MessageConnection } from 'vscode-jsonrpc';
import type * as vscode from 'vscode';
import { fillPanel, openPanel, type OpenPanel, type PanelLook } from './fillPanel';

/** A kind of panel of which a window has one: opened when it is first needed, again after it was closed, and brought back after a reload. */
export class SinglePanel implements vscode.Disposable {
  private open?: OpenPanel;

  /**
   * @param viewType what VS Code knows this kind of panel by.
   * @param page as of {@link fillPanel}.
   * @param closed called when the user closed it.
   */
  constructor(
    private readonly viewType: string,
    private readonly look: PanelLook,
    private readonly page: { readonly name: string; readonly title: string; readonly keeps?: boolean },
    private readonly answer: (connection: MessageConnection) => void,
    private readonly closed: () => void,
  ) {}

  /** Whether it is open. */
  get isOpen(): boolean {
    return this.open !== undefined;
  }

  /** The panel; opened beside the editor where it is not. */
  get(): OpenPanel {
    return this.open ?? this.watch(openPanel(this.viewType, this.look, this.page, this.answer));
  }

  /** Takes over a panel that VS Code brings back. @returns false where there is one already: that other one is closed. */
  adopt(view: vscode.WebviewPanel): boolean {
    if (this.open) {
      view.dispose();
      return false;
    }
    this.watch({ view, connection: fillPanel(view, this.look, this.page, this.answer) });
    return true;
  }

  dispose(): void {
    this.open?.view.dispose();
  }

  private watch(opened: OpenPanel): OpenPanel {
    this.open = opened;
    opened.view.onDidDispose(() => {
      this.open = undefined;
      this.closed();
    });
    return opened;
  }
}
