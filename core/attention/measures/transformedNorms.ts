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
export function transformedNorms(values: HeadValues, products?: HeadProducts): Float32Array {
  const { heads, keys, dimensions, data } = values;
  if (data.length !== heads * keys * dimensions || (products && products.data.length !== heads * dimensions ** 2)) {
    throw new RangeError('Values and output projection do not have the numbers that their shape says.');
  }
  const norms = new Float32Array(heads * keys);
  for (let head = 0; head < heads; head++) {
    const ofHead = products?.data.subarray(head * dimensions ** 2, (head + 1) * dimensions ** 2);
    for (let key = 0; key < keys; key++) {
      const row = head * keys + key;
      norms[row] = Math.sqrt(
        Math.max(squaredLength(data.subarray(row * dimensions, (row + 1) * dimensions), ofHead), 0),
      );
    }
  }
  return norms;
}

/** `W Wᵀ` of each head's rows W of an output projection: [head][dimension][dimension]. All of it that lengths depend on. */
export interface HeadProducts {
  readonly data: Float64Array;
}

/**
 * What of an output projection {@link transformedNorms} needs: since `‖v W‖² = v (W Wᵀ) vᵀ`, no value is projected. The same
 * for each text, and less to keep than the projection.
 * @throws RangeError where the projection is not one of so many heads.
 */
export function headProducts(projection: OutputProjection, heads: number, dimensions: number): HeadProducts {
  const data = new Float64Array(heads * dimensions ** 2);
  for (let head = 0; head < heads; head++) {
    data.set(headProduct(projection, heads, dimensions, head), head * dimensions ** 2);
  }
  return { data };
}

/**
 * One head's `W Wᵀ`: [dimension][dimension]. See {@link headProducts}.
 * @throws RangeError where the projection is not one of so many heads.
 */
export function headProduct(
  { outputs, data }: OutputProjection,
  heads: number,
  dimensions: number,
  head: number,
): Float64Array {
  if (data.length !== heads * dimensions * outputs) {
    throw new RangeError(`${data.length} weights are not an output projection of ${heads} heads of ${dimensions}.`);
  }
  const product = new Float64Array(dimensions ** 2);
  for (let i = 0; i < dimensions; i++) {
    const row = head * dimensions + i;
    const one = data.subarray(row * outputs, (row + 1) * outputs);
    for (let j = 0; j <= i; j++) {
      product[i * dimensions + j] = product[j * dimensions + i] = dot(one, data, (head * dimensions + j) * outputs);
    }
  }
  return product;
}

/** Four sums at a time: twice as fast as one. */
function dot(one: Float32Array, other: Float32Array, offset: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= one.length; k += 4) {
    a += one[k] * other[offset + k];
    b += one[k + 1] * other[offset + k + 1];
    c += one[k + 2] * other[offset + k + 2];
    d += one[k + 3] * other[offset + k + 3];
  }
  for (; k < one.length; k++) a += one[k] * other[offset + k];
  return a + b + c + d;
}

/** `v M vᵀ` of a symmetric M, of which the lower half is read; `v vᵀ` without. */
function squaredLength(value: Float32Array, products?: Float64Array): number {
  const d = value.length;
  let squared = 0;
  for (let i = 0; i < d; i++) {
    if (!products) {
      squared += value[i] * value[i];
      continue;
    }
    const row = i * d;
    let x = (products[row + i] * value[i]) / 2;
    for (let j = 0; j < i; j++) x += products[row + j] * value[j];
    squared += 2 * value[i] * x;
  }
  return squared;
}

/**
 * Each key's part of what a head adds for a query, `‖α[q][k] f(x_k)‖ = α[q][k] ‖f(x_k)‖` (Kobayashi et al. 2020) over the
 * row's sum, so that it reads as attention does. A key with much weight and a short vector (often the first token) adds
 * little, and this says so. Rows without any length are zeros.
 * @param norms What {@link transformedNorms} gives for the layer.
 * @returns [head][query][key], row-major; rows sum to 1.
 * @throws RangeError where the norms are not those of so many heads and keys.
 */
export function valueShares(layer: LayerHeads, norms: Float32Array): Float32Array {
  checkShape(layer, layer.data.length, layer.heads);
  const { heads, queries, keys } = layer;
  if (norms.length !== heads * keys) {
    throw new RangeError(`${heads} heads of ${keys} keys do not have ${norms.length} norms.`);
  }
  const shares = new Float32Array(layer.data.length);
  for (let head = 0; head < heads; head++) {
    const { data } = headOf(layer, head);
    const ofHead = norms.subarray(head * keys, (head + 1) * keys);
    const to = shares.subarray(head * queries * keys);
    for (let from = 0; from < data.length; from += keys) {
      let sum = 0;
      for (let key = 0; key < keys; key++) sum += to[from + key] = data[from + key] * ofHead[key];
      if (sum > 0) for (let key = 0; key < keys; key++) to[from + key] /= sum;
    }
  }
  return shares;
}
