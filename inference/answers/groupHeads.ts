import type { AttentionKind } from '../../core/attention/attentionKind';
import { groupsInPieces, type HeadGroups } from '../../core/attention/compare/headGroups';
import { comparedQueries } from '../../core/attention/measures/pairwiseDistances';
import { inPieces } from '../../core/pieces/inPieces';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { gatherRows } from '../runs/gatherRows';
import { InferenceFault } from '../models/inferenceFault';
import { layersOf, type UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';

/**
 * The heads of one kind by how alike they look on a run's text. Of a long text some queries are compared, and only their
 * rows are held.
 * @throws {InferenceFault} where the run has no attention of that kind, or its layers differ in shape.
 */
export async function groupHeads({ attention }: KnownRun, kind: AttentionKind, use: UseModel): Promise<HeadGroups> {
  const layers = layersOf(attention, kind);
  const { queries, keys, causal } = layers[0];
  if (layers.some(layer => layer.queries !== queries || layer.keys !== keys)) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'The layers of this model differ in their number of tokens, so their heads cannot be grouped.',
    );
  }
  const shape = {
    queries,
    keys,
    causal: causal || kind === 'decoder',
    sameSequence: kind !== 'cross' && queries === keys,
  };
  const heads = layers.reduce((sum, layer) => sum + layer.heads, 0);
  const { compared, comparable } = comparedQueries(shape, heads);
  const rows = await gatherRows(attention, kind, compared, use);
  return inPieces(groupsInPieces(rows, { compared: comparable }), use);
}
