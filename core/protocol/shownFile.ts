/** What a panel keeps of the file that it shows, so that it comes back after a reload. */
export interface ShownFile {
  /** The file's address. */
  readonly uri: string;
  /** What settings call the model, and its precision. */
  readonly model: string;
  readonly dtype: string;
  /** What a speech model was told to hear, as a code. */
  readonly language?: string;
  /** The texts that an image is compared with. */
  readonly texts?: readonly string[];
}

/** Reads what a panel kept; undefined where it is something else, as of another version. */
export function shownFileOf(state: unknown): ShownFile | undefined {
  const { file } = (state ?? {}) as { file?: Partial<Record<keyof ShownFile, unknown>> };
  if (typeof file?.uri !== 'string' || typeof file.model !== 'string' || typeof file.dtype !== 'string') {
    return undefined;
  }
  const { uri, model, dtype, language, texts } = file;
  return {
    uri,
    model,
    dtype,
    ...(typeof language === 'string' ? { language } : {}),
    ...(Array.isArray(texts) && texts.every(text => typeof text === 'string') ? { texts } : {}),
  };
}
