import os from 'node:os';
import * as vscode from 'vscode';
import { issueReport } from '../reports/issueReport';
import type { Services } from '../services/services';
import { showInformationMessage } from '../shown/messages';

interface Manifest {
  readonly version: string;
  readonly repository: { readonly url: string };
}

/**
 * `headlight.reportIssue`: writes a report into a new document, where the user sees all of it and completes it. Nothing is sent:
 * VS Code's issue reporter opens with it where the user asks; in a browser it is copied, and the page for a new issue opens.
 */
export async function reportIssue({ client, downloads, history }: Services): Promise<void> {
  const extensionId = 'headlight.headlight';
  const { version, repository } = vscode.extensions.getExtension(extensionId)!.packageJSON as Manifest;
  const { source } = issueReport({
    versions: {
      Headlight: version,
      // Not the remote's name: in a browser it is an address.
      'VS Code': `${vscode.version}, ${vscode.UIKind[vscode.env.uiKind]}${vscode.env.remoteName ? ', remote' : ''}`,
      Platform: `${process.platform} ${process.arch}, ${os.release()}`,
      Machine: `${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
      Node: process.version,
    },
    models: history.all.map(({ explanation }) => explanation.model),
    failures: [...client.failures.all, ...downloads.failures.all].sort((a, b) => a.time.getTime() - b.time.getTime()),
  });
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: source });
  await vscode.window.showTextDocument(document);
  const inBrowser = vscode.env.uiKind === vscode.UIKind.Web;
  const open = inBrowser ? 'Copy and Open Issue Page' : 'Open Issue Reporter';
  const answer = await showInformationMessage(
    'This is all that a report says; it holds none of your texts, images and names. Complete it, then go on with it.',
    open,
  );
  if (answer !== open) return;
  const issueBody = document.getText();
  // In a browser VS Code's reporter leaves out what it is given, and an address with it arrives encoded twice.
  if (inBrowser) {
    await vscode.env.clipboard.writeText(issueBody);
    await vscode.env.openExternal(vscode.Uri.parse(`${repository.url}/issues/new`));
  } else {
    await vscode.commands.executeCommand('vscode.openIssueReporter', { extensionId, issueBody });
  }
}
