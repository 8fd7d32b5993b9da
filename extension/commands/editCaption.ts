import * as vscode from 'vscode';
import { captionOf } from '../captions/imageState';
import type { Services } from '../services';
import type { ImageNode } from '../views/imagesTree';

/** `headlight.images.edit`: asks for the user's own words for an image. */
export async function editCaption({ captionStore }: Services, node: ImageNode): Promise<void> {
  if (!('image' in node)) return;
  const { image } = node;
  const name = image.path.split('/').pop();
  const text = await vscode.window.showInputBox({
    title: `Headlight: Edit Caption of ${name}`,
    prompt: 'Your words are kept for this image’s content and go before any model’s.',
    value: captionOf(await captionStore.state(image.uri)) ?? '',
    validateInput: value => value.trim() === '' ? 'Type a caption.' : undefined,
  });
  if (text !== undefined) await captionStore.edit(image.uri, text.trim());
}
