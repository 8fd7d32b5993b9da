import type { HeatLayer } from './imageHeat';

/**
 * What a token of a text looks at among its tokens: the probabilities of the heads chosen, averaged.
 * @param layers of a batch of texts: [texts][heads][queries][keys].
 * @param length how many tokens of it are given.
 * @returns [token]; undefined where there is no such text, layer, head or token.
 */
export function textHeat(
  layers: readonly HeatLayer[],
  { text, layer, head, query }: { text: number; layer: number | 'all'; head: number | 'all'; query: number },
  length: number,
): Float32Array | undefined {
  const heat = new Float32Array(length);
  let rows = 0;
  for (const { layer: number, heads, queries, keys, data } of layers) {
    if ((layer !== 'all' && number !== layer) || query >= queries || length > keys) continue;
    for (let h = 0; h < heads; h++) {
      if (head !== 'all' && h !== head) continue;
      const from = ((text * heads + h) * queries + query) * keys;
      if (from + keys > data.length) return undefined;
      for (let token = 0; token < length; token++) heat[token] += data[from + token];
      rows++;
    }
  }
  return rows === 0 ? undefined : heat.map(value => value / rows);
}
