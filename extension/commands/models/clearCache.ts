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
  if (kept.length > 0) void showInformationMessage(keptWords(kept));
}

function keptWords(kept: readonly KeptModel[]): string {
  const names = (why: KeptModel['why']) =>
    kept.filter(one => one.why === why).map(({ id, dtype }) => `${id} (${dtype})`);
  const said = [
    ['in use', names('used')],
    ['being downloaded', names('downloaded')],
  ] as const;
  return `All else is cleared; ${said
    .filter(([, which]) => which.length > 0)
    .map(([what, which]) => `${which.join(', ')} ${which.length === 1 ? 'is' : 'are'} ${what} in another window`)
    .join(', and ')}.`;
}

/** Bytes of all files below a folder; 0 where there is none. */
async function sizeOf(folder: vscode.Uri): Promise<number> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async ([name, type]) => {
      const entry = vscode.Uri.joinPath(folder, name);
      return type === vscode.FileType.Directory ? sizeOf(entry) : (await vscode.workspace.fs.stat(entry)).size;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
