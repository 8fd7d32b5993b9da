import * as vscode from 'vscode';
import { plainMessage } from '../../core/text/plainMessage';
import type { InferenceClient } from './inferenceClient';
import { waitsFor } from './waitsFor';

/**
 * While a notification waits for the inference process: it says what for, and its Cancel ends the wait where the process does
 * not hear of it. To be disposed with the wait.
 * @param progress absent: the notification says something else.
 */
export function toldWait(
  client: InferenceClient,
  token: vscode.CancellationToken,
  progress?: vscode.Progress<{ message?: string }>,
): vscode.Disposable {
  return vscode.Disposable.from(
    token.onCancellationRequested(() => client.userCancelled()),
    client.onDidBegin(work => progress?.report({ message: plainMessage(waitsFor(work)) })),
  );
}
