import { atOnce, type Pieces } from '../../pieces/inPieces';
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
  return atOnce(movesInPieces(rows, otherRows, keys));
}

/** {@link headMoves} in pieces: a head each. */
export function* movesInPieces(
  rows: readonly LayerHeads[],
  otherRows: readonly LayerHeads[],
  keys: readonly AlignedPlace[],
): Pieces<HeadMove[]> {
  const common = keys.filter(
    (place): place is Required<AlignedPlace> => place.one !== undefined && place.other !== undefined,
  );
  const moves: HeadMove[] = [];
  for (const layer of rows) {
    const other = otherRows.find(candidate => candidate.layer === layer.layer);
    if (other?.heads !== layer.heads) continue;
    for (let head = 0; head < layer.heads; head++) {
      yield;
      const [one, two] = [headOf(layer, head), headOf(other, head)];
      let sum = 0;
      for (let query = 0; query < layer.queries; query++) {
        const row = sharedRow(one, query, common, 'one');
        sum += jensenShannon(row, sharedRow(two, query, common, 'other'));
      }
      moves.push({ layer: layer.layer, head, distance: sum / Math.max(1, layer.queries) });
    }
  }
  return moves.sort((a, b) => b.distance - a.distance);
}
