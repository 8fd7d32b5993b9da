import * as vscode from 'vscode';
import { promisedFormat } from '../../core/images/imageKinds';
import type { Services } from '../services/services';

/** `headlight.explainImage`: what the model in use for images says of one, and where it looked; a captioner captions it. */
export async function explainImage(
  { captions, imagePanel, catalogue }: Services,
  uri: vscode.Uri | undefined,
): Promise<void> {
  if (!(uri instanceof vscode.Uri) || !promisedFormat(uri.path)) {
    void vscode.window.showInformationMessage(
      'Right-click an image in the explorer, and choose “Explain Attention of Image” there.',
    );
    return;
  }
  try {
    const model = await catalogue.used('image');
    await (model.task === 'image-to-text'
      ? captions.caption(uri, await catalogue.captioner())
      : imagePanel.explain(uri, model));
  } catch (error) {
    void vscode.window.showErrorMessage((error as Error).message);
  }
}
