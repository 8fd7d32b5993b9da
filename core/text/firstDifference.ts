import { commonBeginning, commonEnd } from './tokenThere';

/** So many characters of either text are shown at most. */
const most = 18;

/**
 * Where a text first differs from an earlier version of it, as a few words: "“Mary” for “John”", "+ “ again”", "− “two”";
 * whole words, undefined where they are equal.
 */
export function firstDifference(text: string, before: string): string | undefined {
  if (text === before) return undefined;
  // Whole words are easier to tell than the letters in which they differ.
  const [words, wordsBefore] = [wordsOf(text), wordsOf(before)];
  const start = commonBeginning(words, wordsBefore);
  const end = commonEnd(words, wordsBefore, start);
  const cut = (all: readonly string[]) => shorten(all.slice(start, all.length - end).join(''));
  const [now, then] = [cut(words), cut(wordsBefore)];
  if (then === '') return `+ “${now}”`;
  if (now === '') return `− “${then}”`;
  return `“${now}” for “${then}”`;
}

/** A text cut into words, white space, and all other characters one by one. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{M}\p{N}_]+|\s+|[^]/gu) ?? [];
}

function shorten(text: string): string {
  const line = Array.from(text.replace(/\s+/g, ' '));
  return line.length > most ? `${line.slice(0, most - 1).join('')}…` : line.join('');
}
