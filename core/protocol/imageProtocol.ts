import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { FileFormat } from '../export/fileFormat';
import type { HeatWish, ImageExplanation, TextHeatWish } from '../images/explained';
import type { ImageFacts, ImageSource } from '../images/image';
import { AskType } from './askType';
import { ExportType } from './exportType';
import { type FilePanelContent, filePanelRequests } from './filePanelProtocol';
import type { ModelReference } from './modelReference';

/** An image that a model reads. */
export interface ImageReading {
  readonly model: ModelReference;
  readonly source: ImageSource;
}

/** A run of a model on an image, and what to run again where the process no longer knows it. */
export interface ImageRunReference extends ImageReading {
  readonly run: string;
  readonly texts: readonly string[];
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
}

/**
 * What an explained image is saved as. `svg` and `html` are the picture, `csv` the heat of its cells, `answers` the classes,
 * objects or texts as CSV, `json` all numbers that are shown, `npy` the attention of the heads chosen, `safetensors` that of all.
 */
export type ImageFormat = Extract<FileFormat, 'svg' | 'html' | 'csv' | 'answers' | 'json' | 'npy' | 'safetensors'>;

/** What the extension host asks of the inference process about images, whatever model reads them. Each may be cancelled. */
export const ImageRequest = {
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
  /** Runs an image classifier, encoder or detector; of a model that also reads texts, on those too. */
  explain: new RequestType<ImageReading & { texts: readonly string[] }, ImageExplanation, void>('image/explain'),
} as const;

/** What can be asked of an explained image, of the extension host as of the inference process. */
export const ImageRunRequest = {
  /** [cell]: what a row looks at among the cells, as the model's probabilities; their mean where several are made one. */
  heat: new AskType<ImageRunReference, HeatWish, Float32Array>('image/heat'),
  /** [token]: what a token of a text looks at. */
  textHeat: new AskType<ImageRunReference, TextHeatWish, Float32Array>('image/textHeat'),
  /** What is shown as the content of a file; a picture is drawn on `png`, which the panel shows, though the file changed. */
  export: new ExportType<ImageRunReference, ShownImage, ImageFormat, { png?: Uint8Array }>('image/export'),
} as const;

/** What the image panel shows. */
export type ImageContent = FilePanelContent<{
  readonly phase: 'image';
  readonly explanation: ImageExplanation;
  readonly png: Uint8Array;
}>;

/** What the image panel asks of the extension host itself. */
export const ImagePanelRequest = {
  ...filePanelRequests<ImageContent>(),
  /** Compares the image with texts; the panel then shows them. */
  compare: new RequestType<{ texts: readonly string[] }, void, void>('compare'),
} as const;

/** Host → webview: show this instead. */
export const showImage = new NotificationType<ImageContent>('show');
