import * as vscode from 'vscode';
import { promisedFormat } from '../../core/images/imageKinds';
import { captionWithProgress } from '../captions/captionWithProgress';
import type { WorkspaceImage } from '../captions/findImages';
import type { Services } from '../services/services';
import type { ImageNode } from '../views/imagesTree';
import { captionerFor } from './captionerFor';
import { showInformationMessage } from '../shown/messages';

type Chosen = vscode.Uri | ImageNode;

/** `headlight.captionWorkspaceImages`: captions every image of the workspace that has no caption of its content. */
export async function captionWorkspaceImages(services: Services): Promise<void> {
  const all = await services.images.all();
  if (all.length === 0) {
    void showInformationMessage(
      'This workspace has no images that Headlight can read; open a folder with PNG, JPEG, WebP, GIF, AVIF, BMP, TIFF, SVG or ICO files.',
    );
    return;
  }
  await captionEach(
    services,
    all.map(image => image.uri),
    all,
  );
}

/** `headlight.captionImages`: captions the images that are selected and those in the folders that are. */
export async function captionImages(
  services: Services,
  chosen: Chosen | undefined,
  selected: readonly Chosen[] | undefined,
): Promise<void> {
  const choice = selected?.length ? selected : chosen ? [chosen] : [];
  if (choice.length === 0) return captionWorkspaceImages(services);
  const all = await services.images.all();
  const uris = new Map<string, vscode.Uri>();
  for (const each of choice) for (const uri of imagesOf(each, all)) uris.set(uri.toString(), uri);
  if (uris.size === 0) {
    void showInformationMessage('There is no image among these that Headlight can read.');
    return;
  }
  await captionEach(services, [...uris.values()], all);
}

function imagesOf(chosen: Chosen, all: readonly WorkspaceImage[]): vscode.Uri[] {
  if (!(chosen instanceof vscode.Uri)) {
    return 'image' in chosen
      ? [chosen.image.uri]
      : all.filter(({ path }) => path.startsWith(`${chosen.folder.path}/`)).map(({ uri }) => uri);
  }
  if (promisedFormat(chosen.path)) return [chosen];
  const folder = `${chosen.toString()}/`;
  return all.filter(({ uri }) => uri.toString().startsWith(folder)).map(({ uri }) => uri);
}

/** Those that need a caption, or have one by another model; all again, where none does and the user wants it. */
async function captionEach(
  services: Services,
  uris: readonly vscode.Uri[],
  all: readonly WorkspaceImage[],
): Promise<void> {
  const { images, captionQueue } = services;
  const model = await captionerFor(services);
  if (!model) return;
  const known = new Map(all.map(image => [image.uri.toString(), image]));
  const needs = uris.filter(uri => {
    const image = known.get(uri.toString());
    const state = image && images.state(image);
    return (
      !state ||
      ['none', 'failed', 'stale'].includes(state.phase) ||
      (state.phase === 'done' && state.caption.record?.model !== model.id)
    );
  });
  if (needs.length === 0) {
    if (captionQueue.isRunning) return;
    const again = 'Caption Again';
    const which =
      uris.length === 1 ? 'This image has a caption' : `All ${uris.length.toLocaleString('en')} images have captions`;
    if ((await showInformationMessage(`${which} already.`, again)) !== again) return;
  }
  await captionWithProgress(captionQueue, needs.length > 0 ? needs : uris, model);
}
