import type { AttentionKind } from '../../core/attention/attentionKind';
import { attentionRollout } from '../../core/attention/measures/attentionRollout';
import { withoutFirstKey } from '../../core/attention/withoutFirstKey';
import { valueShares } from '../../core/attention/measures/transformedNorms';
import type { HeadAddress, LayerAttention, Reading, ReadGroup } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { HeadsInParts } from '../../core/export/headsFile';
import { type LayerWeights, weightsOfLayers } from '../../core/export/layerWeights';
import { groupsOf, overviewOf } from '../runs/overview';
import { stackHeads } from '../runs/stackHeads';
import type { LayerShape } from '../models/layerShape';
import { InferenceFault } from '../models/inferenceFault';
import { layerShape, layersOf, type HeadWeights, type RunAttention, type UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';
import type { LayerNorms } from './valueNorms';

type Norms = ReadonlyMap<number, LayerNorms>;

/**
 * One head's matrix in a reading.
 * @param norms what each key adds, for the reading `value`.
 * @param withoutFirst whether a rollout goes through layers without their first token; of other readings whoever asks
 * takes it away, from several heads in one.
 * @throws {InferenceFault} where the run has no such head, or cannot be read so.
 */
export async function readHead(
  { attention }: KnownRun,
  address: HeadAddress,
  reading: Reading,
  use: UseModel,
  norms?: Norms,
  withoutFirst = false,
): Promise<HeadWeights> {
  const shape = layerShape(attention, address);
  const { queries, keys, layer } = shape;
  if (reading === 'rollout') {
    for await (const rolled of rollouts(attention, address.kind, use, withoutFirst)) {
      if (rolled.layer === layer) return { queries, keys, data: rolled.data };
    }
  }
  const raw = await attention.head(address, use);
  return reading === 'value'
    ? { ...raw, data: weighted({ ...shape, heads: 1, firstHead: address.head, data: raw.data }, norms) }
    : raw;
}

/**
 * All layers of a kind in a reading, each head at a glance.
 * @throws {InferenceFault} where the run has no attention of that kind, or cannot be read so.
 */
export async function readGroup(
  { attention }: KnownRun,
  kind: AttentionKind,
  reading: Reading,
  use: UseModel,
  norms?: Norms,
  withoutFirst = false,
): Promise<ReadGroup> {
  const layers = layersOf(attention, kind);
  const thumbnails = new Map<number, { rows: number; columns: number; data: Float32Array }>();
  const put = (shape: LayerShape, firstHead: number, part: LayerAttention['thumbnails']) => {
    const { rows, columns } = part;
    const { heads } = layers.find(({ layer }) => layer === shape.layer) ?? shape;
    const whole = thumbnails.get(shape.layer) ?? { rows, columns, data: new Float32Array(heads * rows * columns) };
    whole.data.set(part.data, firstHead * rows * columns);
    thumbnails.set(shape.layer, whole);
  };
  if (reading === 'rollout') {
    for await (const rolled of rollouts(attention, kind, use, withoutFirst)) {
      const { thumbnails: one } = overviewOf(rolled);
      const { heads } = layers.find(({ layer }) => layer === rolled.layer) ?? rolled;
      for (let head = 0; head < heads; head++) put(rolled, head, one);
    }
  } else {
    for await (const part of attention.parts(kind, use)) {
      const read = reading === 'value' ? weighted(part, norms) : part.data;
      const data = withoutFirst ? withoutFirstKey(read, part.keys) : read;
      put(part, part.firstHead, overviewOf({ ...part, data }).thumbnails);
    }
  }
  const [group] = groupsOf(layers.map(layer => ({ ...layer, thumbnails: thumbnails.get(layer.layer)! })));
  const unprojected = norms && [...norms.values()].some(({ projected }) => !projected);
  return { group, note: unprojected ? 'by the values alone: the output projection was not found' : undefined };
}

/**
 * All layers of a kind in a reading, with all numbers: of a rollout one matrix for each.
 * @throws {InferenceFault} where the run has no attention of that kind, cannot be read so, or it is too much at once.
 */
export async function readLayers(
  { attention }: KnownRun,
  kind: AttentionKind,
  reading: Reading,
  use: UseModel,
  norms?: Norms,
  withoutFirst = false,
): Promise<LayerWeights[]> {
  if (reading === 'rollout') {
    const rolled: LayerWeights[] = [];
    for await (const { layer, queries, keys, data } of rollouts(attention, kind, use, withoutFirst)) {
      rolled.push({ kind, layer, heads: [0], queries, keys, data });
    }
    return rolled;
  }
  const layers = weightsOfLayers(kind, await stackHeads(attention, kind, use));
  const shapes = layersOf(attention, kind);
  return layers.map((layer, i) => {
    const data = reading === 'value' ? weighted({ ...shapes[i], firstHead: 0, data: layer.data }, norms) : layer.data;
    return { ...layer, data: withoutFirst ? withoutFirstKey(data, layer.keys) : data };
  });
}

/**
 * All heads of a run in a reading, of which only as many are in memory as are computed at once.
 * @param norms what each key of a kind adds, for the reading `value`.
 */
export function readInParts(
  { attention }: KnownRun,
  reading: Reading,
  use: UseModel,
  norms: (kind: AttentionKind) => Promise<Norms>,
  withoutFirst = false,
): HeadsInParts {
  const rolls = ({ kind, queries, keys }: LayerShape) => kind !== 'cross' && queries === keys;
  return {
    layers: attention.layers
      .filter(layer => reading !== 'rollout' || rolls(layer))
      .map(({ kind, layer, heads, queries, keys }) => ({
        kind,
        layer,
        heads: reading === 'rollout' ? 1 : heads,
        queries,
        keys,
      })),
    async *parts(kind) {
      if (reading === 'rollout') for await (const { data } of rollouts(attention, kind, use, withoutFirst)) yield data;
      else {
        const ofKeys = reading === 'value' ? await norms(kind) : undefined;
        for await (const part of attention.parts(kind, use)) {
          const data = ofKeys ? weighted(part, ofKeys) : part.data;
          yield withoutFirst ? withoutFirstKey(data, part.keys) : data;
        }
      }
    },
  };
}

/** Some heads of a layer, each weight times the length of what its key adds, as a part of its row. */
function weighted(
  part: LayerShape & { readonly firstHead: number; readonly data: Float32Array },
  norms?: Norms,
): Float32Array {
  const ofLayer = norms?.get(part.layer);
  if (!ofLayer) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `The values of layer ${part.layer} cannot be told apart in the model’s graph, so attention cannot be weighted by them.`,
    );
  }
  return valueShares(
    { ...part, causal: false, sameSequence: false },
    ofLayer.data.subarray(part.firstHead * part.keys, (part.firstHead + part.heads) * part.keys),
  );
}

/**
 * What of each token has come up to each layer, one layer after the other; the one head that each has stands for all.
 * @param withoutFirst whether the mean of a layer's heads is taken without the first token, see {@link withoutFirstKey}.
 */
async function* rollouts(
  attention: RunAttention,
  kind: AttentionKind,
  use: UseModel,
  withoutFirst: boolean,
): AsyncGenerator<LayerShape & { readonly data: Float32Array }> {
  const layers = layersOf(attention, kind);
  if (layers.some(({ queries, keys }) => kind === 'cross' || queries !== keys)) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'A rollout goes through layers of one sequence; choose self-attention.',
    );
  }
  let done = 0;
  let rolled: Float64Array | undefined;
  let sum: Float32Array | undefined;
  for await (const part of attention.parts(kind, use)) {
    const shape = layers.find(({ layer }) => layer === part.layer) ?? part;
    const size = part.queries * part.keys;
    sum ??= new Float32Array(size);
    for (let i = 0; i < part.data.length; i++) sum[i % size] += part.data[i] / shape.heads;
    done += part.heads;
    if (done < shape.heads) continue;
    rolled = attentionRollout(rolled, {
      ...shape,
      heads: 1,
      causal: shape.causal || kind === 'decoder',
      sameSequence: true,
      data: withoutFirst ? withItself(withoutFirstKey(sum, part.keys), part.keys) : sum,
    });
    yield { ...shape, heads: 1, data: Float32Array.from(rolled) };
    [done, sum] = [0, undefined];
  }
}

/** A mean of heads in which tokens that look at nothing else look at themselves. */
function withItself(data: Float32Array, keys: number): Float32Array {
  for (let query = 0; query < keys; query++) {
    const row = data.subarray(query * keys, (query + 1) * keys);
    if (row.every(weight => weight === 0)) row[query] = 1;
  }
  return data;
}
