import type { AttentionKind } from '../../core/attention/attentionKind';
import type { HeadAddress } from '../../core/run/explanation';
import type { LayerTensor } from '../models/recorder';
import { layerShape, type HeadWeights, type HeadsOfLayer, type RunAttention } from './runAttention';

/** A run's attention that is held whole. */
export class KeptAttention implements RunAttention {
  readonly bytes: number;

  constructor(readonly layers: readonly LayerTensor[]) {
    this.bytes = layers.reduce((sum, { data }) => sum + data.byteLength, 0);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a missing head rejects, as it does where heads are computed
  async head(address: HeadAddress): Promise<HeadWeights> {
    const { queries, keys, data } = layerShape(this, address) as LayerTensor;
    return { queries, keys, data: data.subarray(address.head * queries * keys, (address.head + 1) * queries * keys) };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the same
  async *parts(kind: AttentionKind): AsyncGenerator<HeadsOfLayer> {
    for (const layer of this.layers) {
      if (layer.kind === kind) yield { ...layer, firstHead: 0 };
    }
  }
}
