import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { htmlDocument } from '../../core/export/htmlDocument';
import { goneWords, isGone } from '../files/extensionFiles';

/** The one command that a page may start, where its script is gone. */
export const reloadCommand = 'workbench.action.reloadWindow';

const reload = `<a href="command:${reloadCommand}">Reload Window</a>`;

/** What a page says that nobody hears: VS Code leaves panels open when extensions are restarted, and connects them to nobody. */
const silentWords =
  'Headlight does not answer in this panel; if extensions were restarted or have stopped, reload the window to bring it back.';

/**
 * The page of a webview: one element, its script and its style sheet from `dist/webview`. Nothing but those may run, and
 * nothing can be fetched from anywhere. Where they are gone, as after an update, it says so.
 */
export function webviewPage(webview: vscode.Webview, folder: vscode.Uri, name: string, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  return htmlDocument({
    title,
    policy: [
      `script-src 'nonce-${nonce}'`,
      `style-src ${webview.cspSource}`,
      `font-src ${webview.cspSource}`,
      `img-src ${webview.cspSource} data: blob:`,
    ].join('; '),
    head: `<link rel="preload" as="font" type="font/ttf" crossorigin href="${uri('codicon.ttf')}">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${uri(`${name}.css`)}">`,
    body: isGone(scriptOf(folder, name).fsPath)
      ? `<p class="lost" id="gone" role="alert">${goneWords} ${reload}</p>`
      : `<headlight-${name}></headlight-${name}>
<p class="lost" id="silent" role="alert" hidden>${silentWords} ${reload}</p>
<script type="module" nonce="${nonce}" src="${uri(`${name}.js`)}"></script>`,
  });
}

/** A page's script. */
export function scriptOf(folder: vscode.Uri, name: string): vscode.Uri {
  return vscode.Uri.joinPath(folder, `${name}.js`);
}
