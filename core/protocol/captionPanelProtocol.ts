import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { Caption } from '../captions/caption';
import type { ImageRegion } from '../images/image';

/** What the captions panel shows: a wait, a failure, or an image with its caption; and which image it is of. */
export type CaptionContent = { readonly uri?: string } & (
  | { readonly phase: 'loading'; readonly title: string }
  | { readonly phase: 'failed'; readonly title: string; readonly message: string }
  | {
      readonly phase: 'caption';
      /** The image's path in the workspace. */
      readonly title: string;
      readonly model: string;
      readonly builtIn: boolean;
      readonly caption: Caption;
      /** The image as a PNG, at most 1,600 pixels on its longer side. */
      readonly png: Uint8Array;
      /** Milliseconds from command to answer. */
      readonly elapsed: number;
      /** The user's own words for the image. */
      readonly edited?: string;
    }
);

/** What the webview asks of the extension host. */
export const CaptionPanelRequest = {
  /** The webview can draw: the host answers with what there is to show. */
  ready: new RequestType0<CaptionContent, void>('ready'),
  /** Captions the image that is shown again, a part of it covered. */
  cover: new RequestType<{ region: ImageRegion }, Caption, void>('cover'),
  /** [cell given][word]: how far each word's log-probability falls where a cell is covered. */
  occlusion: new RequestType<{ cells: readonly number[] }, Float32Array, void>('occlusion'),
  /** Makes the caption the alt text of the image in the document that is open beside. */
  insert: new RequestType<{ text: string }, void, void>('insert'),
  /** Asks for the user's own words: them, or undefined where the user changed their mind. */
  edit: new RequestType0<string | undefined, void>('edit'),
  /** Asks where to save a file and writes it. */
  save: new RequestType<{ name: string; data: string | Uint8Array }, boolean, void>('save'),
  copy: new RequestType<{ text: string }, void, void>('copy'),
  /** Try again after a failure. */
  retry: new RequestType0<void, void>('retry'),
  openLog: new RequestType0<void, void>('openLog'),
} as const;

/** Host → webview: show this instead. */
export const showCaption = new NotificationType<CaptionContent>('show');
