import type { NeedOfTokens, PlaceRange } from '../run/cause';

/** A unit of a text (token, word, line) as far as a position may look at it. */
export interface NeededUnit extends PlaceRange {
  readonly unit: number;
}

/**
 * The units whose cut says something of a position: of a causal text those before it, and of its own what stands before
 * it; else all, the position's own token left out where it is a unit by itself.
 * @param first the first token of each unit.
 * @param count how many tokens there are.
 * @param position absent where it is in another text.
 */
export function neededUnits(
  first: ArrayLike<number>,
  count: number,
  causal: boolean,
  position: number | undefined,
): NeededUnit[] {
  const units: NeededUnit[] = [];
  for (let unit = 0; unit < first.length; unit++) {
    const end = unit + 1 < first.length ? first[unit + 1] : count;
    const last = position !== undefined && causal ? Math.min(end, position) - 1 : end - 1;
    if (last < first[unit] || (first[unit] === position && last === position)) continue;
    units.push({ unit, first: first[unit], last });
  }
  return units;
}

/** Names tokens in a row in what is kept of them. */
export function rangeKey({ first, last }: PlaceRange): string {
  return `${first}-${last}`;
}

/** Fine units in the order of what the coarse ones that hold them need, the most first; within one as they stand in the text. */
export function finerFirst<Unit extends PlaceRange>(
  fine: readonly Unit[],
  coarse: readonly PlaceRange[],
  needOf: (range: PlaceRange) => NeedOfTokens | undefined,
): Unit[] {
  const sizeOf = ({ first }: Unit) => {
    const around = coarse.find(range => range.first <= first && first <= range.last);
    return Math.abs((around && needOf(around)?.bits) ?? 0);
  };
  const sized = fine.map(unit => ({ unit, size: sizeOf(unit) }));
  return sized.sort((a, b) => b.size - a.size || a.unit.first - b.unit.first).map(({ unit }) => unit);
}

/** What attention gives a unit: the sum over its tokens. */
export function sumOver(weights: Float32Array | undefined, { first, last }: PlaceRange): number | undefined {
  if (!weights) return undefined;
  let sum = 0;
  for (let token = first; token <= last; token++) sum += weights[token] ?? 0;
  return sum;
}
