import type { Services } from '../services/services';
import type { ImageNode } from '../views/imagesTree';

/** `headlight.images.remove`: forgets what was said of the images. */
export async function removeCaption(
  { captionStore }: Services,
  node: ImageNode,
  selected?: readonly ImageNode[],
): Promise<void> {
  for (const each of selected?.length ? selected : [node]) {
    if ('image' in each) await captionStore.remove(each.image.uri);
  }
}
