import { headOf, type LayerHeads } from '../attentionMatrix';
import { jensenShannon } from '../measures/jensenShannon';
import type { AlignedPlace } from './alignSequences';
import type { HeadPlace } from './matchHeads';
import { sharedRow } from './sharedRow';

/** How far a head looks elsewhere than in another run of the same model. */
export interface HeadMove extends HeadPlace {
  /** Mean Jensen-Shannon divergence over the queries compared, bits. */
  readonly distance: number;
}

/**
 * How far each head of a model looks elsewhere in one run than in another, those that moved most first. Only keys that both
 * runs have are compared, each row divided by what lies on them.
 * @param rows the rows of the same queries in both runs: all heads of either run's layers.
 */
export function headMoves(
  rows: readonly LayerHeads[],
  otherRows: readonly LayerHeads[],
  keys: readonly AlignedPlace[],
): HeadMove[] {
  const common = keys.filter(
    (place): place is Required<AlignedPlace> => place.one !== undefined && place.other !== undefined,
  );
  return rows
    .flatMap((layer): HeadMove[] => {
      const other = otherRows.find(candidate => candidate.layer === layer.layer);
      if (other?.heads !== layer.heads) return [];
      return Array.from({ length: layer.heads }, (_, head) => {
        const [one, two] = [headOf(layer, head), headOf(other, head)];
        let sum = 0;
        for (let query = 0; query < layer.queries; query++) {
          const row = sharedRow(one, query, common, 'one');
          sum += jensenShannon(row, sharedRow(two, query, common, 'other'));
        }
        return { layer: layer.layer, head, distance: sum / Math.max(1, layer.queries) };
      });
    })
    .sort((a, b) => b.distance - a.distance);
}
