import type * as vscode from 'vscode';
import type { CatalogueEntry } from '../models/modelCatalogue';
import type { Services } from '../services/services';

/** Captions an image and shows it: a model that answers questions is asked for alt text, and the conversation can go on. */
export function showCaption(
  { captions, askImage }: Pick<Services, 'captions' | 'askImage'>,
  image: vscode.Uri,
  model: CatalogueEntry,
): Promise<void> {
  return model.task === 'image-text-to-text' ? askImage.begin(image, model) : captions.caption(image, model);
}
