import type { AttentionKind } from '../../core/attention/attentionKind';
import type { AttentionTensor } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { layersOf, type RunAttention, type UseModel } from './runAttention';

/** The most numbers that are given at once: 1 GB. */
const mostNumbers = 2 ** 28;

/**
 * All heads of one kind as [layer][head][query][key].
 * @throws {InferenceFault} where there are none, the layers differ in shape, or they are too large to be given at once.
 */
export async function stackHeads(
  attention: RunAttention,
  kind: AttentionKind,
  use: UseModel,
): Promise<AttentionTensor> {
  const layers = layersOf(attention, kind);
  const { heads, queries, keys } = layers[0];
  if (layers.some(layer => layer.heads !== heads || layer.queries !== queries || layer.keys !== keys)) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'The layers of this model differ in shape; ask for one head at a time.',
    );
  }
  const numbers = layers.length * heads * queries * keys;
  if (numbers > mostNumbers) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `All heads of ${queries.toLocaleString('en')} tokens are ${((numbers * 4) / 1e9).toFixed(1)} GB, too much to give at once; ask for one head, or explain a shorter text.`,
    );
  }
  const data = new Float32Array(numbers);
  for await (const part of attention.parts(kind, use)) {
    const layer = layers.findIndex(l => l.layer === part.layer);
    data.set(part.data, (layer * heads + part.firstHead) * queries * keys);
  }
  return { shape: [layers.length, heads, queries, keys], data };
}
