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
  for (let head = 0; head < heads; head++) {
    const products = projection && projectedProducts(projection, head * dimensions, dimensions);
    for (let key = 0; key < keys; key++) {
      const row = head * keys + key;
      norms[row] = Math.sqrt(Math.max(squaredLength(data.subarray(row * dimensions, (row + 1) * dimensions), products), 0));
    }
  }
  return norms;
}

/** `W Wᵀ` of a head's rows W of the projection: with it `‖v W‖² = v (W Wᵀ) vᵀ`, without projecting each value. */
function projectedProducts({ outputs, data }: OutputProjection, first: number, dimensions: number): Float64Array {
  const products = new Float64Array(dimensions * dimensions);
  for (let i = 0; i < dimensions; i++) {
    const one = data.subarray((first + i) * outputs, (first + i + 1) * outputs);
    for (let j = 0; j <= i; j++) {
      const offset = (first + j) * outputs;
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += one[k] * data[offset + k];
      products[i * dimensions + j] = products[j * dimensions + i] = sum;
    }
  }
  return products;
}

function squaredLength(value: Float32Array, products?: Float64Array): number {
  const d = value.length;
  let squared = 0;
  for (let i = 0; i < d; i++) {
    let x = products ? 0 : value[i];
    if (products) for (let j = 0; j < d; j++) x += products[i * d + j] * value[j];
    squared += value[i] * x;
  }
  return squared;
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

/**
 * Each key's part of what a head adds for a query: {@link valueWeightedNorms} with each row divided by its sum, so that it
 * reads as attention does. Rows without any length are zeros.
 * @returns [head][query][key], row-major; rows sum to 1.
 */
export function valueShares(layer: LayerHeads, norms: Float32Array): Float32Array {
  const shares = valueWeightedNorms(layer, norms);
  const { keys } = layer;
  for (let from = 0; from < shares.length; from += keys) {
    let sum = 0;
    for (let key = from; key < from + keys; key++) sum += shares[key];
    if (sum > 0) for (let key = from; key < from + keys; key++) shares[key] /= sum;
  }
  return shares;
}
