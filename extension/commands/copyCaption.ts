import * as vscode from 'vscode';
import { captionOf, isGuess } from '../captions/imageState';
import type { Services } from '../services/services';
import type { ImageNode } from '../views/imagesTree';

/** `headlight.images.copy`: copies an image's caption. */
export async function copyCaption({ images }: Services, node: ImageNode): Promise<void> {
  if (!('image' in node)) return;
  const state = images.state(node.image);
  const caption = captionOf(state);
  if (caption === undefined) return;
  await vscode.env.clipboard.writeText(caption);
  vscode.window.setStatusBarMessage(
    isGuess(state) ? '$(question) Copied: a guess, of which the model is not sure' : '$(check) Caption copied',
    3000,
  );
}
