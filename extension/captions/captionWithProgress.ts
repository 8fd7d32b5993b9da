import * as vscode from 'vscode';
import { plainMessage } from '../../core/text/plainMessage';
import type { CatalogueEntry } from '../models/modelCatalogue';
import type { BatchEnd, CaptionQueue } from './captionQueue';
import { showErrorMessage, showWarningMessage } from '../shown/messages';

/** Captions images with a notification that tells how far it is and can end it, and says at the end how it went. */
export async function captionWithProgress(
  queue: CaptionQueue,
  uris: readonly vscode.Uri[],
  model: CatalogueEntry,
): Promise<void> {
  if (queue.isRunning) {
    // Its notification is there, and counts these, too.
    void queue.add(uris, model);
    return;
  }
  const options = { location: vscode.ProgressLocation.Notification, title: 'Captioning images', cancellable: true };
  void vscode.commands.executeCommand('setContext', 'headlight.captioning', true);
  try {
    const end = await vscode.window.withProgress(options, async (progress, token) => {
      let told = 0;
      const listening = [
        token.onCancellationRequested(() => queue.cancel()),
        queue.onDidProgress(({ done, failed, total, current }) => {
          const percent = ((done + failed) / total) * 100;
          const name = current ? ` · ${current.path.split('/').pop()}` : '';
          progress.report({
            message: plainMessage(
              `${count(done + failed)} of ${count(total)}${failed > 0 ? `, ${count(failed)} failed` : ''}${name}`,
            ),
            increment: Math.max(0, percent - told),
          });
          told = Math.max(told, percent);
        }),
      ];
      try {
        return await queue.add(uris, model);
      } finally {
        for (const each of listening) each.dispose();
      }
    });
    // The batch is over, whether or not the user answers.
    void tellEnd(end);
  } finally {
    void vscode.commands.executeCommand('setContext', 'headlight.captioning', false);
  }
}

async function tellEnd({ done, failed, total, cancelled, stopped }: BatchEnd): Promise<void> {
  const log = 'Show Log';
  const show = 'Show Images';
  let answer: string | undefined;
  if (stopped !== undefined) {
    answer = await showErrorMessage(`${stopped} ${count(done)} of ${count(total)} images were captioned.`, log);
  } else if (cancelled) {
    vscode.window.setStatusBarMessage(
      `Captioning ended: ${count(done)} of ${count(total)} images have captions now`,
      8000,
    );
  } else if (failed > 0) {
    answer = await showWarningMessage(
      `${count(failed)} of ${count(total)} images could not be captioned; the sidebar tells why for each.`,
      show,
      log,
    );
  } else {
    vscode.window.setStatusBarMessage(`$(check) ${total === 1 ? '1 image' : `${count(total)} images`} captioned`, 8000);
  }
  if (answer === log) await vscode.commands.executeCommand('headlight.showLog');
  if (answer === show) await vscode.commands.executeCommand('headlight.images.focus');
}

function count(value: number): string {
  return value.toLocaleString('en');
}
