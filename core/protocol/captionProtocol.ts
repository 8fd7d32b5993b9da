import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { Caption, CaptionText, CoveredCaption } from '../captions/caption';
import type { FileFormat } from '../export/fileFormat';
import type { ImageRegion, ImageSource } from '../images/image';
import { AskType } from './askType';
import { ExportType } from './exportType';
import { type FilePanelContent, filePanelRequests } from './filePanelProtocol';
import type { ImageReading } from './imageProtocol';

/** What is shown of a caption, to be drawn or saved. */
export interface ShownCaption {
  /** The image's path in the workspace. */
  readonly title: string;
  readonly caption: Caption;
  /** The word that the heat is of. */
  readonly word: string;
  /** [cell] */
  readonly heat: Float32Array;
  /** The image as the panel shows it. */
  readonly png: Uint8Array;
}

/** What a caption is saved as: the picture with a word's heat, or all numbers. */
export type CaptionFormat = Extract<FileFormat, 'svg' | 'json'>;

/** What the extension host asks of the inference process about captions. Each may be cancelled. */
export const CaptionRequest = {
  /**
   * Captions an image and leaves the attention out: for many. Reads the `next` image meanwhile. A model that takes one is
   * asked with the `prompt`.
   */
  captionText: new RequestType<ImageReading & { next?: ImageSource; prompt: string }, CaptionText, void>(
    'caption/text',
  ),
} as const;

/** What can be asked of an image that is captioned, of the extension host as of the inference process. */
export const CaptionedRequest = {
  /** Captions the image. */
  caption: new AskType<ImageReading, object, Caption>('caption/caption'),
  /** Captions the image again, parts of it covered with grey, and tells what that does to each word of its caption. */
  covered: new AskType<ImageReading, { cover: readonly ImageRegion[] }, CoveredCaption>('caption/covered'),
  /**
   * Covers the cells given, each alone, and tells for every word of the caption how far its log-probability falls.
   * [cell given][word], in nats, the caption held fixed; positive: the word needs the cell.
   */
  occlusion: new AskType<ImageReading, { cells: readonly number[] }, Float32Array>('caption/occlusion'),
  /** A caption as the content of a file: the picture with a word's heat, or all numbers as JSON. */
  export: new ExportType<ImageReading, ShownCaption, CaptionFormat>('caption/export'),
} as const;

/** What the captions panel shows: a wait, a failure, or an image with its caption; and which image it is of. */
export type CaptionContent = FilePanelContent<{
  readonly phase: 'caption';
  readonly model: string;
  readonly builtIn: boolean;
  readonly caption: Caption;
  /** The image as a PNG, at most 1,600 pixels on its longer side. */
  readonly png: Uint8Array;
  /** The user's own words for the image. */
  readonly edited?: string;
}>;

/** What the captions panel asks of the extension host itself. */
export const CaptionPanelRequest = {
  ...filePanelRequests<CaptionContent>(),
  /** Makes the caption the alt text of the image in the document that is open beside. */
  insert: new RequestType<{ text: string }, void, void>('insert'),
  /** Asks for the user's own words: them, or undefined where the user changed their mind. */
  edit: new RequestType0<string | undefined, void>('edit'),
  copy: new RequestType<{ text: string }, void, void>('copy'),
} as const;

/** Host → webview: show this instead. */
export const showCaption = new NotificationType<CaptionContent>('show');
