import type { TextHeatWish } from '../images/explained';
import type { HeatWish } from '../images/explained';
import type { ImageExplanation } from '../images/explained';
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { PictureColors, Rgb } from '../export/pictureColors';
import type { ImageSource } from '../images/image';
import type { ModelReference } from './inferenceProtocol';
import type { ShownFile } from './shownFile';

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
  explain: new RequestType<
    { model: ModelReference; source: ImageSource; texts: readonly string[] },
    ImageExplanation,
    void
  >('image/explain'),
  /** [cell]: what a row looks at among the cells, as the model's probabilities; their mean where several are made one. */
  heat: new RequestType<ImageRunReference & { wish: HeatWish }, Float32Array, void>('image/heat'),
  /** [token]: what a token of a text looks at. */
  textHeat: new RequestType<ImageRunReference & { wish: TextHeatWish }, Float32Array, void>('image/textHeat'),
  /** What is shown as the content of a file; a picture is drawn on `png`. */
  export: new RequestType<
    ImageRunReference & { format: ImageFormat; shown: ShownImage; png: Uint8Array },
    string | Uint8Array,
    void
  >('image/export'),
} as const;

/** What the image panel shows. */
export type ImageContent =
  | { readonly phase: 'loading'; readonly title: string; readonly file?: ShownFile }
  | { readonly phase: 'failed'; readonly title: string; readonly file?: ShownFile; readonly message: string }
  | {
      readonly phase: 'image';
      readonly title: string;
      readonly file: ShownFile;
      readonly explanation: ImageExplanation;
      readonly png: Uint8Array;
      readonly elapsed: number;
    };

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
