import * as vscode from 'vscode';
import { formatBytes } from '../../../core/models/formatBytes';
import type { KeptModel } from '../../../core/protocol/downloadProtocol';
import type { Services } from '../../services/services';
import { showInformationMessage, showWarningMessage } from '../../shown/messages';

/** `headlight.clearCache`: deletes all downloaded models and unfinished downloads, after it said how much that is. */
export async function clearCache({ catalogue, downloads, storage }: Services): Promise<void> {
  const folders = ['models', 'downloads'].map(name => vscode.Uri.joinPath(storage, name));
  const bytes = (await Promise.all(folders.map(sizeOf))).reduce((sum, size) => sum + size, 0);
  if (bytes === 0) {
    void showInformationMessage('No model is downloaded: there is nothing to clear.');
    return;
  }
  const sure = 'Clear Cache';
  const answer = await showWarningMessage(
    `Delete all downloaded models (${formatBytes(bytes)})?`,
    { modal: true, detail: `They lie in ${storage.fsPath} and can be downloaded again.` },
    sure,
  );
  if (answer !== sure) return;
  const before = await catalogue.downloaded();
  const kept = await downloads.clear();
  const there = await catalogue.downloaded();
  await catalogue.letGo(before.filter(({ key }) => !there.some(other => other.key === key)));
  if (kept.length > 0) void showInformationMessage(keptWords(kept, storage.fsPath));
}

function keptWords(kept: readonly KeptModel[], folder: string): string {
  const names = (why: KeptModel['why']) =>
    kept.filter(one => one.why === why).map(({ id, dtype }) => `${id} (${dtype})`);
  const are = (which: readonly string[], what: string) =>
    `${which.join(', ')} ${which.length === 1 ? 'is' : 'are'} ${what}`;
  const said = [
    [names('used'), (which: readonly string[]) => are(which, 'in use in another window')],
    [names('downloaded'), (which: readonly string[]) => are(which, 'being downloaded in another window')],
    [
      names('denied'),
      (which: readonly string[]) => `${which.join(', ')} cannot be deleted: allow changes in ${folder}`,
    ],
  ] as const;
  return `All else is cleared; ${said
    .filter(([which]) => which.length > 0)
    .map(([which, say]) => say(which))
    .join(', and ')}.`;
}

/** Bytes of all files below a folder; 0 where there is none. */
async function sizeOf(folder: vscode.Uri): Promise<number> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async ([name, type]) => {
      const entry = vscode.Uri.joinPath(folder, name);
      if (type === vscode.FileType.Directory) return sizeOf(entry);
      // Another window may remove it meanwhile.
      return Promise.resolve(vscode.workspace.fs.stat(entry)).then(
        ({ size }) => size,
        () => 0,
      );
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
