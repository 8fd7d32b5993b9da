import { askCaption } from '../captions/askCaption';
import type { Services } from '../services/services';
import type { ImageNode } from '../views/imagesTree';

/** `headlight.images.edit`: asks for the user's own words for an image. */
export async function editCaption({ captionStore }: Services, node: ImageNode): Promise<void> {
  if ('image' in node) await askCaption(captionStore, node.image.uri);
}
