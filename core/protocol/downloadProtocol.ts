import { NotificationType, RequestType } from 'vscode-jsonrpc';

/** How to reach the hub: its address, who asks, and by what way. Goes from process to process and is never written down. */
export interface HubAccess {
  /** `https://huggingface.co`, or another address that answers alike. */
  readonly address: string;
  /** The user's access token, for gated and private models; sent to `address` alone. */
  readonly token?: string;
  /** The proxy of VS Code's setting `http.proxy`; absent: that of the environment. */
  readonly proxy?: string;
  /** Hosts that are reached without a proxy, comma-separated, as in the variable NO_PROXY. */
  readonly noProxy?: string;
  /** False where VS Code's `http.proxyStrictSSL` is off: certificates are not checked then. */
  readonly strictCertificates?: boolean;
  /** False where VS Code's `http.systemCertificates` is off: those of the operating system are not trusted then. */
  readonly systemCertificates?: boolean;
}

/** A model of the hub, as it is before it is downloaded. */
export interface HubModel {
  /** `owner/name`. */
  readonly id: string;
  /** The commit that the rest is of, 40 hexadecimal digits: what is downloaded is this and nothing newer. */
  readonly revision: string;
  /** `text-generation`, …, as the hub names tasks. */
  readonly task?: string;
  /** As the hub names it: `apache-2.0`, … */
  readonly licence?: string;
  /** ISO 639 codes that the model's page names. */
  readonly languages: readonly string[];
  /** Whether the hub gives the files only to those who accepted the model's terms. */
  readonly gated: boolean;
  /** The precisions that have all their files, and the bytes that a download of each takes. */
  readonly precisions: readonly Precision[];
}

/** A precision by transformers.js's name (`q8`, `fp32`, …). */
export interface Precision {
  readonly dtype: string;
  readonly bytes: number;
}

/** A file of a model, as the hub lists it. */
export interface HubFile {
  /** Relative to the model's folder, with `/`. */
  readonly path: string;
  readonly size: number;
  /** What the hub says its bytes hash to: SHA-256 of a large file, or git's SHA-1 of a small one. */
  readonly hash: { readonly algorithm: 'sha256' | 'git-sha1'; readonly value: string };
}

/** What lies beside a downloaded model's files as `headlight.json`: that they are whole, and where they came from. */
export interface DownloadedModel {
  readonly id: string;
  readonly revision: string;
  readonly dtype: string;
  readonly hub: string;
  readonly task?: string;
  readonly licence?: string;
  readonly files: readonly HubFile[];
}

/** Names one download. */
export interface DownloadName {
  readonly id: string;
  readonly dtype: string;
}

/**
 * A model that was not removed: another window has it open (`used`) or downloads it (`downloaded`), or the system does not
 * allow it (`denied`).
 */
export interface KeptModel extends DownloadName {
  readonly why: 'used' | 'downloaded' | 'denied';
}

/** What the extension host asks about models of the hub. Each may be cancelled; a download that was goes on where it ended. */
export const DownloadRequest = {
  /** What the hub tells of a model; nothing is kept. `revision`: a branch, tag or commit, `main` where absent. */
  look: new RequestType<{ hub: HubAccess; id: string; revision?: string }, HubModel, void>('download/look'),
  /** Downloads a model in one precision into the folder `storage`; answers when it is whole and checked. */
  download: new RequestType<{ hub: HubAccess; model: HubModel; dtype: string; storage: string }, DownloadedModel, void>(
    'download/model',
  ),
  /**
   * Removes a downloaded model (`model`) or what its ended download left (`download`). `window`: the process that started
   * this window's, whose own use of the model does not count. Fails where another window has it open or downloads it, and where its files
   * cannot be removed.
   */
  remove: new RequestType<
    { storage: string; name: DownloadName; what: 'model' | 'download'; window: number },
    void,
    void
  >('download/remove'),
  /** Removes all downloaded models and unfinished downloads but those of other windows, and what cannot be removed: it answers with them. */
  clear: new RequestType<{ storage: string; window: number }, KeptModel[], void>('download/clear'),
} as const;

/**
 * How far a download is: bytes on disk of all bytes. `waiting`: seconds until the next try, after a failure. `elsewhere`:
 * another window downloads it, and this one waits.
 */
export interface DownloadProgress extends DownloadName {
  readonly done: number;
  readonly total: number;
  readonly elsewhere: boolean;
  readonly waiting?: number;
}

/** What is told unasked. */
export const downloadProgress = new NotificationType<DownloadProgress>('download/progress');
