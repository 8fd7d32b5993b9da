import type { AttentionKind } from '../../core/attention/attentionKind';
import { LruCache } from '../../core/cache/lruCache';
import type { HeadAddress } from '../../core/run/explanation';
import { int64 } from '../models/onnxTensors';
import type { LayerShape } from '../models/layerShape';
import { lastLogits } from '../models/recorder';
import type { SegmentedModel } from '../models/segmentedModel';
import { cutRun, wholeWhereUncut, type CutRun } from './cutRun';
import { layerShape, type HeadWeights, type HeadsOfLayer, type RunAttention, type UseModel } from './runAttention';
import { runOnce } from './runModel';
import type { SegmentedRun } from './segmentedRun';

/** How much may be held. */
export interface OnDemandLimits {
  /** Bytes of heads that are computed at a time, one head at least. */
  readonly atOnce: number;
  /** Bytes of heads that are kept for the next question. */
  readonly kept: number;
  /** Bytes of what stands between layers that are kept, so that a head's layer is run alone. */
  readonly between?: number;
}

const megabyte = 2 ** 20;

/**
 * The attention of a long run, which is never held whole: what is looked at is computed by another run of the model, its
 * neighbours with it as far as they fit. A head that was looked at is kept for a while. Where the graph can be cut between its
 * layers, all heads come from one pass, layer by layer, and one head costs the layers up to its own, or its own alone once
 * what comes before it is kept; where not, a run of the whole model gives as many heads as fit.
 */
export class AttentionOnDemand implements RunAttention {
  private readonly kept: LruCache<string, HeadWeights>;
  private readonly between: LruCache<number, Between>;
  /** Heads that are being computed. */
  private readonly coming = new Map<string, Promise<HeadWeights>>();

  /**
   * @param ids The tokens that the model read.
   * @param outputIds What an encoder-decoder's decoder read.
   */
  constructor(
    readonly layers: readonly LayerShape[],
    readonly ids: readonly number[],
    readonly outputIds: readonly number[] | undefined,
    private readonly limits: OnDemandLimits = { atOnce: 256 * megabyte, kept: 256 * megabyte },
  ) {
    this.kept = new LruCache(limits.kept, ({ data }) => data.byteLength);
    this.between = new LruCache(limits.between ?? 256 * megabyte, ({ bytes }) => bytes);
  }

  get bytes(): number {
    return this.kept.total + this.between.total;
  }

  async head(address: HeadAddress, use: UseModel): Promise<HeadWeights> {
    const layer = layerShape(this, address);
    const key = keyOf(address);
    for (;;) {
      const held = this.kept.get(key);
      if (held) return held;
      // Several parts of one head are asked for at once. Where who asked first gives up, the next one computes it.
      const coming = this.coming.get(key);
      if (!coming) break;
      const given = await coming.catch(() => undefined);
      if (given) return given;
    }
    const coming = this.headOf(layer, address, use);
    this.coming.set(key, coming);
    return coming.finally(() => this.coming.delete(key));
  }

  private async headOf(layer: LayerShape, address: HeadAddress, use: UseModel): Promise<HeadWeights> {
    const piece = around(layer, address.head, this.atOnce(layer));
    const cut = await cutRun(use, this, address.kind, 'probabilities');
    const [part] = cut
      ? await wholeWhereUncut(
          cut,
          async () => [await this.layerOf(cut, piece, use)],
          () => this.compute([piece], use),
        )
      : await this.compute([piece], use);
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
    const cut = await cutRun(use, this, kind, 'probabilities');
    if (!cut) {
      for (const batch of this.batches(kind)) yield* await this.compute(batch, use);
      return;
    }
    for (const layer of this.layers.filter(each => each.kind === kind)) {
      const index = cut.segmentOf(layer.layer);
      const most = this.atOnce(layer);
      for (let from = 0; from < layer.heads; from += most) {
        const piece = { layer, from, count: Math.min(most, layer.heads - from) };
        const last = from + most >= layer.heads;
        const work = async () => {
          await this.upTo(cut, cut.run, index, use);
          return [await this.heads(cut, cut.run, piece, use, last && index < cut.last)];
        };
        yield* await wholeWhereUncut(cut, work, () => this.compute([piece], use));
      }
    }
  }

  /** One layer's heads: from where what stands before it is kept, else from the start. */
  private async layerOf(cut: CutRun, piece: Piece, use: UseModel): Promise<HeadsOfLayer> {
    const index = cut.segmentOf(piece.layer.layer);
    let run = cut.run;
    for (let from = index; from > 0; from--) {
      const between = this.between.get(from);
      if (between?.model !== cut.model) continue;
      run = cut.run.from(from, between.state);
      break;
    }
    await this.upTo(cut, run, index, use);
    return this.heads(cut, run, piece, use, false);
  }

  /** Runs the segments before one. */
  private async upTo(cut: CutRun, run: SegmentedRun, index: number, use: UseModel): Promise<void> {
    while (run.next < index) {
      await run.run(use, { outputs: [], passOn: true, onRows: () => undefined });
      this.keepBetween(cut, run);
    }
  }

  /** Some heads of the layer whose segment is the next. */
  private async heads(
    cut: CutRun,
    run: SegmentedRun,
    { layer, from, count }: Piece,
    use: UseModel,
    passOn: boolean,
  ): Promise<HeadsOfLayer> {
    const { queries, keys } = layer;
    const name = cut.outputOf(layer.layer);
    const selection = cut.model.selections.get(name);
    const data = new Float32Array(count * queries * keys);
    await run.run(use, {
      outputs: [name],
      feeds: selection
        ? { [selection]: int64(BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i))) }
        : undefined,
      passOn,
      onRows: (rows, outputs) => {
        const tensor = outputs[name];
        const [, given, ownRows, columns] = tensor.dims;
        const numbers = tensor.data as Float32Array;
        // A layer whose number of heads the graph does not tell is given whole.
        const first = given === count ? 0 : from;
        for (let head = 0; head < count; head++) {
          for (let row = 0; row < ownRows; row++) {
            const at = ((first + head) * ownRows + row) * columns;
            data.set(numbers.subarray(at, at + columns), (head * queries + rows.from + row) * keys);
          }
        }
      },
    });
    if (passOn) this.keepBetween(cut, run);
    return { ...layer, firstHead: from, heads: count, data };
  }

  private keepBetween({ model }: CutRun, run: SegmentedRun): void {
    const { rows, passed } = run.state;
    const bytes = [...passed].reduce(
      (sum, [name, tensors]) =>
        // What the first segment gives is there once for all.
        model.segments[0].passedOn.includes(name)
          ? sum
          : sum + tensors.reduce((total, { data }) => total + (data as Float32Array).byteLength, 0),
      0,
    );
    this.between.set(run.next, { model, state: { rows, passed: new Map(passed) }, bytes });
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
        logitsAt: lastLogits,
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

/** What stands before a segment. */
interface Between {
  readonly model: SegmentedModel;
  readonly state: SegmentedRun['state'];
  readonly bytes: number;
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
