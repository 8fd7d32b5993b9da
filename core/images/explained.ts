import type { ImageFacts, ImageRegion } from './image';
import type { ModelInfo } from '../run/explanation';

/** Something that an image model says: a class of the whole image, or an object in a box. */
export interface ImageAnswer {
  readonly label: string;
  readonly probability: number;
  /** Where the object is, in parts of the image's width and height. */
  readonly box?: ImageRegion;
  /** The row of attention that led to it. */
  readonly query: number;
}

/** One layer of attention over an image's cells. */
export interface ImageLayer {
  /**
   * `self`: among cells and special tokens; of a detector with an encoder and a decoder `encoder`: among cells, and `cross`:
   * from the decoder's queries to the cells.
   */
  readonly kind: 'self' | 'encoder' | 'cross';
  readonly layer: number;
  readonly heads: number;
}

/** How well texts fit an image, and what the half of the model that read them holds. */
export interface ComparedTexts {
  /** Whether each text is judged by itself (SigLIP); else which of them fits best: they sum to 1 (CLIP). */
  readonly each: boolean;
  readonly texts: readonly {
    readonly text: string;
    readonly probability: number;
    readonly tokens: readonly string[];
    readonly cut: boolean;
  }[];
  readonly layers: readonly { readonly layer: number; readonly heads: number }[];
}

/** What an image model did with an image, without its attention, which is asked for by {@link ImageRequest.heat}. */
export interface ImageExplanation {
  /** Names the run when its heat is asked for. */
  readonly run: string;
  readonly image: ImageFacts;
  readonly model: ModelInfo;
  /** The model's cells. */
  readonly grid: { readonly rows: number; readonly columns: number };
  /** What of the image the model saw, in parts of its width and height: all of it, or its middle. */
  readonly seen: ImageRegion;
  /** Tokens before the cells: 1 for a class token, more with registers. The row of cell `c` is `special + c`. */
  readonly special: number;
  /** A detector's own come kind by kind: its queries' first. */
  readonly layers: readonly ImageLayer[];
  /** Likeliest first. */
  readonly answers: readonly ImageAnswer[];
  /** Of a model that reads images and texts: the texts that the image was compared with; a sentence where its files hold no half for texts. */
  readonly compared?: ComparedTexts | string;
  /** What is to be said of how it was read. */
  readonly notes?: readonly string[];
  /** Milliseconds that the model's run took. */
  readonly runTime: number;
}

/** Whose attention is shown: a row of a layer's head; `all` makes one of all heads, or of all layers of a kind. */
export interface HeatWish {
  readonly kind: ImageLayer['kind'];
  readonly layer: number | 'all';
  readonly head: number | 'all';
  readonly query: number;
}

/** Whose attention within a text is shown: what one of its tokens looks at. */
export interface TextHeatWish {
  readonly text: number;
  readonly layer: number | 'all';
  readonly head: number | 'all';
  readonly query: number;
}
