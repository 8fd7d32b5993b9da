import type { AttentionForm, AttentionMatch } from './attentionMatch';
import { hasCausalMask } from './causalMask';
import type { ConstantsOf } from '../read/constantElements';
import type { Op, Value } from '../graph/linkedGraph';

/** What an operator's inputs are, by position; -1 where it has no such input. */
interface Signature {
  readonly key: number;
  readonly value: number;
  readonly pastKey: number;
  /** What is added to the scores or keeps queries from keys, of a full shape. */
  readonly mask: number;
  readonly causal: (op: Op) => boolean;
}

const unidirectional = (op: Op): boolean => op.int('unidirectional', 0) === 1;

/** The fused attention operators, as onnxruntime's ContribOperators.md and ONNX's Operators.md define them. */
const signatures: Partial<Record<string, Signature>> = {
  Attention: { key: 1, value: 2, mask: 3, pastKey: 4, causal: op => op.int('is_causal', 0) === 1 },
  'com.microsoft.Attention': { key: 0, value: 0, mask: 5, pastKey: 4, causal: unidirectional },
  'com.microsoft.QAttention': { key: 0, value: 0, mask: 5, pastKey: 8, causal: unidirectional },
  'com.microsoft.MultiHeadAttention': { key: 1, value: 2, mask: 5, pastKey: 6, causal: unidirectional },
  'com.microsoft.DecoderMaskedMultiHeadAttention': { key: 1, value: 2, mask: 4, pastKey: 5, causal: () => true },
  'com.microsoft.GroupQueryAttention': { key: 1, value: 2, mask: 10, pastKey: 3, causal: () => true },
};

/** The names of fused attention operators, without domain. */
export const fusedOperators: ReadonlySet<string> = new Set(
  Object.keys(signatures).map(name => name.slice(name.lastIndexOf('.') + 1)),
);

/** Reads a fused attention operator; undefined where the operation is none. */
export function fusedAttention(op: Op, model: ConstantsOf): AttentionMatch | undefined {
  const signature = signatures[op.type];
  const [query] = op.inputs;
  if (!signature || !query || !op.outputs[0]) return undefined;
  const key = op.inputs[signature.key] ?? query;
  const heads = whole(headsOf(op, query));
  const mask = op.inputs[signature.mask];
  return {
    form: op.type as AttentionForm,
    op,
    context: op.outputs[0],
    queryFrom: [query],
    keyFrom: [key],
    causal:
      signature.causal(op) ||
      op.inputs[signature.pastKey] !== undefined ||
      (mask !== undefined && hasCausalMask(mask, op, model)),
    heads,
    headSize: whole(headSize(op, query, heads)),
  };
}

function headsOf(op: Op, query: Value): number | undefined {
  const declared = op.int('num_heads') ?? op.int('q_num_heads');
  if (declared) return declared;
  const size = query.shape?.length === 4 ? query.shape[1] : undefined;
  return typeof size === 'number' ? size : undefined;
}

/** Whole numbers only: a damaged file may divide into anything. */
function whole(size: number | undefined): number | undefined {
  return size !== undefined && Number.isSafeInteger(size) && size > 0 ? size : undefined;
}

function headSize(op: Op, query: Value, heads: number | undefined): number | undefined {
  const [rank, last] = [query.shape?.length, query.shape?.at(-1)];
  if (op.type === 'com.microsoft.Attention' || op.type === 'com.microsoft.QAttention') {
    const width =
      op.ints('qkv_hidden_sizes')?.[0] ??
      (typeof op.inputs[1]?.shape?.[1] === 'number' ? op.inputs[1].shape[1] / 3 : undefined);
    return heads && width ? width / heads : undefined;
  }
  if (typeof last !== 'number' || !heads) return undefined;
  if (rank !== 3) return last;
  const keyHeads = op.int('kv_num_heads') ?? heads;
  const packed = op.type === 'com.microsoft.GroupQueryAttention' && !op.inputs[1];
  return packed ? last / (heads + 2 * keyHeads) : last / heads;
}

/** Size of what each head of a fused operator gives, where it is known. */
export function valueSize({ op, heads, headSize: size }: AttentionMatch): number | undefined {
  const value = op.inputs[signatures[op.type]?.value ?? -1];
  const declared = op.ints('qkv_hidden_sizes')?.[2];
  if (!heads) return undefined;
  if (declared) return whole(declared / heads);
  const last = value?.shape?.at(-1);
  if (op.type === 'com.microsoft.MultiHeadAttention' && value?.shape?.length === 3) {
    return typeof last === 'number' ? whole(last / heads) : undefined;
  }
  return size;
}
