import type { Value } from './linkedGraph';

/** A parameter as it is stored, at most laid out anew; not something computed from parameters, such as learned queries. */
export function isWeight(value: Value): boolean {
  let at: Value | undefined = value;
  for (let i = 0; at && !at.data && i < 8; i++) {
    if (!at.producer || at.constant) return true;
    if (
      !/^(Identity|Transpose|Cast|DequantizeLinear|QuantizeLinear|Reshape|Squeeze|Unsqueeze|Slice|Split|Gather)$/.test(
        at.producer.node.type,
      )
    ) {
      return false;
    }
    at = at.producer.inputs[0];
  }
  return false;
}
