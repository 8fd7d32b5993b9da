/** Operations whose result holds all elements of their first input, at most rounded or in other places. */
export const keepElements = [
  ...['Cast', 'Identity', 'Dropout', 'Reshape', 'Transpose', 'Squeeze', 'Unsqueeze'],
  ...['QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear'],
];

/** Those, and operations that leave elements of their first input out, repeat or limit them. */
export const moveElements = [...keepElements, 'Slice', 'Split', 'Expand', 'Gather', 'Pad', 'Clip'];

/** By the type of each of some operations the inputs by which a tensor that is followed may go through it. */
export function passedInputs<Inputs>(inputs: Inputs, types: readonly string[]): Record<string, Inputs> {
  return Object.fromEntries(types.map(type => [type, inputs]));
}
