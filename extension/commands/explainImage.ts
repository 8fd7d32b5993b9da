import * as vscode from 'vscode';
import { promisedFormat } from '../../core/images/imageKinds';
import { writesAboutImages } from '../../core/models/modelTask';
import type { Services } from '../services/services';
import { showCaption } from './showCaption';
import { showErrorMessage, showInformationMessage } from '../shown/messages';

/** `headlight.explainImage`: what the model in use for images says of one, and where it looked; a captioner captions it, a model that answers questions is asked for alt text. */
export async function explainImage(services: Services, uri: vscode.Uri | undefined): Promise<void> {
  if (!(uri instanceof vscode.Uri) || !promisedFormat(uri.path)) {
    void showInformationMessage('Right-click an image in the explorer, and choose “Explain Attention of Image” there.');
    return;
  }
  try {
    const model = await services.catalogue.used('image');
    await (writesAboutImages(model.task) ? showCaption(services, uri, model) : services.imagePanel.explain(uri, model));
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}
