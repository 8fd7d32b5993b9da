import type { AttentionMatrix } from '../attentionMatrix';
import type { TargetKeys } from '../targetKeys';

/** How much of a row lies on what a measure counts. All parts between 0 and 1. */
export interface Mass {
  /** Mean over the rows where the measure applies. */
  readonly mass: number;
  /** What a head without preference gives in those rows: the same weight on all it sees. */
  readonly chance: number;
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

/**
 * The part of a row that lies on a measure's keys, mean over the rows where the measure applies:
 * `1/|Q| Σ_{q ∈ Q} Σ_{k ∈ T(q)} a[q][k]`, as Clark et al. 2019 ("What Does BERT Look At?", section 3) count attention to
 * certain tokens.
 * @param profile The head's {@link distanceProfile}, for measures of content.
 * @returns undefined where it applies in no row.
 */
export function massOn(matrix: AttentionMatrix, targets: TargetKeys, profile?: Float64Array): Mass | undefined {
  const { list, start, end, rows, chance, pairsAtDistance, skipsItself } = targets;
  if (rows === 0) return undefined;
  const { queries, keys, data } = matrix;
  const received = new Float64Array(keys);
  for (let query = 0; query < queries; query++) {
    const row = query * keys;
    const to = end[query];
    for (let at = start[query]; at < to; at++) {
      const key = list[at];
      if (!skipsItself || key !== query) received[key] += data[row + key];
    }
  }
  let sum = 0;
  let squares = 0;
  for (const weight of received) {
    sum += weight;
    squares += weight * weight;
  }
  const mass = sum / rows;
  const spread = squares > 0 ? (sum * sum) / squares : 0;
  if (!profile) return { mass, chance, rows, spread };
  let expected = 0;
  for (let d = 0; d < profile.length; d++) expected += pairsAtDistance[d] * profile[d];
  return { mass, chance, byDistance: expected / rows, rows, spread };
}
