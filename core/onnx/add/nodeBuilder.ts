import type { AttributeValue } from '../read/encodeOnnx';
import type { ModelEdit } from './modelEdit';
import { DataType, type OnnxGraph, type OnnxNode } from '../read/onnxModel';

/** Adds nodes to one graph or body, with names of their own. */
export class NodeBuilder {
  constructor(
    readonly edit: ModelEdit,
    readonly graph: OnnxGraph,
    /** What the names begin with. */
    private readonly prefix: string,
    /** The node before which all is put; else it goes to the end. */
    readonly before?: OnnxNode,
  ) {}

  /** Adds a node with one output and gives the output's name. */
  add(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    output?: string,
    domain?: string,
  ): string {
    const name = this.edit.freshName(`${this.prefix}/${type}`);
    this.edit.addNode(this.graph, { type, name, inputs, outputs: [output ?? name], attributes, domain }, this.before);
    return output ?? name;
  }

  /** A constant list of integers. */
  ints(values: readonly number[]): string {
    const data = new DataView(new ArrayBuffer(values.length * 8));
    values.forEach((value, i) => data.setBigInt64(i * 8, BigInt(value), true));
    return this.edit.sharedConstant(
      `${this.prefix}/shape`,
      DataType.int64,
      [values.length],
      new Uint8Array(data.buffer),
    );
  }

  /** A constant integer. */
  index(value: number): string {
    const data = new Uint8Array(new BigInt64Array([BigInt(value)]).buffer);
    return this.edit.sharedConstant(`${this.prefix}/index`, DataType.int64, [], data);
  }

  /** A constant number. */
  float(value: number): string {
    const data = new Uint8Array(new Float32Array([value]).buffer);
    return this.edit.sharedConstant(`${this.prefix}/number`, DataType.float, [], data);
  }

  /** `Cast` to an element type. */
  cast(input: string, type: number): string {
    return this.add('Cast', [input], { to: { int: type } });
  }

  transpose(input: string, perm: readonly number[]): string {
    return perm.every((p, i) => p === i) ? input : this.add('Transpose', [input], { perm: { ints: perm } });
  }

  /** `Reshape` to sizes that are numbers (-1: what is left) or taken from the shape of a tensor: one of its axes or a product of them. */
  reshape(
    input: string,
    sizes: readonly (number | { readonly axes: readonly number[] })[],
    shapeOf: string = input,
  ): string {
    if (sizes.every(s => typeof s === 'number')) return this.add('Reshape', [input, this.ints(sizes)]);
    const shape = this.add('Shape', [shapeOf]);
    const parts = sizes.map(size => {
      if (typeof size === 'number') return this.ints([size]);
      const part = this.add('Gather', [shape, this.ints(size.axes)]);
      return size.axes.length === 1 ? part : this.add('ReduceProd', [part], { keepdims: { int: 1 } });
    });
    return this.add('Reshape', [input, this.add('Concat', parts, { axis: { int: 0 } })]);
  }
}
