import type { AttentionKind } from '../../core/attention/attentionKind';
import type { HeadAddress } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { LayerShape } from '../models/layerShape';
import type { OpenModel } from '../models/openModel';

/** Some heads of a layer that stand next to each other: [heads, queries, keys], row-major. */
export interface HeadsOfLayer extends LayerShape {
  /** The number of the first; `heads` says how many. */
  readonly firstHead: number;
  readonly data: Float32Array;
}

/** One head's matrix: [query][key], row-major. */
export interface HeadWeights {
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
}

/** Does work with the run's model, opening it where it was let go; throws where nobody wants the answer any longer. */
export interface UseModel {
  <Result>(work: (open: OpenModel) => Promise<Result>): Promise<Result>;
  /** To be waited for before a piece of work without the model: what was asked meanwhile goes first. Throws as the rest does. */
  turn?(): Promise<void>;
}

/** The attention of one run: kept whole where it is small ({@link KeptAttention}), else computed again where it is looked at. */
export interface RunAttention {
  /** Ordered as self, encoder, decoder, cross; within a kind by layer. */
  readonly layers: readonly LayerShape[];
  /** Bytes of tensors that are held now. */
  readonly bytes: number;
  /**
   * One head in full.
   * @throws {InferenceFault} where the run has no such head.
   */
  head(address: HeadAddress, use: UseModel): Promise<HeadWeights>;
  /** All heads of a kind in their order, as many at a time as fit into memory. */
  parts(kind: AttentionKind, use: UseModel): AsyncIterable<HeadsOfLayer>;
}

/** The layers of a kind. @throws {InferenceFault} where the run has none. */
export function layersOf({ layers }: Pick<RunAttention, 'layers'>, kind: AttentionKind): readonly LayerShape[] {
  const found = layers.filter(layer => layer.kind === kind);
  if (found.length === 0) throw new InferenceFault(InferenceErrorCode.run, `This run has no ${kind} attention.`);
  return found;
}

/** The layer of a head. @throws {InferenceFault} where the run has no such head. */
export function layerShape({ layers }: Pick<RunAttention, 'layers'>, { kind, layer, head }: HeadAddress): LayerShape {
  const found = layers.find(l => l.kind === kind && l.layer === layer);
  if (!found || head >= found.heads) {
    throw new InferenceFault(InferenceErrorCode.run, `There is no head ${layer}.${head} in this run.`);
  }
  return found;
}
