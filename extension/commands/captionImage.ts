import * as vscode from 'vscode';
import { promisedFormat } from '../../core/images/imageKinds';
import type { Services } from '../services';

/** `headlight.captionImage`: captions the image of the explorer's entry or of the open tab, in the captions panel. */
export async function captionImage({ captions, catalogue }: Services, uri: vscode.Uri | undefined = openImage()): Promise<void> {
  if (!(uri instanceof vscode.Uri) || !promisedFormat(uri.path)) {
    void vscode.window.showInformationMessage('Open an image, or right-click one in the explorer, and choose “Caption Image” there.');
    return;
  }
  await captions.caption(uri, catalogue.captioner);
}

/** The image in the active tab: in VS Code's preview, or an SVG as text. */
function openImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
}
