import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { PictureColors, Rgb } from '../export/pictureColors';
import type { ImageFacts, ImageRegion, ImageSource } from './captionProtocol';
import type { ModelInfo } from './explanation';
import type { ModelReference } from './inferenceProtocol';
import type { ShownFile } from './shownFile';

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
  /** `cross`: from the queries of a detector's decoder; `self`: among cells and special tokens. */
  readonly kind: 'self' | 'cross';
  readonly layer: number;
  readonly heads: number;
}

/** How well texts fit an image, and what the half of the model that read them holds. */
export interface ComparedTexts {
  /** Whether each text is judged by itself (SigLIP); else which of them fits best: they sum to 1 (CLIP). */
  readonly each: boolean;
  readonly texts: readonly { readonly text: string; readonly probability: number; readonly tokens: readonly string[]; readonly cut: boolean }[];
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
  readonly layers: readonly ImageLayer[];
  /** Likeliest first. */
  readonly answers: readonly ImageAnswer[];
  /** Of a model that reads images and texts: the texts that the image was compared with; a sentence where its files hold no half for texts. */
  readonly compared?: ComparedTexts | string;
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

/** What is shown of an explained image, to be drawn or saved. */
export interface ShownImage {
  /** What the panel calls the image: its path in the workspace. */
  readonly title: string;
  readonly layer: number | 'all';
  readonly head: number | 'all';
  /** The cell that is looked from; absent: the class token, or the object of this number. */
  readonly cell?: number;
  readonly answer: number;
  /** What of a text is shown, where the image is compared with texts. */
  readonly text?: TextHeatWish;
  readonly colors: PictureColors;
  readonly heatColor: Rgb;
  readonly focus: Rgb;
}

/**
 * What an explained image is saved as. `svg` and `html` are the picture, `csv` the heat of its cells, `answers` the classes,
 * objects or texts as CSV, `json` all numbers that are shown, `npy` the attention of the heads chosen, `safetensors` that of all.
 */
export type ImageFormat = 'svg' | 'html' | 'csv' | 'answers' | 'json' | 'npy' | 'safetensors';

/** A run of a model on an image, and what to run again where the process no longer knows it. */
export interface ImageRunReference {
  readonly run: string;
  readonly model: ModelReference;
  readonly source: ImageSource;
  readonly texts: readonly string[];
}

/** What the extension host asks of the inference process. */
export const ImageRequest = {
  /** Runs an image classifier, encoder or detector; of a model that also reads texts, on those too. */
  explain: new RequestType<{ model: ModelReference; source: ImageSource; texts: readonly string[] }, ImageExplanation, void>('image/explain'),
  /** [cell]: what a row looks at among the cells, as the model's probabilities; their mean where several are made one. */
  heat: new RequestType<ImageRunReference & { wish: HeatWish }, Float32Array, void>('image/heat'),
  /** [token]: what a token of a text looks at. */
  textHeat: new RequestType<ImageRunReference & { wish: TextHeatWish }, Float32Array, void>('image/textHeat'),
  /** What is shown as the content of a file; a picture is drawn on `png`. */
  export: new RequestType<ImageRunReference & { format: ImageFormat; shown: ShownImage; png: Uint8Array }, string | Uint8Array, void>('image/export'),
} as const;

/** What the image panel shows. */
export type ImageContent =
  | { readonly phase: 'loading'; readonly title: string; readonly file?: ShownFile }
  | { readonly phase: 'failed'; readonly title: string; readonly file?: ShownFile; readonly message: string }
  | { readonly phase: 'image'; readonly title: string; readonly file: ShownFile; readonly explanation: ImageExplanation; readonly png: Uint8Array; readonly elapsed: number };

/** What its webview asks of the extension host. */
export const ImagePanelRequest = {
  ready: new RequestType0<ImageContent, void>('ready'),
  heat: new RequestType<HeatWish, Float32Array, void>('heat'),
  textHeat: new RequestType<TextHeatWish, Float32Array, void>('textHeat'),
  /** Compares the image with texts; the panel then shows them. */
  compare: new RequestType<{ texts: readonly string[] }, void, void>('compare'),
  /** What is shown as an SVG document. */
  draw: new RequestType<{ shown: ShownImage }, string, void>('draw'),
  /** Saves what is shown; false where the user changed their mind. */
  saveShown: new RequestType<{ name: string; format: ImageFormat; shown: ShownImage }, boolean, void>('saveShown'),
  /** Saves a file that was made here. */
  save: new RequestType<{ name: string; data: Uint8Array }, boolean, void>('save'),
  retry: new RequestType0<void, void>('retry'),
  openLog: new RequestType0<void, void>('openLog'),
} as const;

/** Host → webview: show this instead. */
export const showImage = new NotificationType<ImageContent>('show');
