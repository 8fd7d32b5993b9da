/** What a matrix of attention is made of, without its numbers. */
export interface AttentionShape {
  /** Rows: tokens that look. */
  readonly queries: number;
  /** Columns: tokens that are looked at. */
  readonly keys: number;
  /** Whether a token sees only itself and what is before it. */
  readonly causal: boolean;
  /** Whether query i and key i are the same token; false for cross-attention. */
  readonly sameSequence: boolean;
}

/** One head's attention: [query][key], row-major, rows sum to 1. */
export interface AttentionMatrix extends AttentionShape {
  readonly data: Float32Array;
}

/** All heads of one layer: [head][query][key], row-major. */
export interface LayerHeads extends AttentionShape {
  readonly layer: number;
  readonly heads: number;
  readonly data: Float32Array;
}

/** How many keys a query can see. A mask other than the causal one (padding, a sliding window) is not known here. */
export function visibleKeys(shape: AttentionShape, query: number): number {
  return shape.causal ? Math.min(query + 1, shape.keys) : shape.keys;
}

/** One head of a layer, sharing its memory. */
export function headOf(layer: LayerHeads, head: number): AttentionMatrix {
  const { queries, keys, causal, sameSequence, data } = layer;
  const size = queries * keys;
  return { queries, keys, causal, sameSequence, data: data.subarray(head * size, (head + 1) * size) };
}

/**
 * Says what is wrong with a shape whose numbers are to be read.
 * @throws RangeError where numbers are missing, or queries and keys of one sequence differ in number.
 */
export function checkShape(shape: AttentionShape, numbers: number, heads = 1): void {
  const { queries, keys, causal, sameSequence } = shape;
  if (numbers !== heads * queries * keys) {
    throw new RangeError(`Attention of ${heads} × ${queries} × ${keys} does not hold ${numbers} numbers.`);
  }
  if ((causal || sameSequence) && queries !== keys) {
    throw new RangeError(`One sequence cannot have ${queries} queries and ${keys} keys.`);
  }
}
