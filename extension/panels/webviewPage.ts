import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { htmlDocument } from '../../core/export/htmlDocument';

/**
 * The page of a webview: one element, its script and its style sheet from `dist/webview`. Nothing but those may run, and
 * nothing can be fetched from anywhere.
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
    body: `<headlight-${name}></headlight-${name}>
<script type="module" nonce="${nonce}" src="${uri(`${name}.js`)}"></script>`,
  });
}
