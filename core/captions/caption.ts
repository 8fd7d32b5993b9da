import type { ImageFacts, ImageRegion } from '../images/image';
import type { AttentionTensor } from '../run/explanation';

/** One word of a caption: what of the model's tokens it is made of, and how sure the model was. */
export interface CaptionWord {
  readonly text: string;
  /** Its tokens, by their places in the caption: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The product of its tokens' probabilities, 0 to 1. */
  readonly probability: number;
}

/** What a captioner said of an image, with the attention that led to it. */
export interface Caption {
  readonly image: ImageFacts;
  readonly text: string;
  readonly words: readonly CaptionWord[];
  /** The model's grid of cells over what it saw: rows and columns. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** What lay behind the image where it is transparent: red, green, blue, 0 to 255. */
  readonly background: readonly [number, number, number];
  /** What of the image the grid lies over, in parts of its width and height: more than the image where it is padded, less where it is cut. */
  readonly seen: ImageRegion;
  /** [layer][head][word][cell]: where the decoder looked as it wrote each word; mean over the word's tokens. What went to class tokens is left out. */
  readonly cross: AttentionTensor;
  /**
   * [layer][head][cell][cell]: what each cell looks at in the encoder; the mean of a layer's heads where those are many or look
   * in windows, and no layer where there would be too much of it.
   */
  readonly encoder: AttentionTensor;
  /** Whether the picture looks like a photograph. */
  readonly photo: boolean;
  /** Whether it looks like a screenshot of a window. */
  readonly screenshot: boolean;
  /** Milliseconds: reading the image, and the model's run. */
  readonly times: { readonly decode: number; readonly run: number };
}

/** What an image is said to show with parts of it covered, and how the caption of the whole fares then. */
export interface CoveredCaption {
  readonly caption: Caption;
  /** Of each word of the caption of the whole image: how its log-probability changes, the words held fixed, in nats. */
  readonly changes: readonly number[];
}

/** A caption without its attention, as it is kept. */
export type CaptionText = Pick<Caption, 'image' | 'text' | 'words' | 'photo' | 'screenshot' | 'times'>;
