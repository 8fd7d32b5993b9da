import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ShownFile } from './shownFile';

/** A panel on a file waits for what it shows. */
export interface Waiting {
  readonly phase: 'loading';
  readonly title: string;
  readonly file?: ShownFile;
}

/** A panel on a file has nothing to show, and says why in a sentence. */
export interface Failed extends Omit<Waiting, 'phase'> {
  readonly phase: 'failed';
  readonly message: string;
}

/**
 * What a panel on a file shows: a wait, a failure, or its own content.
 * @typeParam Own what the content holds besides its file, what the panel calls it, and how long it took.
 */
export type FilePanelContent<Own extends { readonly phase: string }> =
  | Waiting
  | Failed
  | (Own & {
      /** The file's path in the workspace. */
      readonly title: string;
      readonly file: ShownFile;
      /** Milliseconds from command to answer. */
      readonly elapsed: number;
    });

/** The messages that every panel on a file has: what it asks of the extension host itself, and what it is told. */
export interface FilePanelMessages<Content> {
  /** The webview can draw: the host answers with what there is to show. */
  readonly ready: RequestType0<Content, void>;
  /** Asks where to save a file and writes it; whether it was written. */
  readonly save: RequestType<{ name: string; data: string | Uint8Array }, boolean, void>;
  /** Try again after a failure. */
  readonly retry: RequestType0<void, void>;
  /** The user does not want to wait any longer. */
  readonly cancel: RequestType0<void, void>;
  readonly openLog: RequestType0<void, void>;
  /** Host → webview: this is what is waited for now, in words. */
  readonly waitsFor: NotificationType<string>;
  /** Host → webview: show this instead. */
  readonly show: NotificationType<Content>;
}

/** What every panel on a file asks of the extension host itself. */
export function filePanelRequests<Content>(): Omit<FilePanelMessages<Content>, 'show'> {
  return {
    ready: new RequestType0('ready'),
    save: new RequestType('save'),
    retry: new RequestType0('retry'),
    cancel: new RequestType0('cancel'),
    waitsFor: new NotificationType('waitsFor'),
    openLog: new RequestType0('openLog'),
  };
}
