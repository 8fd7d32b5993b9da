import type { PairwiseDistances } from '../measures/pairwiseDistances';

/** The heads most like one, nearest first, with their distance in bits. */
export function headsLike(
  { heads, data }: Pick<PairwiseDistances, 'heads' | 'data'>,
  head: number,
  count: number,
): { head: number; distance: number }[] {
  const n = heads.length;
  return heads
    .map((_, other) => ({ head: other, distance: data[head * n + other] }))
    .filter(({ head: other }) => other !== head)
    .sort((a, b) => a.distance - b.distance || a.head - b.head)
    .slice(0, count);
}
