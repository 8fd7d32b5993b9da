import * as vscode from 'vscode';
import type { CatalogueEntry } from '../models/modelCatalogue';
import type { Services } from '../services/services';
import { chosenImage } from './chosenImage';
import { showInformationMessage, showWarningMessage } from '../shown/messages';

/**
 * `headlight.askAboutImage`: a conversation with a vision-language model about an image: that of the explorer's or the
 * sidebar's entry, of the link at the caret, or of the open tab. It begins with alt text.
 */
export async function askAboutImage(
  services: Services,
  chosen?: vscode.Uri | string | { readonly image?: { readonly uri: vscode.Uri } },
): Promise<void> {
  try {
    const image = await chosenImage(
      typeof chosen === 'object' && 'image' in chosen ? chosen.image?.uri : (chosen as vscode.Uri | string | undefined),
      'save it as a file to ask about it.',
    );
    if (!image) {
      void showInformationMessage(
        'Put the caret on an image link, open an image, or right-click one in the explorer, and choose “Ask about Image…” there.',
      );
      return;
    }
    const model = await visionModelFor(services);
    if (model) await services.askImage.begin(image, model);
  } catch (error) {
    void showWarningMessage((error as Error).message);
  }
}

/** The vision-language model that answers: the one in use, else the one that was downloaded last; where there is none, says so and offers to choose one. */
async function visionModelFor(services: Services): Promise<CatalogueEntry | undefined> {
  const model = await findVisionModel(services);
  if (model) return model;
  const button = 'Choose Model…';
  const answer = await showInformationMessage(
    'Ask about Image needs a vision-language model, such as SmolVLM, and none is here yet.',
    button,
  );
  if (answer !== button) return undefined;
  await vscode.commands.executeCommand('headlight.chooseCaptioner');
  return findVisionModel(services);
}

/** The vision-language model in use, else the last one of those that are here. */
export async function findVisionModel({ catalogue }: Pick<Services, 'catalogue'>): Promise<CatalogueEntry | undefined> {
  const models = (await catalogue.entries()).filter(isVisionModel);
  return models.find(model => catalogue.isUsed(model)) ?? models.at(-1);
}

/** Whether a model reads images and text and writes text. */
export function isVisionModel({ task }: CatalogueEntry): boolean {
  return task === 'image-text-to-text';
}
