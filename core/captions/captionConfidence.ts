import type { CaptionWord } from './caption';

/** Words that name nothing of the picture: how sure the model was of them says nothing of the caption. */
const stopWords: ReadonlySet<string> = new Set([
  'a',
  'an',
  'the',
  'of',
  'with',
  'and',
  'or',
  'in',
  'on',
  'at',
  'to',
  'by',
  'for',
  'from',
]);

/** What a caption's confidence rests on. */
export interface CaptionConfidence {
  /** The probability of the weakest content word, 0 to 1; 0 where there is none. */
  readonly value: number;
  /** That word, as it stands in the caption. */
  readonly weakest?: string;
}

/**
 * How sure a model was of a caption: the probability of its weakest content word, since a caption is wrong where one word
 * is. Stop words and punctuation aside. A number of the model's own; what it is worth says {@link captionVerdict}.
 */
export function captionConfidence(words: readonly Pick<CaptionWord, 'text' | 'probability'>[]): CaptionConfidence {
  let weakest: (typeof words)[number] | undefined;
  for (const word of words) {
    const bare = word.text.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
    if (bare === '' || stopWords.has(bare)) continue;
    if (!weakest || word.probability < weakest.probability) weakest = word;
  }
  return weakest ? { value: weakest.probability, weakest: weakest.text } : { value: 0 };
}
