import type { MessageConnection } from 'vscode-jsonrpc';
import * as vscode from 'vscode';
import { connect } from '../../core/protocol/messagePort';
import { panelAlive } from '../../core/protocol/panelAlive';
import { isGone } from '../files/extensionFiles';
import { reloadCommand, scriptOf, webviewPage } from './webviewPage';

/** What a panel's page needs of the extension. */
export interface PanelLook {
  /** The folder of the bundled webviews. */
  readonly webviews: vscode.Uri;
  /** The panel's icon in themes of a kind. */
  icon(theme: 'light' | 'dark'): vscode.Uri;
}

/**
 * Puts one of Headlight's pages into a webview panel and connects to it, until the panel is closed.
 * @param page the page's name, as `webviewPage` knows it, and its title.
 * @param answer says how the page's requests are answered.
 */
export function fillPanel(
  view: vscode.WebviewPanel,
  look: PanelLook,
  page: { readonly name: string; readonly title: string },
  answer: (connection: MessageConnection) => void,
): MessageConnection {
  view.webview.options = {
    enableScripts: true,
    enableCommandUris: [reloadCommand],
    localResourceRoots: [look.webviews],
  };
  view.iconPath = { light: look.icon('light'), dark: look.icon('dark') };
  const connection = connect({
    post: message => {
      void view.webview.postMessage(message);
    },
    onMessage: listener => view.webview.onDidReceiveMessage(listener),
  });
  connection.onRequest(panelAlive, () => undefined);
  answer(connection);
  connection.listen();
  const fill = () => {
    view.webview.html = webviewPage(view.webview, look.webviews, page.name, page.title);
  };
  fill();
  let { visible, viewColumn } = view;
  view.onDidChangeViewState(() => {
    // A page that comes back into sight begins anew, if it was not kept: without its script it would be empty.
    const begins = view.visible && (!visible || viewColumn !== view.viewColumn);
    ({ visible, viewColumn } = view);
    if (begins && !view.options.retainContextWhenHidden && isGone(scriptOf(look.webviews, page.name).fsPath)) fill();
  });
  view.onDidDispose(() => connection.dispose());
  return connection;
}

/** A panel of Headlight with the connection to its page. */
export interface OpenPanel {
  readonly view: vscode.WebviewPanel;
  readonly connection: MessageConnection;
}

/**
 * Opens a panel beside the editor, which keeps the focus.
 * @param viewType what VS Code knows this kind of panel by.
 * @param page as of {@link fillPanel}; its title stands on the tab until the panel sets another. `keeps`: it holds what was
 *   made in it and cannot be had again at once, so it stays in memory while another tab lies over it.
 */
export function openPanel(
  viewType: string,
  look: PanelLook,
  page: { readonly name: string; readonly title: string; readonly keeps?: boolean },
  answer: (connection: MessageConnection) => void,
): OpenPanel {
  const view = vscode.window.createWebviewPanel(
    viewType,
    page.title,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, retainContextWhenHidden: page.keeps === true },
  );
  return { view, connection: fillPanel(view, look, page, answer) };
}
