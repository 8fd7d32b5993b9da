import type { CaptionText } from '../../core/captions/caption';
import { looksLikePhoto } from '../../core/captions/looksLikePhoto';
import { looksLikeScreenshot } from '../../core/captions/looksLikeScreenshot';
import type { ImageFacts, ImageRegion, ImageSource } from '../../core/images/image';
import { paddedRegion } from '../../core/images/seenRegion';
import type { ReadImage } from './decodeImage';
import { framePixels, type FramePixels } from './framePixels';

/** What tells photos and screenshots apart is measured on pictures of so many pixels a side. */
const side = 96;

/** Whether an image looks like a photograph or a screenshot, by a small picture of it. */
export async function drawnKind(
  source: ImageSource,
  image: ReadImage,
): Promise<Pick<CaptionText, 'photo' | 'screenshot'>> {
  const seen = paddedRegion(image.facts, { width: side, height: side });
  return kindOfPixels(await framePixels(source, image, { width: side, height: side, seen }), seen, image.facts);
}

/** The same by the square that a model sees. @param seen what of the image that is. */
export function kindOfPixels(
  { data, width }: FramePixels,
  seen: ImageRegion,
  facts: ImageFacts,
): Pick<CaptionText, 'photo' | 'screenshot'> {
  const screenshot = looksLikeScreenshot(data, width, seen, facts);
  // A window full of small things has as many slight steps as a photo.
  return { photo: !screenshot && looksLikePhoto(data, width), screenshot };
}
