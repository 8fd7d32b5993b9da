import { atOnce, type Pieces } from '../../pieces/inPieces';
import { visibleKeys, type LayerHeads } from '../attentionMatrix';

/**
 * Attention rollout: how the input tokens mix up to a layer, if each layer passes on half of what it was given and half of
 * what its heads gather: `R_l = (½ Ā_l + ½ I) R_{l−1}`, `R_0 = I`, Ā the mean over heads. Abnar & Zuidema 2020
 * ("Quantifying Attention Flow in Transformers"). Parts of a row; rows sum to 1. It knows nothing of values, norms or the
 * other half of a layer.
 * @param before That up to the layer before it; undefined before the first.
 * @returns [query][key], row-major. Takes n³ steps, a sixth of that where the attention is causal.
 * @throws RangeError where queries and keys are not of one sequence.
 */
export function attentionRollout(before: Float64Array | undefined, layer: LayerHeads): Float64Array {
  return atOnce(rolloutInPieces(before, layer));
}

/** {@link attentionRollout} in pieces: a query each. */
export function* rolloutInPieces(before: Float64Array | undefined, layer: LayerHeads): Pieces<Float64Array> {
  const mixed = mixedLayer(layer);
  return before ? yield* product(mixed, before, layer) : mixed;
}

/** The product of two [query][key] matrices that hold zeros where a query sees no key. */
function* product(one: Float64Array, other: Float64Array, shape: LayerHeads): Pieces<Float64Array> {
  const n = shape.queries;
  const result = new Float64Array(n * n);
  for (let query = 0; query < n; query++) {
    yield;
    const to = result.subarray(query * n, query * n + n);
    const weights = one.subarray(query * n, query * n + n);
    const visible = visibleKeys(shape, query);
    let via = 0;
    // Four rows at a time, so that each sum is read and written a quarter as often: twice as fast.
    for (; via + 4 <= visible; via += 4) {
      const [a, b, c, d] = [weights[via], weights[via + 1], weights[via + 2], weights[via + 3]];
      const end = visibleKeys(shape, via + 3);
      const from = via * n;
      for (let key = 0; key < end; key++) {
        const at = from + key;
        to[key] += a * other[at] + b * other[at + n] + c * other[at + 2 * n] + d * other[at + 3 * n];
      }
    }
    for (; via < visible; via++) {
      for (let key = 0; key < visible; key++) to[key] += weights[via] * other[via * n + key];
    }
  }
  return result;
}

/** A layer's `½ Ā + ½ I`: [query][key], row-major, the mean taken over its heads. */
function mixedLayer({ heads, queries, keys, data }: LayerHeads): Float64Array {
  if (queries !== keys) throw new RangeError(`${queries} queries and ${keys} keys are not of one sequence.`);
  const size = queries * keys;
  const mixed = new Float64Array(size);
  for (let head = 0; head < heads; head++) {
    const offset = head * size;
    for (let i = 0; i < size; i++) mixed[i] += data[offset + i];
  }
  for (let i = 0; i < size; i++) mixed[i] /= 2 * heads;
  for (let i = 0; i < queries; i++) mixed[i * keys + i] += 0.5;
  return mixed;
}
