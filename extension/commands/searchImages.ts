import * as vscode from 'vscode';
import { phaseNames, shownCaption } from '../captions/imageState';
import type { Services } from '../services/services';
import { showCaption } from './showCaption';
import { plainLabel } from '../../core/text/plainLabel';

/** `headlight.images.search`: finds an image by its path or caption, and shows it in the captions panel. */
export async function searchImages(services: Services): Promise<void> {
  const { images, catalogue } = services;
  const items = (await images.all()).map(image => {
    const state = images.state(image);
    const description = plainLabel(shownCaption(state) ?? phaseNames[state.phase]);
    return { label: plainLabel(image.path), description, uri: image.uri };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Headlight: Search Images',
    placeHolder: 'Part of a path or caption',
    matchOnDescription: true,
  });
  if (chosen) await showCaption(services, chosen.uri, await catalogue.captioner());
}
