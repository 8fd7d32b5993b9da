/** A size of a declared shape: a number, or a name for one that varies. */
type Size = number | string;

/** How large the heads of a cache are, and how many there are. */
export interface CacheSizes {
  readonly headSize?: number;
  readonly keyValueHeads?: number;
}

/**
 * The shape of an input of a cache, with numbers in place of names that stand for sizes of the model: today's exporters
 * (onnxruntime-genai's builder) write [batch, 3, past_sequence_length, kv_cache_dim]. Lengths keep their names.
 * @param name of the input, such as `past_key_values.0.key`; other inputs' shapes are given as they are.
 * @param present the shape of the output that the cache goes on with, where there is one: its length differs from the input's.
 */
export function cacheShape(
  name: string,
  shape: readonly Size[],
  present: readonly Size[] | undefined,
  { headSize, keyValueHeads }: CacheSizes,
): readonly Size[] {
  if (!/^past(_key_values)?\./.test(name) || shape.length !== 4) return shape;
  return shape.map((size, axis) => {
    if (axis === 0 || (typeof size === 'number' && size >= 0)) return size;
    const called = String(size);
    const varies = /seq|past|len|total|time|step/i.test(called);
    const stays = present?.[axis] === size && called !== '';
    if (varies && !stays) return size;
    if (!stays && !/head|dim|size|hidden|width/i.test(called)) return size;
    return (axis === 1 ? keyValueHeads : axis === 3 ? headSize : undefined) ?? size;
  });
}

/** The name of the output that a cache's input is followed by. */
export function presentName(past: string): string {
  return past.replace(/^past(_key_values)?\./, 'present.');
}
