import * as vscode from 'vscode';
import { captionOf } from '../captions/imageState';
import type { Services } from '../services/services';
import type { ImageNode } from '../views/imagesTree';

/** `headlight.images.copy`: copies an image's caption. */
export async function copyCaption({ images }: Services, node: ImageNode): Promise<void> {
  const caption = 'image' in node ? captionOf(images.state(node.image)) : undefined;
  if (caption === undefined) return;
  await vscode.env.clipboard.writeText(caption);
  vscode.window.setStatusBarMessage('$(check) Caption copied', 3000);
}
