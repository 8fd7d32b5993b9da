import type { NewNode } from '../../../../core/onnx/read/encodeOnnx';
import { modelBytes } from './modelBytes';

/** A graph of attention upon attention with nothing in between: queries, keys and values are what the one before gave. */
export function chainedAttentions(count: number): Uint8Array {
  const nodes = Array.from({ length: count }, (_, i): NewNode[] => {
    const x = i === 0 ? 'x' : `x${i - 1}`;
    return [
      { type: 'Transpose', inputs: [x], outputs: [`t${i}`], attributes: { perm: { ints: [0, 1, 3, 2] } } },
      { type: 'MatMul', inputs: [x, `t${i}`], outputs: [`s${i}`] },
      { type: 'Softmax', inputs: [`s${i}`], outputs: [`p${i}`] },
      { type: 'MatMul', inputs: [`p${i}`, x], outputs: [`x${i}`] },
    ];
  }).flat();
  return modelBytes({ nodes, inputs: { x: [1, 2, 4, 8] }, outputs: [`x${count - 1}`] });
}
