import type * as vscode from 'vscode';
import type { Services } from '../services/services';
import { captionerFor } from './captionerFor';
import { chosenImage } from './chosenImage';
import { showCaption } from './showCaption';
import { showInformationMessage, showWarningMessage } from '../shown/messages';

/**
 * `headlight.captionImage`: captions an image in a panel: that of the explorer's entry, of the link at the
 * caret, or of the open tab.
 */
export async function captionImage(services: Services, chosen?: vscode.Uri | string): Promise<void> {
  try {
    const image = await chosenImage(
      chosen,
      'save it as a file to see its caption word by word, or use “Describe image with Headlight”.',
    );
    if (image) {
      const model = await captionerFor(services);
      if (model) await showCaption(services, image, model);
    } else {
      void showInformationMessage(
        'Put the caret on an image link, open an image, or right-click one in the explorer, and choose “Caption Image” there.',
      );
    }
  } catch (error) {
    void showWarningMessage((error as Error).message);
  }
}
