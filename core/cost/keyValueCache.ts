/** An input of a graph that a cache of keys or values is fed by. */
export interface CacheInput {
  /** `past_key_values.0.key`; of an encoder-decoder `past_key_values.0.decoder.key` and `past_key_values.0.encoder.key`. */
  readonly name: string;
  /** `float32`, `float16`, … */
  readonly type: string;
  /** [batch, heads of keys, length, size of a head]; what varies is no number. */
  readonly shape: readonly (number | string)[];
}

/** What a graph keeps of the tokens that it has read, so that it need not read them again for the next. */
export interface KeyValueCache {
  readonly layers: number;
  /** Heads of keys in a layer: fewer than of queries where several share one. */
  readonly heads: number;
  readonly headSize: number;
  readonly type: string;
  /** Bytes of one number. */
  readonly numberBytes: number;
  /** Keys and values of all layers for one token that was read or written. */
  readonly tokenBytes: number;
  /** Of an encoder-decoder: keys and values of the cross-attention for one token of the source. */
  readonly sourceTokenBytes?: number;
}

const bytesOf: Readonly<Record<string, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  uint8: 1,
  float8e4m3fn: 1,
  float8e5m2: 1,
};

/**
 * What a cache takes, by the inputs that a graph has for it: both of every layer, added up, since layers may differ.
 * @returns undefined where there are none, or their sizes are not known.
 */
export function keyValueCache(inputs: readonly CacheInput[]): KeyValueCache | undefined {
  const all = inputs.filter(({ name, shape }) => /^past(_key_values)?\./.test(name) && shape.length === 4);
  const ofSource = all.filter(({ name }) => /\.encoder\./.test(name));
  const own = all.filter(input => !ofSource.includes(input));
  const sizes = [...own, ...ofSource].map(({ type, shape: [, heads, , size] }) => ({
    heads,
    size,
    each: bytesOf[type],
  }));
  if (own.length === 0 || sizes.some(({ heads, size, each }) => !isCount(heads) || !isCount(size) || !each)) {
    return undefined;
  }
  const bytes = (of: readonly CacheInput[]) =>
    of.reduce((sum, { type, shape }) => sum + Number(shape[1]) * Number(shape[3]) * bytesOf[type], 0);
  const [{ type, shape }] = own;
  return {
    layers: own.filter(({ name }) => name.endsWith('.key')).length || own.length,
    heads: Number(shape[1]),
    headSize: Number(shape[3]),
    type,
    numberBytes: bytesOf[type],
    tokenBytes: bytes(own),
    ...(ofSource.length > 0 && { sourceTokenBytes: bytes(ofSource) }),
  };
}

function isCount(size: number | string): boolean {
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0;
}
