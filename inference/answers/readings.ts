import type { AttentionKind } from '../../core/attention/attentionKind';
import { rolloutInPieces } from '../../core/attention/measures/attentionRollout';
import { withoutFirstKey } from '../../core/attention/withoutFirstKey';
import { valueShares } from '../../core/attention/measures/transformedNorms';
import type { HeadAddress, LayerAttention, Reading, ReadGroup } from '../../core/run/explanation';
import { inPieces } from '../../core/pieces/inPieces';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { HeadsInParts } from '../../core/export/headsFile';
import { type LayerWeights, weightsOfLayers } from '../../core/export/layerWeights';
import { groupsOf, overviewOf } from '../runs/overview';
import { stackHeads } from '../runs/stackHeads';
import type { LayerShape } from '../models/layerShape';
import { InferenceFault } from '../models/inferenceFault';
import {
  layerShape,
  layersOf,
  type HeadsOfLayer,
  type HeadWeights,
  type RunAttention,
  type UseModel,
} from '../runs/runAttention';
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
      for await (const head of headsOf(part, use)) {
        put(part, head.firstHead, overviewOf({ ...head, data: asRead(head, reading, norms, withoutFirst) }).thumbnails);
      }
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
  if (reading === 'raw' && !withoutFirst) return layers;
  for (const [i, { data, queries, keys }] of layers.entries()) {
    for await (const head of headsOf({ ...shapes[i], firstHead: 0, data }, use)) {
      data.set(asRead(head, reading, norms, withoutFirst), head.firstHead * queries * keys);
    }
  }
  return layers;
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
          if (reading === 'raw' && !withoutFirst) yield part.data;
          else for await (const head of headsOf(part, use)) yield asRead(head, reading, ofKeys, withoutFirst);
        }
      }
    },
  };
}

/** The heads of a part one by one: a piece of work each. */
async function* headsOf(part: HeadsOfLayer, use: UseModel): AsyncGenerator<HeadsOfLayer> {
  const size = part.queries * part.keys;
  for (let head = 0; head < part.heads; head++) {
    await use.turn?.();
    const data = part.data.subarray(head * size, (head + 1) * size);
    yield { ...part, firstHead: part.firstHead + head, heads: 1, data };
  }
}

function asRead(part: HeadsOfLayer, reading: Reading, norms: Norms | undefined, withoutFirst: boolean): Float32Array {
  const data = reading === 'value' ? weighted(part, norms) : part.data;
  return withoutFirst ? withoutFirstKey(data, part.keys) : data;
}

/** Some heads of a layer, each weight times the length of what its key adds, as a part of its row. */
function weighted(part: HeadsOfLayer, norms?: Norms): Float32Array {
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
    for await (const { data } of headsOf(part, use)) {
      for (let i = 0; i < size; i++) sum[i] += data[i] / shape.heads;
    }
    done += part.heads;
    if (done < shape.heads) continue;
    const mean = withoutFirst ? withItself(withoutFirstKey(sum, part.keys), part.keys) : sum;
    const layer = {
      ...shape,
      heads: 1,
      causal: shape.causal || kind === 'decoder',
      sameSequence: true,
      data: mean,
    };
    rolled = await inPieces(rolloutInPieces(rolled, layer), use);
    yield { ...shape, heads: 1, data: new Float32Array(rolled) };
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
