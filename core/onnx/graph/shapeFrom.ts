import { encodeNode, encodeTensor } from '../read/encodeOnnx';
import type { Op, Value } from './linkedGraph';
import { DataType } from '../read/onnxModel';

/** Nodes and constants that give a value in another way. */
export interface Rewritten {
  /** Contents of `NodeProto`, in order. */
  readonly nodes: readonly Uint8Array[];
  /** Contents of `TensorProto`. */
  readonly constants: readonly Uint8Array[];
}

/**
 * What a `Shape` node gives, put together from the shape of another tensor whose sizes have the same symbols: so a part of a
 * graph does not need the tensor itself. Sizes that are numbers stay numbers.
 * @param prefix what the new names begin with.
 * @returns undefined of other nodes, and where a size is not among those of the other tensor.
 */
export function shapeFrom(op: Op, from: Value, prefix: string): Rewritten | undefined {
  const all = op.inputs[0]?.shape;
  if (op.type !== 'Shape' || !all || !from.shape) return undefined;
  const { length } = from.shape;
  const sizes = all.slice(op.int('start', 0), op.int('end', all.length));
  const numbers = sizes.filter(size => typeof size === 'number');
  const places = sizes.map(size =>
    typeof size === 'number' ? length + numbers.indexOf(size) : from.shape!.indexOf(size),
  );
  if (places.includes(-1)) return undefined;
  const [shape, given, chosen, joined] = ['shape', 'numbers', 'places', 'joined'].map(what => `${prefix}/${what}`);
  return {
    nodes: [
      encodeNode({ type: 'Shape', inputs: [from.name], outputs: [shape] }),
      encodeNode({ type: 'Concat', inputs: [shape, given], outputs: [joined], attributes: { axis: { int: 0 } } }),
      encodeNode({
        type: 'Gather',
        inputs: [joined, chosen],
        outputs: [op.outputs[0].name],
        attributes: { axis: { int: 0 } },
      }),
    ],
    constants: [integers(given, numbers), integers(chosen, places)],
  };
}

function integers(name: string, values: readonly number[]): Uint8Array {
  return encodeTensor(name, DataType.int64, [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
}
