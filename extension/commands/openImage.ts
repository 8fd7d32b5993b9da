import * as vscode from 'vscode';
import type { Services } from '../services/services';
import type { ImageNode } from '../views/imagesTree';

/** `headlight.images.open`: opens an image as VS Code shows images. */
export async function openImage(_: Services, node: ImageNode): Promise<void> {
  if ('image' in node) await vscode.commands.executeCommand('vscode.open', node.image.uri);
}
