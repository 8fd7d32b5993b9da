import { writesSpaces } from './speechWords';
import type { SpeechWord } from './transcript';

/** A user's words in place of one that a model heard. */
export interface Correction {
  /** The word's window and its place there. */
  readonly window: number;
  readonly index: number;
  /** What the model wrote: a correction holds for this only. */
  readonly heard: string;
  readonly text: string;
}

/** Words with the user's corrections; what the model wrote stays beside them as `heard`. */
export function correctWords(words: readonly SpeechWord[], corrections: readonly Correction[]): SpeechWord[] {
  return words.map(({ heard, ...word }) => {
    const own = heard ?? word.text;
    const found = corrections.find(
      ({ window, index, heard: of }) => window === word.window && index === word.index && of === own,
    );
    return found && found.text !== own ? { ...word, text: found.text, heard: own } : { ...word, text: own };
  });
}

/** The transcript that words make: the model's own text, unless one of them is corrected. */
export function transcriptText(words: readonly SpeechWord[], own: string, language: string | undefined): string {
  return words.some(({ heard }) => heard !== undefined)
    ? words.map(({ text }) => text).join(writesSpaces(language) ? ' ' : '')
    : own;
}
