import { visibleKeys, type LayerHeads } from '../attentionMatrix';

/**
 * Attention rollout: how the input tokens mix up to the last of the layers, if each layer passes on half of what it was
 * given and half of what its heads gather: `R_l = (½ Ā_l + ½ I) R_{l−1}`, `R_0 = I`, Ā the mean over heads. Abnar &
 * Zuidema 2020 ("Quantifying Attention Flow in Transformers"). Parts of a row; rows sum to 1. It knows nothing of values,
 * norms or the other half of a layer.
 * @param layers From the first layer on, of one sequence.
 * @returns [query][key], row-major. Takes layers · n³ steps, a sixth of that where the attention is causal; for one query
 * see {@link rolloutOfQuery}.
 */
export function attentionRollout(layers: readonly LayerHeads[]): Float32Array {
  const n = layers[0]?.queries ?? 0;
  let rolled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rolled[i * n + i] = 1;
  for (const layer of layers) {
    const mixed = mixedLayer(layer);
    const next = new Float64Array(n * n);
    for (let query = 0; query < n; query++) {
      const to = next.subarray(query * n, query * n + n);
      const visible = visibleKeys(layer, query);
      for (let via = 0; via < visible; via++) {
        const weight = mixed[query * n + via];
        if (weight === 0) continue;
        const from = via * n;
        const end = visibleKeys(layer, via);
        for (let key = 0; key < end; key++) to[key] += weight * rolled[from + key];
      }
    }
    rolled = next;
  }
  return Float32Array.from(rolled);
}

/** One row of {@link attentionRollout}, in layers · n² steps. */
export function rolloutOfQuery(layers: readonly LayerHeads[], query: number): Float32Array {
  const n = layers[0]?.queries ?? 0;
  let row = new Float64Array(n);
  row[query] = 1;
  for (const layer of layers.toReversed()) {
    const mixed = mixedLayer(layer);
    const next = new Float64Array(n);
    for (let via = 0; via < n; via++) {
      if (row[via] === 0) continue;
      for (let key = 0; key < n; key++) next[key] += row[via] * mixed[via * n + key];
    }
    row = next;
  }
  return Float32Array.from(row);
}

/** A layer's `½ Ā + ½ I`: [query][key], row-major, the mean taken over its heads. */
export function mixedLayer({ heads, queries, keys, data }: LayerHeads): Float64Array {
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
