import * as vscode from 'vscode';
import { captionsCsv, captionsJson, captionsMarkdown, type CaptionRow } from '../../core/captions/captionTable';
import { captionOf } from '../captions/imageState';
import { saveFile } from '../panels/saveFile';
import type { Services } from '../services';

const formats = [
  { label: 'CSV', description: 'for spreadsheets', name: 'captions.csv', write: captionsCsv },
  { label: 'JSON', description: 'for programs', name: 'captions.json', write: captionsJson },
  { label: 'Markdown table', description: 'for documents', name: 'captions.md', write: captionsMarkdown },
];

/** `headlight.images.export`: saves a table of all images with their captions and states. */
export async function exportCaptions({ images }: Services): Promise<void> {
  const rows: CaptionRow[] = (await images.all()).map(image => {
    const state = images.state(image);
    const record = 'caption' in state ? state.caption.record : undefined;
    return {
      path: image.path, caption: captionOf(state) ?? '', state: state.phase, model: state.phase === 'edited' ? '' : record?.model ?? '',
      ...('reason' in state ? { reason: state.reason } : {}),
    };
  });
  if (rows.length === 0) {
    void vscode.window.showInformationMessage('This workspace has no images to export captions of.');
    return;
  }
  const format = await vscode.window.showQuickPick(formats, { title: 'Headlight: Export Captions' });
  if (!format) return;
  try {
    await saveFile(format.name, format.write(rows), undefined, 'Export Captions');
  } catch (error) {
    void vscode.window.showErrorMessage((error as Error).message);
  }
}
