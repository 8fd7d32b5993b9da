import type { Token } from '../../text/token';

const run = /[\p{L}\p{N}\p{M}_$]+(?:['’](?:[sdmt]|re|ve|ll)(?![\p{L}\p{N}\p{M}_$]))?/gu;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const window = 256;

/**
 * The word of each token, from 0: the first that it holds a part of; −1 where it holds none. A word is what a reader of
 * text or code takes for one: letters, digits, `_` and `$` without anything between them, and English endings behind an
 * apostrophe (`didn't`); where a script writes no spaces, what `Intl.Segmenter` takes for words.
 */
export function tokenWords(text: string, tokens: readonly Token[]): Int32Array {
  const words = wordsOf(text);
  let word = words.next();
  let index = 0;
  return Int32Array.from(tokens, token => {
    while (!word.done && word.value.end <= token.start) {
      word = words.next();
      index++;
    }
    return !word.done && token.start < token.end && word.value.start < token.end ? index : -1;
  });
}

function* wordsOf(text: string): Generator<{ start: number; end: number }, undefined> {
  let segmenter: Intl.Segmenter | undefined;
  for (const found of text.matchAll(run)) {
    const end = found.index + found[0].length;
    if (!unspaced.test(found[0])) {
      yield { start: found.index, end };
      continue;
    }
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
    // V8's segmenter takes time quadratic in the length of what it is given.
    for (let from = found.index; from < end; from += window) {
      for (const { segment, index } of segmenter.segment(text.slice(from, Math.min(from + window, end)))) {
        yield { start: from + index, end: from + index + segment.length };
      }
    }
  }
}
