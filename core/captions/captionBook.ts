/** What a captioner said of an image's content. */
export interface CaptionRecord {
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly hash: string;
  /** The file's bytes: only a file of the same size can have the same content. */
  readonly size: number;
  readonly model: string;
  /** Of the model's files: see `modelVersion`. */
  readonly version: string;
  readonly text: string;
  /** See `captionConfidence`; absent in what was kept before there was any. */
  readonly confidence?: number;
  /** Whether the picture looked like a photograph, and like a screenshot. */
  readonly photo?: boolean;
  readonly screenshot?: boolean;
  /** When, as ISO 8601. */
  readonly time: string;
}

/** A file as it was when its content was last read. */
export interface KnownFile {
  readonly hash: string;
  readonly size: number;
  readonly mtime: number;
}

/** A file that could not be captioned, as it was then, and why. */
export interface KnownFailure {
  readonly size: number;
  readonly mtime: number;
  readonly reason: string;
}

/** A caption as it is shown: the user's words, or the model's. */
export interface KeptCaption {
  readonly text: string;
  readonly edited: boolean;
  /** The model's words behind it, if a model said any. */
  readonly record?: CaptionRecord;
}

const format = 1;

/**
 * The captions of a workspace: what models said by content, model and version; what the user wrote by content; and which
 * content each file had when it was last read. So an image that is moved or renamed keeps its caption.
 */
export class CaptionBook {
  /** By content, the newest last. */
  private readonly records = new Map<string, CaptionRecord[]>();
  private readonly edits = new Map<string, string>();
  private readonly files = new Map<string, KnownFile>();
  private readonly sizes = new Set<number>();
  private readonly failures = new Map<string, KnownFailure>();

  /** @param json what {@link toJSON} gave. @throws Error where it is something else. */
  constructor(json?: unknown) {
    if (json === undefined) return;
    const kept = json as ReturnType<CaptionBook['toJSON']>;
    if (kept?.format !== format || !Array.isArray(kept.records)) {
      throw new Error('These are no captions that Headlight wrote.');
    }
    for (const record of kept.records) this.put(record);
    for (const [hash, text] of Object.entries(kept.edits)) this.edits.set(hash, text);
    for (const [uri, file] of Object.entries(kept.files)) this.setFile(uri, file);
    for (const [uri, failure] of Object.entries(kept.failures ?? {})) this.failures.set(uri, failure);
  }

  /** Keeps what a model said; the same model and version said it better now. */
  put(record: CaptionRecord): void {
    const others = (this.records.get(record.hash) ?? []).filter(
      ({ model, version }) => model !== record.model || version !== record.version,
    );
    this.records.set(record.hash, [...others, record]);
    this.sizes.add(record.size);
  }

  /** Keeps what the user wrote of a content. */
  edit(hash: string, text: string): void {
    this.edits.set(hash, text);
  }

  /** Forgets all that was said of a content. */
  remove(hash: string): void {
    this.records.delete(hash);
    this.edits.delete(hash);
  }

  /** The caption of a content: the user's words first, then what this model said, then what another said last. */
  find(hash: string, model?: string): KeptCaption | undefined {
    const records = this.records.get(hash) ?? [];
    const record = records.findLast(r => r.model === model) ?? records.at(-1);
    const edited = this.edits.get(hash);
    if (edited !== undefined) return { text: edited, edited: true, record };
    return record && { text: record.text, edited: false, record };
  }

  /** Whether a file of this size may have a content that was captioned before. */
  mayKnow(size: number): boolean {
    return this.sizes.has(size);
  }

  /** The files whose content was read, or could not be, by their addresses. */
  get knownFiles(): Iterable<string> {
    return new Set([...this.files.keys(), ...this.failures.keys()]);
  }

  /** What a file was when its content was last read. */
  file(uri: string): KnownFile | undefined {
    return this.files.get(uri);
  }

  setFile(uri: string, file: KnownFile): void {
    this.files.set(uri, file);
    this.sizes.add(file.size);
  }

  /** A file is gone, or has another name: its content keeps its caption. */
  forgetFile(uri: string): void {
    this.files.delete(uri);
    this.failures.delete(uri);
  }

  /** Why a file could not be captioned when that was last tried. */
  failure(uri: string): KnownFailure | undefined {
    return this.failures.get(uri);
  }

  /** Keeps why a file could not be captioned; undefined: it could, or nobody wants to know any more. */
  setFailure(uri: string, failure: KnownFailure | undefined): void {
    if (failure) this.failures.set(uri, failure);
    else this.failures.delete(uri);
  }

  toJSON() {
    return {
      format,
      records: [...this.records.values()].flat(),
      edits: Object.fromEntries(this.edits),
      files: Object.fromEntries(this.files),
      failures: Object.fromEntries(this.failures),
    };
  }
}
