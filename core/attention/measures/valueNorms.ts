import { checkShape, headOf, type LayerHeads } from '../attentionMatrix';

/** One layer's values: [head][key][dimension], row-major, as the heads multiply them by their attention. */
export interface HeadValues {
  readonly heads: number;
  readonly keys: number;
  readonly dimensions: number;
  readonly data: Float32Array;
}

/** One layer's output projection: [head · dimensions + dimension][output], row-major (transposed from PyTorch's Linear). */
export interface OutputProjection {
  readonly outputs: number;
  readonly data: Float32Array;
}

/**
 * How long the vector is that each head adds for each key: `‖f(x_k)‖`, `f(x) = (x W_V + b_V) W_O` with the head's part of
 * W_O. Kobayashi et al. 2020 ("Attention is Not Only a Weight"). In the units of the residual stream; without a projection
 * `‖x W_V + b_V‖`, in those of the values, which compare within a head only.
 * @returns [head][key], row-major.
 */
export function transformedNorms(values: HeadValues, projection?: OutputProjection): Float32Array {
  const { heads, keys, dimensions, data } = values;
  if (data.length !== heads * keys * dimensions || (projection && projection.data.length !== heads * dimensions * projection.outputs)) {
    throw new RangeError('Values and output projection do not have the numbers that their shape says.');
  }
  const norms = new Float32Array(heads * keys);
  const vector = new Float64Array(projection?.outputs ?? 0);
  for (let row = 0; row < norms.length; row++) {
    const value = data.subarray(row * dimensions, (row + 1) * dimensions);
    if (!projection) {
      norms[row] = Math.hypot(...value);
      continue;
    }
    vector.fill(0);
    const first = Math.floor(row / keys) * dimensions;
    value.forEach((x, d) => {
      const offset = (first + d) * projection.outputs;
      for (let i = 0; i < vector.length; i++) vector[i] += x * projection.data[offset + i];
    });
    norms[row] = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  }
  return norms;
}

/**
 * Value-weighted attention of all heads of a layer: `‖α[q][k] f(x_k)‖ = α[q][k] ‖f(x_k)‖`, Kobayashi et al. 2020. A key
 * with much weight and a short vector (often the first token) adds little, and this says so. Rows do not sum to 1.
 * @param norms What {@link transformedNorms} gives for the layer.
 * @returns [head][query][key], row-major.
 */
export function valueWeightedNorms(layer: LayerHeads, norms: Float32Array): Float32Array {
  checkShape(layer, layer.data.length, layer.heads);
  const { heads, queries, keys } = layer;
  if (norms.length !== heads * keys) throw new RangeError(`${heads} heads of ${keys} keys do not have ${norms.length} norms.`);
  const weighted = new Float32Array(layer.data.length);
  for (let head = 0; head < heads; head++) {
    const { data } = headOf(layer, head);
    const ofHead = norms.subarray(head * keys, (head + 1) * keys);
    const to = weighted.subarray(head * queries * keys);
    for (let query = 0, at = 0; query < queries; query++) {
      for (let key = 0; key < keys; key++, at++) to[at] = data[at] * ofHead[key];
    }
  }
  return weighted;
}
