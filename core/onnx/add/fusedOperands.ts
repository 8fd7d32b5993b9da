import type { AttentionMatch } from '../find/attentionMatch';
import type { Op } from '../graph/linkedGraph';
import type { NodeBuilder } from './nodeBuilder';
import { DataType } from '../read/onnxModel';

/** Names of a fused operator's tensors, float32: [batch, heads, tokens, size]. */
export interface FusedOperands {
  readonly query: string;
  readonly key: string;
  readonly value?: string;
  /** Inputs that keep queries from keys, and what is added to scores. */
  readonly mask?: { readonly name: string; readonly rank: number };
  readonly bias?: string;
}

/**
 * Adds nodes that take a fused operator's inputs apart: projection, bias, heads, cache.
 * Follows onnxruntime's ContribOperators.md and ONNX's `Attention` 23. Undefined for a form that cannot be taken apart
 * (rotary embedding inside `com.microsoft.Attention`, packed without padding).
 */
export function fusedOperands(
  builder: NodeBuilder,
  { op, heads, headSize }: AttentionMatch,
  opset: number,
): FusedOperands | undefined {
  if (!heads) return undefined;
  switch (op.type) {
    case 'com.microsoft.Attention':
    case 'com.microsoft.QAttention':
      return op.int('do_rotary', 0) === 1 ? undefined : projected(builder, op, heads, opset);
    case 'com.microsoft.MultiHeadAttention':
      return separate(builder, op, heads, { bias: 3, mask: 4, added: 5, pastKey: 6, pastValue: 7 });
    case 'com.microsoft.DecoderMaskedMultiHeadAttention':
      return separate(builder, op, heads, { bias: 10, mask: 3, added: 4, pastKey: 5, pastValue: 6 });
    case 'Attention':
      return standard(builder, op, heads);
    case 'com.microsoft.GroupQueryAttention':
      return grouped(builder, op, heads, headSize, opset);
    default:
      return undefined;
  }
}

/** `com.microsoft.Attention`: one weight projects to queries, keys and values at once. */
function projected(builder: NodeBuilder, op: Op, heads: number, opset: number): FusedOperands | undefined {
  const quantized = op.type === 'com.microsoft.QAttention';
  const width = op.inputs[1]?.shape?.[1];
  if (typeof width !== 'number') return undefined;
  const sizes = op.ints('qkv_hidden_sizes')?.length ? op.ints('qkv_hidden_sizes')! : [width / 3, width / 3, width / 3];
  if (sizes.length !== 3 || !sizes.every(s => Number.isSafeInteger(s) && s > 0)) return undefined;
  const input = quantized ? dequantized(builder, op, 0, 3, 6) : float(builder, op, 0)!;
  const weight = quantized ? dequantized(builder, op, 1, 4, 7) : float(builder, op, 1)!;
  const product = builder.add('MatMul', [input, weight]);
  const bias = float(builder, op, 2);
  const sum = bias ? builder.add('Add', [product, bias]) : product;
  const parts = split(builder, sum, sizes, opset).map(part => apart(builder, part, heads));
  const past = op.inputs[quantized ? 8 : 4];
  if (past) {
    const cached = float(builder, op, quantized ? 8 : 4)!;
    [1, 2].forEach((part, i) => {
      const one = builder.add('Gather', [cached, builder.index(i)], { axis: { int: 0 } });
      parts[part] = builder.add('Concat', [one, parts[part]], { axis: { int: 2 } });
    });
  }
  return {
    query: parts[0],
    key: parts[1],
    value: parts[2],
    mask: maskOf(op, quantized ? 5 : 3),
    bias: quantized ? undefined : float(builder, op, 5),
  };
}

/** Operators that take queries, keys and values, or a packing of them. */
function separate(
  builder: NodeBuilder,
  op: Op,
  heads: number,
  at: { bias: number; mask: number; added: number; pastKey: number; pastValue: number },
): FusedOperands | undefined {
  const [query, key, value] = op.inputs;
  const rank = query?.shape?.length;
  let parts: (string | undefined)[];
  if (rank === 5) {
    // [batch, tokens, heads, 3, size]
    const packed = float(builder, op, 0)!;
    parts = [0, 1, 2].map(i =>
      builder.transpose(builder.add('Gather', [packed, builder.index(i)], { axis: { int: 3 } }), [0, 2, 1, 3]),
    );
  } else if (rank === 3 && key && !value && key.shape?.length === 5) {
    const packed = float(builder, op, 1)!;
    parts = [
      float(builder, op, 0),
      ...[0, 1].map(i =>
        builder.transpose(builder.add('Gather', [packed, builder.index(i)], { axis: { int: 3 } }), [0, 2, 1, 3]),
      ),
    ];
  } else if (rank === 3 && key) {
    parts = [0, 1, 2].map(i => float(builder, op, i));
  } else {
    return undefined;
  }
  const whole = [rank === 5, rank === 5 || key?.shape?.length !== 3, rank === 5 || value?.shape?.length !== 3];
  const bias = float(builder, op, at.bias);
  const operands = parts.map((part, i) => {
    if (part === undefined) return undefined;
    if (whole[i]) return part;
    const biased = bias ? builder.add('Add', [part, biasPart(builder, part, bias, i)]) : part;
    return apart(builder, biased, heads);
  });
  const past = [undefined, ...[at.pastKey, at.pastValue].map(i => usedPart(builder, op, float(builder, op, i)))];
  const [q, k, v] = operands.map((operand, i) =>
    past[i] && operand ? builder.add('Concat', [past[i], operand], { axis: { int: 2 } }) : operand,
  );
  return q && k
    ? { query: q, key: k, value: v, mask: maskOf(op, at.mask), bias: float(builder, op, at.added) }
    : undefined;
}

/** Of a cache that is a buffer for the longest text: the part that is filled. */
function usedPart(builder: NodeBuilder, op: Op, past: string | undefined): string | undefined {
  const length = op.type === 'com.microsoft.DecoderMaskedMultiHeadAttention' ? op.inputs[7] : undefined;
  if (!past || !length || op.int('past_present_share_buffer', 0) !== 1) return past;
  return builder.add('Slice', [
    past,
    builder.ints([0]),
    builder.reshape(builder.cast(length.name, DataType.int64), [1]),
    builder.ints([2]),
  ]);
}

/** `com.microsoft.GroupQueryAttention`: packed or apart, with rotary positions or without; its cache holds keys that are turned already. */
function grouped(
  builder: NodeBuilder,
  op: Op,
  heads: number,
  size: number | undefined,
  opset: number,
): FusedOperands | undefined {
  const keyHeads = op.int('kv_num_heads') ?? heads;
  const first = float(builder, op, 0)!;
  const joined = op.inputs[1]
    ? [first, float(builder, op, 1), float(builder, op, 2)]
    : size
      ? split(builder, first, [heads * size, keyHeads * size, keyHeads * size], opset)
      : [];
  const [query, key, value] = joined.map((part, i) => part && apart(builder, part, i === 0 ? heads : keyHeads));
  if (!query || !key) return undefined;
  const turned =
    op.int('do_rotary', 0) === 1 ? rotated(builder, op, [query, key], [heads, keyHeads], size) : [query, key];
  if (!turned) return undefined;
  const withCache = (part: string | undefined, cache: number) =>
    part && op.inputs[cache] ? builder.add('Concat', [float(builder, op, cache)!, part], { axis: { int: 2 } }) : part;
  const wholeKey = withCache(turned[1], 3);
  // The values in the cache that the operator gives: unlike a cast of the cache that it reads, they are its layer's own.
  const cached = op.outputs[2];
  const isFloat = cached?.type === DataType.float || cached?.type === DataType.float16;
  const wholeValue = value && cached?.name && isFloat ? builder.cast(cached.name, DataType.float) : withCache(value, 4);
  return { query: turned[0], ...forEachHead(builder, { key: wholeKey!, value: wholeValue }, heads, keyHeads) };
}

/** Queries and keys, [batch, heads, tokens, size], turned by their positions as the operator does: by its table of cosines and sines. */
function rotated(
  builder: NodeBuilder,
  op: Op,
  parts: readonly string[],
  heads: readonly number[],
  size: number | undefined,
): string[] | undefined {
  const [total, cosine, sine, given] = [op.inputs[6], float(builder, op, 7), float(builder, op, 8), op.inputs[9]];
  const half = op.inputs[7]?.shape?.[1];
  if (!total || !cosine || !sine || !size || typeof half !== 'number') return undefined;
  // Without positions, the tokens are the last of all those that are there.
  const positions =
    given?.name ??
    builder.reshape(builder.add('Sub', [builder.cast(total.name, DataType.int64), sizeOf(builder, parts[0], 2)]), [1]);
  return parts.map((part, i) =>
    builder.add(
      'RotaryEmbedding',
      [part, positions, cosine, sine],
      {
        interleaved: { int: op.int('rotary_interleaved', 0) },
        num_heads: { int: heads[i] },
        rotary_embedding_dim: { int: 2 * half === size ? 0 : 2 * half },
      },
      undefined,
      'com.microsoft',
    ),
  );
}

/** ONNX's own `Attention`: four axes, or three that are taken apart. */
function standard(builder: NodeBuilder, op: Op, heads: number): FusedOperands | undefined {
  const keyHeads = op.int('kv_num_heads') ?? heads;
  const parts = [0, 1, 2].map(i => {
    const rank = op.inputs[i]?.shape?.length;
    const name = float(builder, op, i);
    return name && (rank === 4 ? name : rank === 3 ? apart(builder, name, i === 0 ? heads : keyHeads) : undefined);
  });
  const past = [undefined, float(builder, op, 4), float(builder, op, 5)];
  const [query, key, value] = parts.map((part, i) =>
    past[i] && part ? builder.add('Concat', [past[i], part], { axis: { int: 2 } }) : part,
  );
  return query && key ? { query, ...forEachHead(builder, { key, value }, heads, keyHeads) } : undefined;
}

/** Keys and values of fewer heads, each repeated for the heads that share it. */
function forEachHead(
  builder: NodeBuilder,
  { key, value }: { key: string; value?: string },
  heads: number,
  keyHeads: number,
): { key: string; value?: string } {
  if (keyHeads === heads || heads % keyHeads !== 0) return { key, value };
  const shared = builder.ints(Array.from({ length: heads }, (_, head) => Math.floor((head * keyHeads) / heads)));
  const repeated = (part: string) => builder.add('Gather', [part, shared], { axis: { int: 1 } });
  return { key: repeated(key), value: value && repeated(value) };
}

/** Adds nodes that compute the scores before softmax: [batch, heads, queries, keys]. */
export function computedScores(
  builder: NodeBuilder,
  { op, headSize }: AttentionMatch,
  operands: FusedOperands,
): string | undefined {
  const { query, key, mask, bias } = operands;
  const product = builder.add('MatMul', [query, builder.transpose(key, [0, 1, 3, 2])]);
  const declared = op.node.attributes.get('scale')?.float;
  const scale = declared
    ? builder.float(declared)
    : headSize
      ? builder.float(1 / Math.sqrt(headSize))
      : inverseRoot(builder, query);
  let scores = builder.add('Mul', [product, scale]);
  if (bias) scores = builder.add('Add', [scores, bias]);
  const filter = builder.float(op.node.attributes.get('mask_filter_value')?.float ?? -10000);
  if (mask) {
    const visible = visibleKeys(builder, mask, scores);
    if (!visible) return undefined;
    scores = builder.add('Add', [scores, builder.add('Where', [visible, builder.float(0), filter])]);
  }
  if (op.int('unidirectional', 0) === 1) {
    const lowest = builder.float(-3.4028234663852886e38);
    scores = builder.add('Where', [notLater(builder, scores), scores, lowest]);
  }
  return scores;
}

/** A mask of ones and zeros, or where the keys of each text end (and start), as booleans that broadcast to the scores. */
function visibleKeys(builder: NodeBuilder, mask: { name: string; rank: number }, scores: string): string | undefined {
  const whole = builder.cast(mask.name, DataType.int64);
  switch (mask.rank) {
    case 1: {
      // Where each text ends, and, if there are twice as many numbers, where each starts.
      const keys = builder.reshape(range(builder, sizeOf(builder, scores, 3)), [1, 1, 1, -1]);
      const batch = builder.add('Gather', [builder.add('Shape', [scores]), builder.ints([0])]);
      const twice = builder.add('Add', [batch, batch]);
      const padded = builder.add('Concat', [whole, builder.add('Mul', [whole, builder.ints([0])])], {
        axis: { int: 0 },
      });
      const part = (from: string, to: string): string =>
        builder.reshape(builder.add('Slice', [padded, from, to]), [-1, 1, 1, 1]);
      const before = builder.add('Less', [keys, part(builder.ints([0]), batch)]);
      return builder.add('And', [before, builder.add('Not', [builder.add('Less', [keys, part(batch, twice)])])]);
    }
    case 2:
      return builder.add('Greater', [builder.reshape(whole, [{ axes: [0] }, 1, 1, { axes: [1] }]), builder.index(0)]);
    case 3:
      return builder.add('Greater', [
        builder.reshape(whole, [{ axes: [0] }, 1, { axes: [1] }, { axes: [2] }]),
        builder.index(0),
      ]);
    default:
      return undefined;
  }
}

/** Which keys are not later than a query; queries are the last of the keys. */
function notLater(builder: NodeBuilder, scores: string): string {
  const [queries, keys] = [sizeOf(builder, scores, 2), sizeOf(builder, scores, 3)];
  const positions = builder.add('Add', [range(builder, queries), builder.add('Sub', [keys, queries])]);
  return builder.add('Not', [
    builder.add('Greater', [builder.reshape(range(builder, keys), [1, -1]), builder.reshape(positions, [-1, 1])]),
  ]);
}

function sizeOf(builder: NodeBuilder, of: string, axis: number): string {
  return builder.add('Gather', [builder.add('Shape', [of]), builder.index(axis)]);
}

function range(builder: NodeBuilder, limit: string): string {
  return builder.add('Range', [builder.index(0), limit, builder.index(1)]);
}

function inverseRoot(builder: NodeBuilder, query: string): string {
  return builder.add('Reciprocal', [builder.add('Sqrt', [builder.cast(sizeOf(builder, query, 3), DataType.float)])]);
}

/** [batch, tokens, heads·size] as [batch, heads, tokens, size]. */
function apart(builder: NodeBuilder, name: string, heads: number): string {
  return builder.transpose(builder.reshape(name, [{ axes: [0] }, { axes: [1] }, heads, -1]), [0, 2, 1, 3]);
}

/** The part of the joint bias that belongs to queries (0), keys (1) or values (2): queries and keys are of one width. */
function biasPart(builder: NodeBuilder, part: string, bias: string, index: number): string {
  const width = builder.add('Gather', [builder.add('Shape', [part]), builder.ints([2])]);
  const length = builder.add('Shape', [bias]);
  const start = index === 0 ? builder.ints([0]) : index === 1 ? width : builder.add('Sub', [length, width]);
  return builder.add('Slice', [bias, start, index === 2 ? length : builder.add('Add', [start, width])]);
}

function split(builder: NodeBuilder, name: string, sizes: readonly number[], opset: number): string[] {
  let start = 0;
  return sizes.map(part => {
    const range = [start, start + part];
    start += part;
    return opset >= 10
      ? builder.add('Slice', [name, builder.ints([range[0]]), builder.ints([range[1]]), builder.ints([2])])
      : builder.add('Slice', [name], { starts: { ints: [range[0]] }, ends: { ints: [range[1]] }, axes: { ints: [2] } });
  });
}

function dequantized(builder: NodeBuilder, op: Op, input: number, scale: number, zero: number): string {
  const names = [input, scale, zero].map(i => op.inputs[i]?.name ?? '');
  return builder.add('DequantizeLinear', names[2] === '' ? names.slice(0, 2) : names);
}

function float(builder: NodeBuilder, op: Op, input: number): string | undefined {
  const value = op.inputs[input];
  return value && (value.type === DataType.float ? value.name : builder.cast(value.name, DataType.float));
}

function maskOf(op: Op, input: number): { name: string; rank: number } | undefined {
  const value = op.inputs[input];
  return value && { name: value.name, rank: value.shape?.length ?? 2 };
}
