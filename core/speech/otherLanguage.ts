import type { ReadAudio, WindowTranscript } from './transcript';

/**
 * What an English-only model writes of English has at least this confidence: of espeak-ng's speech Whisper tiny.en wrote
 * English with 0.70 to 0.93, German, French and Spanish with 0.12 to 0.53.
 */
const leastOfOwnLanguage = 0.6;

/** Whether a model of one language may have heard another: it knows no other to choose, and hardly believes what it wrote. */
export function mayBeOtherLanguage(
  { languages }: Pick<ReadAudio, 'languages'>,
  { words, confidence }: Pick<WindowTranscript, 'words' | 'confidence'>,
): boolean {
  return languages.length === 0 && words.length > 0 && confidence < leastOfOwnLanguage;
}
