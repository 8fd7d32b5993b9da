import * as vscode from 'vscode';
import { promisedFormat } from '../../core/images/imageKinds';
import { imageLinksAt } from '../links/imageLinks';
import { linkedImage } from '../links/linkedImage';

/**
 * The image that a command is about: that of the explorer's entry, of the link at the caret, or of the open tab.
 * @param chosen what a menu or a hover gives. @param elsewhere what to do with an image that is written out in the document.
 * @throws Error with one sentence where the link at the caret leads to no file.
 */
export async function chosenImage(
  chosen: vscode.Uri | string | undefined,
  elsewhere: string,
): Promise<vscode.Uri | undefined> {
  const uri = typeof chosen === 'string' ? vscode.Uri.parse(chosen) : chosen;
  const asked = uri instanceof vscode.Uri && promisedFormat(uri.path) ? uri : undefined;
  return asked ?? (await imageAtCaret(elsewhere)) ?? openImage();
}

/** The image of the link that the caret is on. @throws Error with one sentence where it is no file. */
async function imageAtCaret(elsewhere: string): Promise<vscode.Uri | undefined> {
  const editor = vscode.window.activeTextEditor;
  const [link] = editor ? await imageLinksAt(editor.document, editor.selection) : [];
  if (!editor || !link) return undefined;
  const image = await linkedImage(editor.document, link);
  if ('uri' in image) return image.uri;
  throw new Error(`This image is written out in the document; ${elsewhere}`);
}

/** The image in the active tab: in VS Code's preview, or an SVG as text. */
function openImage(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return uri && promisedFormat(uri.path) ? uri : undefined;
}
