import os from 'node:os';
import * as vscode from 'vscode';
import { issueReport } from '../reports/issueReport';
import type { Services } from '../services/services';
import { showInformationMessage } from '../shown/messages';

/**
 * `headlight.reportIssue`: writes a report into a new document, where the user sees all of it and completes it. Nothing is sent:
 * VS Code's issue reporter opens with it where the user asks.
 */
export async function reportIssue({ client, downloads, history }: Services): Promise<void> {
  const extension = vscode.extensions.getExtension('headlight.headlight');
  const { version } = (extension?.packageJSON ?? {}) as { version?: string };
  const { source } = issueReport({
    versions: {
      Headlight: version ?? 'unknown',
      'VS Code': `${vscode.version}, ${vscode.UIKind[vscode.env.uiKind]}${vscode.env.remoteName ? `, remote ${vscode.env.remoteName}` : ''}`,
      Platform: `${process.platform} ${process.arch}, ${os.release()}`,
      Machine: `${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
      Node: process.version,
    },
    models: history.all.map(({ explanation }) => explanation.model),
    failures: [...client.failures.all, ...downloads.failures.all].sort((a, b) => a.time.getTime() - b.time.getTime()),
  });
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: source });
  await vscode.window.showTextDocument(document);
  const open = 'Open Issue Reporter';
  const answer = await showInformationMessage(
    'This is all that a report says; it holds none of your texts, images and names. Complete it, then open the issue reporter with it.',
    open,
  );
  if (answer !== open) return;
  await vscode.commands.executeCommand('vscode.openIssueReporter', {
    extensionId: 'headlight.headlight',
    issueBody: document.getText(),
  });
}
