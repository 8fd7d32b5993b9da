import * as vscode from 'vscode';
import { phaseNames, shownCaption } from '../captions/imageState';
import type { Services } from '../services/services';

/** `headlight.images.search`: finds an image by its path or caption, and shows it in the captions panel. */
export async function searchImages({ images, captions, catalogue }: Services): Promise<void> {
  const items = (await images.all()).map(image => {
    const state = images.state(image);
    return { label: image.path, description: shownCaption(state) ?? phaseNames[state.phase], uri: image.uri };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Headlight: Search Images',
    placeHolder: 'Part of a path or caption',
    matchOnDescription: true,
  });
  if (chosen) await captions.caption(chosen.uri, await catalogue.captioner());
}
