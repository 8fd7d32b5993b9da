import { visibleKeys, type AttentionMatrix } from '../attentionMatrix';
import type { TargetKeys } from '../targetKeys';

/** How much of a row lies on what a measure counts. All parts between 0 and 1. */
export interface Mass {
  /** Mean over the rows where the measure applies. */
  readonly mass: number;
  /** What a head without preference gives in those rows: the same weight on all it sees. */
  readonly chance: number;
  /**
   * What 95 % of heads give that have this head's weights in each row, but on any keys of those that the query sees:
   * the normal approximation of the mass's distribution under such shuffles, one-sided. At most 1.
   */
  readonly shuffled?: number;
  /** What this head's distances alone give in those rows (see {@link distanceProfile}); only for measures of content. */
  readonly byDistance?: number;
  /** In how many rows it applies. */
  readonly rows: number;
  /**
   * How many keys share that mass, `(Σ c)² / Σ c²` with c what a key gets in all those rows: near 1 where nearly all of it
   * lies on one key, which rows agree on for whatever reason.
   */
  readonly spread: number;
}

/** One-sided, of a normal distribution: 95 % lie below the mean and so many standard deviations. */
const deviations = 1.645;

/** Whether a head has more of a measure than chance, and its distances, give it. */
export function isAboveChance({ mass, chance, shuffled = chance, byDistance = 0 }: Mass): boolean {
  return mass > Math.max(shuffled, byDistance);
}

/** For each row `Σ a²` over the keys that the query sees: the nearer to 1, the more lies on one key. */
export function rowSquares(matrix: AttentionMatrix): Float64Array {
  const { queries, keys, data } = matrix;
  return Float64Array.from({ length: queries }, (_, query) => {
    const end = query * keys + visibleKeys(matrix, query);
    let squares = 0;
    for (let at = query * keys; at < end; at++) squares += data[at] * data[at];
    return squares;
  });
}

/**
 * The part of a row that lies on a measure's keys, mean over the rows where the measure applies:
 * `1/|Q| Σ_{q ∈ Q} Σ_{k ∈ T(q)} a[q][k]`, as Clark et al. 2019 ("What Does BERT Look At?", section 3) count attention to
 * certain tokens.
 * @param profile The head's {@link distanceProfile}, for measures of content.
 * @param squares The head's {@link rowSquares}; without them `shuffled` is left out.
 * @returns undefined where it applies in no row.
 */
export function massOn(
  matrix: AttentionMatrix,
  targets: TargetKeys,
  profile?: Float64Array,
  squares?: Float64Array,
): Mass | undefined {
  const { list, start, end, rows, chance, pairsAtDistance, skipsItself } = targets;
  if (rows === 0) return undefined;
  const { queries, keys, data } = matrix;
  const received = new Float64Array(keys);
  let variance = 0;
  for (let query = 0; query < queries; query++) {
    const row = query * keys;
    const to = end[query];
    let count = 0;
    for (let at = start[query]; at < to; at++) {
      const key = list[at];
      if (skipsItself && key === query) continue;
      received[key] += data[row + key];
      count++;
    }
    if (squares && count > 0) variance += shuffledVariance(count, visibleKeys(matrix, query), squares[query]);
  }
  let sum = 0;
  let ofReceived = 0;
  for (const weight of received) {
    sum += weight;
    ofReceived += weight * weight;
  }
  const found: Mass = {
    mass: sum / rows,
    chance,
    ...(squares && { shuffled: Math.min(1, chance + (deviations * Math.sqrt(variance)) / rows) }),
    rows,
    spread: ofReceived > 0 ? (sum * sum) / ofReceived : 0,
  };
  if (!profile) return found;
  let expected = 0;
  for (let d = 0; d < profile.length; d++) expected += pairsAtDistance[d] * profile[d];
  return { ...found, byDistance: expected / rows };
}

/**
 * The variance of the sum of `count` of a row's weights, drawn without putting back from all that it has, which sum to 1.
 * @param squares `Σ a²` of the row.
 */
function shuffledVariance(count: number, visible: number, squares: number): number {
  if (visible < 2) return 0;
  return Math.max(0, ((count * (visible - count)) / (visible - 1)) * (squares / visible - 1 / visible ** 2));
}
