import * as vscode from 'vscode';
import { captionsCsv, captionsJson, captionsMarkdown, type CaptionRow } from '../../core/captions/captionTable';
import { captionOf, isGuess, verdictOf } from '../captions/imageState';
import type { WorkspaceImage } from '../captions/findImages';
import { saveFile } from '../panels/saveFile';
import type { Services } from '../services/services';
import { filterName, passes } from '../views/imageFilter';
import { showErrorMessage, showInformationMessage } from '../shown/messages';
import { plainLabel } from '../../core/text/plainLabel';

const formats = [
  { label: 'CSV', description: 'for spreadsheets', name: 'captions.csv', write: captionsCsv },
  { label: 'JSON', description: 'for programs', name: 'captions.json', write: captionsJson },
  { label: 'Markdown table', description: 'for documents', name: 'captions.md', write: captionsMarkdown },
];

/** `headlight.images.export`: saves a table of all images with their captions and states; where the sidebar is filtered, asks whether of those that it shows. */
export async function exportCaptions(services: Services): Promise<void> {
  const { images } = services;
  const all = await images.all();
  const filter = services.imagesTree()?.filter;
  const shown = filter && all.filter(image => passes(filter, image, images.state(image)));
  const chosen = shown ? await whichOf(all, shown, filterName(filter)) : all;
  if (!chosen) return;
  const rows: CaptionRow[] = chosen.map(image => {
    const state = images.state(image);
    const verdict = verdictOf(state);
    const record = verdict && 'caption' in state ? state.caption.record : undefined;
    const caption = captionOf(state) ?? '';
    return {
      path: image.path,
      caption: isGuess(state) ? '' : caption,
      state: state.phase,
      model: record?.model ?? '',
      ...(record?.confidence === undefined ? {} : { confidence: record.confidence }),
      ...(verdict ? { verdict } : {}),
      ...(isGuess(state) ? { guess: caption } : {}),
      ...('reason' in state ? { reason: state.reason } : {}),
    };
  });
  if (rows.length === 0) {
    void showInformationMessage(
      filter
        ? 'The filter shows no image to export a caption of; show all images first.'
        : 'This workspace has no images to export captions of.',
    );
    return;
  }
  const format = await vscode.window.showQuickPick(formats, { title: 'Headlight: Export Captions' });
  if (!format) return;
  try {
    await saveFile(format.name, format.write(rows), undefined, 'Export Captions');
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}

/** Asks which images are to be exported; undefined where the user changed their mind. */
async function whichOf(
  all: readonly WorkspaceImage[],
  shown: readonly WorkspaceImage[],
  filter: string,
): Promise<readonly WorkspaceImage[] | undefined> {
  const items = [
    {
      label: 'Images that are shown',
      description: `${shown.length.toLocaleString('en')} · ${plainLabel(filter)}`,
      images: shown,
    },
    { label: 'All images', description: all.length.toLocaleString('en'), images: all },
  ];
  return (await vscode.window.showQuickPick(items, { title: 'Headlight: Export Captions' }))?.images;
}
