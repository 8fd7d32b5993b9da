import type { AttentionKind } from '../../core/attention/attentionKind';
import type { LayerOverview, LayerTensor } from '../models/recorder';

/** More than what a mask of -10,000 leaves, less than what attention gives to any key it sees. */
const leastMass = 1e-6;

/** Attention of one layer in numbers, [heads, rows, columns]. */
interface Numbers {
  readonly kind: AttentionKind;
  readonly causal: boolean;
  readonly heads: number;
  readonly data: Float32Array;
}

/** A layer in whose graph no mask was found: causal where its heads have no mass above the diagonal. Of a whole run. */
export function withMeasuredMask(layer: LayerTensor): LayerTensor {
  return isCausal(layer, layer.queries, layer.keys) ? { ...layer, causal: true } : layer;
}

/** The same of heads that were made small, maximum by maximum. */
export function withMeasuredOverview(layer: LayerOverview): LayerOverview {
  const { rows, columns, data } = layer.thumbnails;
  return layer.queries === layer.keys && isCausal({ ...layer, data }, rows, columns)
    ? { ...layer, causal: true }
    : layer;
}

function isCausal({ kind, causal, heads, data }: Numbers, rows: number, columns: number): boolean {
  if (causal) return true;
  if (kind === 'cross' || rows !== columns || rows < 3) return false;
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < rows; row++) {
      const at = (head * rows + row) * columns;
      for (let column = row + 1; column < columns; column++) {
        if (data[at + column] > leastMass) return false;
      }
    }
  }
  return true;
}
