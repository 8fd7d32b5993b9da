import type { AttentionKind } from '../../../core/attention/attentionKind';
import { headGroups, type HeadGroups } from '../../../core/attention/compare/headGroups';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';
import type { KnownRun } from './runStore';

/**
 * The heads of one kind by how alike they look on a run's text.
 * @throws {InferenceFault} where the run has no attention of that kind, or its layers differ in shape.
 */
export function groupHeads({ attention }: KnownRun, kind: AttentionKind): HeadGroups {
  const layers = attention.filter(layer => layer.kind === kind);
  const [first] = layers;
  if (!first) throw new InferenceFault(InferenceErrorCode.run, `This run has no ${kind} attention.`);
  if (layers.some(({ queries, keys }) => queries !== first.queries || keys !== first.keys)) {
    throw new InferenceFault(InferenceErrorCode.run, 'The layers of this model differ in their number of tokens, so their heads cannot be grouped.');
  }
  return headGroups(layers.map(layer => ({ ...layer, causal: layer.causal || kind === 'decoder', sameSequence: kind !== 'cross' })));
}
