import type { FoundAttention } from '../find/findAttention';
import type { Op, Value } from '../graph/linkedGraph';
import { isFloat } from '../graph/isFloat';
import { findResidualStreams } from './residualStream';

/** What makes logits of the last hidden states, each position by itself. */
export interface Unembedding {
  /** The hidden states, [batch, tokens, width]. */
  readonly from: Value;
  /** What multiplies them with the unembedding's weights: `from` is its first input. */
  readonly product: Op;
  readonly logits: Value;
}

/** Products that treat each row by itself: no scale is taken from all of them. */
const products = /^(MatMul|com\.microsoft\.(MatMulNBits|FusedMatMul))$/;
/** What may stand between the product and the logits: it changes each number by itself. */
const elementwise = /^(Cast|Identity|Tanh|Add|Sub|Mul|Div)$/;

/**
 * Finds the unembedding of a causal language model in whose own graph it stands: a product with weights, and behind it only
 * what changes each number by itself (a bias, a scale, a soft cap), so that logits can be computed of some positions alone.
 * @returns undefined where there is none such, as of merged decoders and where activations are quantized by the largest of all.
 */
export function findUnembedding(found: FoundAttention): Unembedding | undefined {
  const streams = findResidualStreams(found);
  const [stream] = typeof streams === 'string' ? [] : streams;
  if (!stream || streams.length !== 1 || stream.logits.scope !== found.graph.root) return undefined;
  const { logits } = stream;
  for (let value = logits; value.producer;) {
    const op = value.producer;
    const [first] = op.inputs;
    if (value.scope !== logits.scope || (value !== logits && value.readers.length !== 1)) return undefined;
    if (products.test(op.type)) {
      const isPlain = op.int('transA', 0) === 0 && op.int('transBatchA', 0) === 0 && op.int('transBatchB', 0) === 0;
      const isOf = first?.data === true && op.inputs.slice(1).every(input => !input?.data);
      return isPlain && isOf && first.shape?.length === 3 && isFloat(first)
        ? { from: first, product: op, logits }
        : undefined;
    }
    const flowing = op.inputs.filter(input => input?.data);
    if (!elementwise.test(op.type) || flowing.length !== 1) return undefined;
    value = flowing[0]!;
  }
  return undefined;
}
