import { RequestType } from 'vscode-jsonrpc';
import type { AttentionTensor } from './explanation';
import type { ModelReference } from './inferenceProtocol';

/** An image: a file of this machine, or the bytes of one that lies elsewhere. */
export interface ImageSource {
  /** What messages call it: the file's name. */
  readonly name: string;
  /** An absolute path; absent where `bytes` are given. */
  readonly path?: string;
  readonly bytes?: Uint8Array;
  /** The theme's background, which shows where the image is transparent: red, green, blue, 0 to 255. */
  readonly background: readonly [number, number, number];
}

/** What is known of an image before a model sees it. */
export interface ImageFacts {
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly hash: string;
  /** As sharp names it: `png`, `jpeg`, `svg`, … and `bmp`. */
  readonly format: string;
  /** Pixels, as the image is to be seen: turned as its EXIF data say. */
  readonly width: number;
  readonly height: number;
  /** Frames of an animation or pages of a document; the first is what is read. */
  readonly frames: number;
}

/** One word of a caption: what of the model's tokens it is made of, and how sure the model was. */
export interface CaptionWord {
  readonly text: string;
  /** Its tokens, by their places in the caption: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The product of its tokens' probabilities, 0 to 1. */
  readonly probability: number;
}

/** A rectangle on an image, in parts of its width and height: 0 to 1. */
export interface ImageRegion {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a captioner said of an image, with the attention that led to it. */
export interface Caption {
  readonly image: ImageFacts;
  readonly text: string;
  readonly words: readonly CaptionWord[];
  /** The model's grid of cells over its square: rows and columns. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** What lay behind the image where it is transparent: red, green, blue, 0 to 255. */
  readonly background: readonly [number, number, number];
  /** The image's proportions in the square: its own where it is padded, equal where it is stretched. */
  readonly square: { readonly width: number; readonly height: number };
  /** [layer][head][word][cell]: where the decoder looked as it wrote each word; mean over the word's tokens. What went to class tokens is left out. */
  readonly cross: AttentionTensor;
  /** [layer][head][cell][cell]: what each cell looks at in the encoder. */
  readonly encoder: AttentionTensor;
  /** Whether the picture looks like a photograph, which the model was not made for. */
  readonly photo: boolean;
  /** Milliseconds: reading the image, and the model's run. */
  readonly times: { readonly decode: number; readonly run: number };
}

/** A caption without its attention, as it is kept. */
export type CaptionText = Pick<Caption, 'image' | 'text' | 'words' | 'photo' | 'times'>;

/** What the extension host asks of the inference process about images. Each may be cancelled. */
export const CaptionRequest = {
  /** Reads an image without a model: what it is. Fails with one sentence where it is none. */
  identify: new RequestType<{ source: ImageSource }, ImageFacts, void>('image/identify'),
  /** The image as a PNG of at most `size` pixels on its longer side, transparency kept. */
  preview: new RequestType<{ source: ImageSource; size: number }, { image: ImageFacts; png: Uint8Array }, void>('image/preview'),
  /** The image as a small WebP of at most `size` pixels on its longer side: for a tooltip. */
  thumbnail: new RequestType<{ source: ImageSource; size: number }, { image: ImageFacts; webp: Uint8Array }, void>('image/thumbnail'),
  /** Captions an image, parts of it covered with grey where `cover` names some. */
  caption: new RequestType<{ model: ModelReference; source: ImageSource; cover?: readonly ImageRegion[] }, Caption, void>('image/caption'),
  /** Captions an image and leaves the attention out: for many. Reads the `next` image meanwhile. */
  captionText: new RequestType<{ model: ModelReference; source: ImageSource; next?: ImageSource }, CaptionText, void>('image/captionText'),
  /**
   * Covers the cells given, each alone, and tells for every word of the caption how far its log-probability falls.
   * [cell given][word], in nats, the caption held fixed; positive: the word needs the cell.
   */
  occlusion: new RequestType<{ model: ModelReference; source: ImageSource; cells: readonly number[] }, Float32Array, void>('image/occlusion'),
} as const;
