import { checkShape, type AttentionMatrix } from './attentionMatrix';
import type { TextFacts } from './textFacts';

/** Tokens taken together, as words or lines. */
export interface TokenGroups {
  /** The group of each token, from 0, never decreasing. */
  readonly of: Int32Array;
  /** The first token of each group; a group goes up to the next one's. */
  readonly first: Int32Array;
}

/** Attention between groups: [query group][key group], row-major, rows sum to 1. */
export interface GroupedAttention {
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
}

/**
 * Attention between words or lines: the weights of a group's keys are summed, the rows of a group's queries averaged, so
 * that a row still says how one look is shared out and sums to 1. As Clark et al. 2019 (section 4.1) go from tokens to
 * words.
 */
export function sumByGroup(
  matrix: AttentionMatrix,
  queryGroups: TokenGroups,
  keyGroups = queryGroups,
): GroupedAttention {
  checkShape(matrix, matrix.data.length);
  if (queryGroups.of.length !== matrix.queries || keyGroups.of.length !== matrix.keys) {
    throw new RangeError(
      `Groups of ${queryGroups.of.length} and ${keyGroups.of.length} tokens do not fit ${matrix.queries} × ${matrix.keys}.`,
    );
  }
  const queries = queryGroups.first.length;
  const keys = keyGroups.first.length;
  const sums = new Float64Array(queries * keys);
  for (let query = 0, at = 0; query < matrix.queries; query++) {
    const to = queryGroups.of[query] * keys;
    for (let key = 0; key < matrix.keys; key++, at++) sums[to + keyGroups.of[key]] += matrix.data[at];
  }
  const sizes = new Uint32Array(queries);
  for (const group of queryGroups.of) sizes[group]++;
  return { queries, keys, data: Float32Array.from(sums, (sum, i) => sum / sizes[Math.floor(i / keys)]) };
}

/** The tokens of each word; a token that belongs to none is a group of its own. */
export function wordGroups({ words }: TextFacts): TokenGroups {
  return groupsOf(words);
}

/** The tokens of each line; a token that stands for no text is a group of its own. */
export function lineGroups({ lines }: TextFacts): TokenGroups {
  return groupsOf(lines);
}

function groupsOf(classes: Int32Array): TokenGroups {
  const first: number[] = [];
  const of = classes.map((group, token) => {
    if (token === 0 || group < 0 || group !== classes[token - 1]) first.push(token);
    return first.length - 1;
  });
  return { of, first: Int32Array.from(first) };
}
