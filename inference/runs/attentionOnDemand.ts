import type { AttentionKind } from '../../core/attention/attentionKind';
import { LruCache } from '../../core/cache/lruCache';
import type { HeadAddress } from '../../core/run/explanation';
import type { LayerShape } from '../models/layerShape';
import { layerShape, type HeadWeights, type HeadsOfLayer, type RunAttention, type UseModel } from './runAttention';
import { runOnce } from './runModel';

/** How much may be held. */
export interface OnDemandLimits {
  /** Bytes of heads that are computed at a time, one head at least. */
  readonly atOnce: number;
  /** Bytes of heads that are kept for the next question. */
  readonly kept: number;
}

const megabyte = 2 ** 20;

/**
 * The attention of a long run, which is never held whole: what is looked at is computed by another run of the model, its
 * neighbours with it as far as they fit. A head that was looked at is kept for a while.
 */
export class AttentionOnDemand implements RunAttention {
  private readonly kept: LruCache<string, HeadWeights>;

  /**
   * @param ids The tokens that the model read.
   * @param outputIds What an encoder-decoder's decoder read.
   */
  constructor(
    readonly layers: readonly LayerShape[],
    private readonly ids: readonly number[],
    private readonly outputIds: readonly number[] | undefined,
    private readonly limits: OnDemandLimits = { atOnce: 256 * megabyte, kept: 512 * megabyte },
  ) {
    this.kept = new LruCache(limits.kept, ({ data }) => data.byteLength);
  }

  get bytes(): number {
    return this.kept.total;
  }

  async head(address: HeadAddress, use: UseModel): Promise<HeadWeights> {
    const layer = layerShape(this, address);
    const key = keyOf(address);
    const held = this.kept.get(key);
    if (held) return held;
    const [part] = await this.compute([around(layer, address.head, this.atOnce(layer))], use);
    // Those next to it first, so that it is the last to be let go.
    const heads = Array.from({ length: part.heads }, (_, i) => part.firstHead + i).filter(
      head => head !== address.head,
    );
    for (const head of [...heads, address.head]) {
      const matrix = matrixIn(part, head);
      // A copy: a part of a larger array would keep all of it.
      this.kept.set(keyOf({ ...address, head }), { ...matrix, data: matrix.data.slice() });
    }
    return matrixIn(part, address.head);
  }

  async *parts(kind: AttentionKind, use: UseModel): AsyncGenerator<HeadsOfLayer> {
    for (const batch of this.batches(kind)) yield* await this.compute(batch, use);
  }

  /** The heads of a kind in lots that fit, each in pieces of one layer: one run a lot. */
  private *batches(kind: AttentionKind): Generator<Piece[]> {
    let batch: Piece[] = [];
    let room = this.limits.atOnce;
    for (const layer of this.layers) {
      if (layer.kind !== kind) continue;
      for (let from = 0; from < layer.heads;) {
        const fits = Math.floor(room / sizeOfHead(layer));
        if (fits === 0 && batch.length > 0) {
          yield batch;
          batch = [];
          room = this.limits.atOnce;
          continue;
        }
        const count = Math.min(Math.max(fits, 1), layer.heads - from);
        batch.push({ layer, from, count });
        room -= count * sizeOfHead(layer);
        from += count;
      }
    }
    if (batch.length > 0) yield batch;
  }

  private async compute(pieces: readonly Piece[], use: UseModel): Promise<HeadsOfLayer[]> {
    const headsOf = (kind: AttentionKind, layer: number) =>
      pieces
        .filter(piece => piece.layer.kind === kind && piece.layer.layer === layer)
        .flatMap(({ from, count }) => Array.from({ length: count }, (_, i) => from + i));
    const recorder = await use(open =>
      runOnce(open, this.ids, this.outputIds, {
        wants: (kind, layer, what) => what === 'probabilities' && headsOf(kind, layer).length > 0,
        heads: headsOf,
      }),
    );
    return recorder.attention().map(given => {
      const { layer, from, count } = pieces.find(
        piece => piece.layer.kind === given.kind && piece.layer.layer === given.layer,
      )!;
      const { queries, keys } = given;
      // A layer whose number of heads the graph does not tell is given whole.
      const first = given.heads === count ? 0 : from;
      return {
        ...layer,
        queries,
        keys,
        firstHead: from,
        heads: count,
        data: given.data.subarray(first * queries * keys, (first + count) * queries * keys),
      };
    });
  }

  private atOnce(layer: LayerShape): number {
    return Math.max(1, Math.floor(this.limits.atOnce / sizeOfHead(layer)));
  }
}

/** Some heads of a layer: `count` from `from` on. */
interface Piece {
  readonly layer: LayerShape;
  readonly from: number;
  readonly count: number;
}

function around(layer: LayerShape, head: number, most: number): Piece {
  const count = Math.min(most, layer.heads);
  return { layer, from: Math.min(Math.max(0, head - Math.floor(count / 2)), layer.heads - count), count };
}

function matrixIn({ queries, keys, firstHead, data }: HeadsOfLayer, head: number): HeadWeights {
  const from = (head - firstHead) * queries * keys;
  return { queries, keys, data: data.subarray(from, from + queries * keys) };
}

function sizeOfHead({ queries, keys }: LayerShape): number {
  return queries * keys * Float32Array.BYTES_PER_ELEMENT;
}

function keyOf({ kind, layer, head }: HeadAddress): string {
  return `${kind} ${layer}.${head}`;
}
