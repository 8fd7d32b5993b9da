import * as vscode from 'vscode';
import { promisedFormat } from '../../core/images/imageKinds';
import { imageLinksAt } from '../links/imageLinks';
import { linkedImage } from '../links/linkedImage';
import type { Services } from '../services/services';
import { captionerFor } from './captionerFor';

/**
 * `headlight.captionImage`: captions an image in the captions panel: that of the explorer's entry, of the link at the
 * caret, or of the open tab.
 */
export async function captionImage(services: Services, chosen?: vscode.Uri | string): Promise<void> {
  const uri = typeof chosen === 'string' ? vscode.Uri.parse(chosen) : chosen;
  const asked = uri instanceof vscode.Uri && promisedFormat(uri.path) ? uri : undefined;
  try {
    const image = asked ?? (await imageAtCaret()) ?? openImage();
    if (image) {
      const model = await captionerFor(services);
      if (model) await services.captions.caption(image, model);
    } else {
      void vscode.window.showInformationMessage(
        'Put the caret on an image link, open an image, or right-click one in the explorer, and choose “Caption Image” there.',
      );
    }
  } catch (error) {
    void vscode.window.showWarningMessage((error as Error).message);
  }
}

/** The image of the link that the caret is on. @throws Error with one sentence where it is no file. */
async function imageAtCaret(): Promise<vscode.Uri | undefined> {
  const editor = vscode.window.activeTextEditor;
  const [link] = editor ? await imageLinksAt(editor.document, editor.selection) : [];
  if (!editor || !link) return undefined;
  const image = await linkedImage(editor.document, link);
  if ('uri' in image) return image.uri;
  throw new Error(
    'This image is written out in the document; save it as a file to see its caption word by word, or use “Describe image with Headlight”.',
  );
}

/** The image in the active tab: in VS Code's preview, or an SVG as text. */
function openImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return uri && promisedFormat(uri.path) ? uri : undefined;
}
