import type { AttentionMatch } from './attentionMatch';
import type { Value } from '../graph/linkedGraph';

/** Layout, projections, scales and biases: what may lie between the tokens that were picked and the queries made of them. */
const between =
  /^(Transpose|Reshape|Unsqueeze|Squeeze|Identity|Cast|Add|Mul|Div|MatMul|Gemm|ScatterND|DynamicQuantizeLinear|MatMulInteger)$/;
const picks = /^(GatherND|Compress|Gather|GatherElements)$/;

/** Whether the queries are of tokens that were picked out of the stream, as those are that look at everything beside a sliding window. */
export function picksQueries({ queryFrom }: AttentionMatch): boolean {
  const seen = new Set<Value>(queryFrom);
  for (const value of seen) {
    const op = value.producer;
    if (!op || seen.size > 60) continue;
    if (picks.test(op.node.type) && op.inputs[0]?.data && op.inputs[1]?.data) return true;
    if (!between.test(op.node.type)) continue;
    for (const input of op.inputs) {
      if (input?.data) seen.add(input);
    }
  }
  return false;
}
