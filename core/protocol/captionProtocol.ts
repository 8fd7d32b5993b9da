import type { CaptionText } from '../captions/caption';
import type { Caption } from '../captions/caption';
import type { ImageRegion } from '../images/image';
import type { ImageFacts } from '../images/image';
import type { ImageSource } from '../images/image';
import { RequestType } from 'vscode-jsonrpc';
import type { ModelReference } from './inferenceProtocol';

/** What the extension host asks of the inference process about images. Each may be cancelled. */
export const CaptionRequest = {
  /** Reads an image without a model: what it is. Fails with one sentence where it is none. */
  identify: new RequestType<{ source: ImageSource }, ImageFacts, void>('image/identify'),
  /** The image as a PNG of at most `size` pixels on its longer side, transparency kept. */
  preview: new RequestType<{ source: ImageSource; size: number }, { image: ImageFacts; png: Uint8Array }, void>(
    'image/preview',
  ),
  /** The image as a small WebP of at most `size` pixels on its longer side: for a tooltip. */
  thumbnail: new RequestType<{ source: ImageSource; size: number }, { image: ImageFacts; webp: Uint8Array }, void>(
    'image/thumbnail',
  ),
  /** Captions an image, parts of it covered with grey where `cover` names some. */
  caption: new RequestType<
    { model: ModelReference; source: ImageSource; cover?: readonly ImageRegion[] },
    Caption,
    void
  >('image/caption'),
  /** Captions an image and leaves the attention out: for many. Reads the `next` image meanwhile. */
  captionText: new RequestType<{ model: ModelReference; source: ImageSource; next?: ImageSource }, CaptionText, void>(
    'image/captionText',
  ),
  /**
   * Covers the cells given, each alone, and tells for every word of the caption how far its log-probability falls.
   * [cell given][word], in nats, the caption held fixed; positive: the word needs the cell.
   */
  occlusion: new RequestType<
    { model: ModelReference; source: ImageSource; cells: readonly number[] },
    Float32Array,
    void
  >('image/occlusion'),
} as const;
