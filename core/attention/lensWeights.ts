import type { Token } from '../text/token';

/** How many colours the lens has for weights. */
export const lensSteps = 6;

/** A stretch of text that the caret's token looks at. Tokens that share a character are one. */
export interface LensKey {
  /** The first of its tokens, by place in the text's tokens. */
  readonly token: number;
  /** How many tokens it is made of. */
  readonly count: number;
  /** Where it lies in the explained text; `start === end` for a special token. */
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/**
 * A row of weights over tokens as weights over stretches of text, in the text's order: what tokens of one range get (the
 * bytes of an emoji) is summed, or in a row of maxima the largest is taken.
 */
export function lensKeys(tokens: readonly Token[], weights: Float32Array, join: 'sum' | 'maximum'): LensKey[] {
  const keys: LensKey[] = [];
  tokens.forEach(({ start, end }, token) => {
    const weight = weights[token] ?? 0;
    const last = keys.at(-1);
    if (!last || start === end || last.start !== start || last.end !== end) {
      keys.push({ token, count: 1, start, end, weight });
      return;
    }
    const joined = join === 'sum' ? last.weight + weight : Math.max(last.weight, weight);
    keys[keys.length - 1] = { ...last, count: last.count + 1, weight: joined };
  });
  return keys;
}

/** The most weight that a stretch of text has; what special tokens get cannot be seen in the text. */
export function mostWeight(keys: readonly LensKey[]): number {
  return keys.reduce((most, { start, end, weight }) => (end > start ? Math.max(most, weight) : most), 0);
}

/**
 * The colour of a weight: 0 for none, else 1 to {@link lensSteps}, in even steps of the square root of its share of the
 * `most` in its row. A share, because the mean of many heads has no large weights; the square root, as in the panel's
 * matrix, because a first token that takes nearly all would leave the others without colour. Step k begins at (k/6)².
 */
export function lensStep(weight: number, most: number): number {
  const share = most > 0 ? Math.min(1, Math.max(0, weight) / most) : 0;
  return Math.floor(Math.sqrt(share) * lensSteps);
}

/** The stretches with the most weight, the heaviest first; those without any are left out. */
export function heaviestKeys(keys: readonly LensKey[], count: number): LensKey[] {
  return keys
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.token - b.token)
    .slice(0, count);
}
