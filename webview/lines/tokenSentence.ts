import { keysByWeight } from '../run/headMatrix';
import { formatWeight } from '../run/wording';
import type { Side } from './linesLayout';

const named = 5;

/**
 * What a token does, in words: "item looks at of 0.61, items 0.12", or "of is looked at by item 0.61, const 0.08".
 * @param weights One for each token of the other column.
 * @param names Of the other column's tokens.
 */
export function tokenSentence(
  side: Side,
  name: string,
  weights: Float32Array,
  names: (index: number) => string,
  heads: number,
): string {
  const strongest = keysByWeight(weights, named).filter(index => weights[index] > 0);
  const does = side === 'query' ? 'looks at' : 'is looked at by';
  if (strongest.length === 0) return `${name} ${does} nothing`;
  const others = strongest.map(index => `${names(index)} ${formatWeight(weights[index])}`).join(', ');
  return `${name} ${does} ${others}${heads > 1 ? `, mean of ${heads} heads` : ''}`;
}
