import type { AttentionKind } from '../../core/attention/attentionKind';
import { changedQueries } from '../../core/attention/compare/changedQueries';
import { movesInPieces, type HeadMove } from '../../core/attention/compare/headMoves';
import { inPieces } from '../../core/pieces/inPieces';
import type { UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';
import { comparedRows } from './matchRuns';

/** How far each head of a kind looks elsewhere than in a run before of the same model; empty where that had other attention. */
export async function movedHeads(
  run: KnownRun,
  before: KnownRun,
  kind: AttentionKind,
  use: UseModel,
  useBefore: UseModel,
): Promise<HeadMove[]> {
  if (!before.attention.layers.some(layer => layer.kind === kind)) return [];
  const { rows, otherRows, keys } = await comparedRows(
    { run, kind, use },
    { run: before, kind, use: useBefore },
    changedQueries,
  );
  return inPieces(movesInPieces(rows, otherRows, keys), use);
}
