import { topologicalOrder } from '../read/checkGraph';
import type { Dim } from '../read/dims';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../read/onnxModel';

/** A tensor that flows through the graph. */
export class Value {
  /** The operation that computes it; absent for inputs and constants. */
  producer?: Op;
  readonly readers: Op[] = [];
  /** The constant it is, where it is an initializer that no one can override. */
  constant?: OnnxTensor;
  /** Element type ({@link DataType}), where known. */
  type?: number;
  /** Shape, where the rank is known. */
  shape?: readonly Dim[];
  /** The elements, where it is a small integer tensor such as a shape; sizes may be symbolic. */
  elements?: readonly Dim[];
  /** Whether it depends on what the inputs contain, and not only on constants and shapes. */
  data = false;

  constructor(
    readonly name: string,
    readonly scope: Scope,
  ) {}
}

/** One node, with its inputs and outputs resolved across the graphs around it. */
export class Op {
  readonly inputs: (Value | undefined)[] = [];
  readonly outputs: Value[] = [];
  readonly bodies: Scope[] = [];
  /** Position in an order in which each operation comes after those it reads from. */
  order = 0;

  constructor(
    readonly node: OnnxNode,
    readonly scope: Scope,
  ) {}

  /** Operator type with its domain unless that is the standard's: `MatMul`, `com.microsoft.Attention`. */
  get type(): string {
    return this.node.domain ? `${this.node.domain}.${this.node.type}` : this.node.type;
  }

  int(name: string, otherwise: number): number;
  int(name: string): number | undefined;
  int(name: string, otherwise?: number): number | undefined {
    return this.node.attributes.get(name)?.int ?? otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.node.attributes.get(name)?.ints;
  }

  text(name: string): string | undefined {
    return this.node.attributes.get(name)?.text;
  }
}

/** A graph or the body of an `If`, `Loop` or `Scan`. */
export class Scope {
  readonly ops: Op[] = [];
  readonly values = new Map<string, Value>();
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];

  constructor(
    readonly graph: OnnxGraph,
    /** The operation whose body this is, and under which attribute; absent for the model's own graph. */
    readonly owner?: { readonly op: Op; readonly attribute: string },
  ) {}

  /** The value of that name here or in the graphs around. */
  find(name: string): Value | undefined {
    return this.values.get(name) ?? this.owner?.op.scope.find(name);
  }
}

/** A model's graph with its values and operations linked; `ops` holds those of all bodies, in order of computation. */
export interface LinkedGraph {
  readonly model: OnnxModel;
  readonly root: Scope;
  readonly ops: readonly Op[];
}

/** Links a model's graph. Nodes that read values nobody defines have `undefined` there, as for inputs left out. */
export function linkGraph(model: OnnxModel): LinkedGraph {
  const ops: Op[] = [];
  return { model, root: linkScope(new Scope(model.graph), ops), ops };
}

function linkScope(scope: Scope, ops: Op[]): Scope {
  const { graph } = scope;
  const define = (name: string): Value => {
    const value = new Value(name, scope);
    scope.values.set(name, value);
    return value;
  };
  for (const info of graph.inputs) {
    const value = define(info.name);
    value.type = info.type;
    value.data = true;
    scope.inputs.push(value);
  }
  for (const tensor of graph.initializers.values()) {
    const value = scope.values.get(tensor.name) ?? define(tensor.name);
    // Also where it is a graph input: IR version 3 wanted every initializer among the inputs.
    value.constant = tensor;
    value.data = false;
  }
  const producer = new Map<string, number>();
  graph.nodes.forEach((node, i) => node.outputs.forEach(name => name !== '' && producer.set(name, i)));
  for (const i of topologicalOrder(graph.nodes, producer)) {
    const node = graph.nodes[i];
    const op = new Op(node, scope);
    for (const name of node.inputs) {
      const value = name === '' ? undefined : scope.find(name);
      op.inputs.push(value);
      value?.readers.push(op);
    }
    for (const attribute of node.attributes.values()) {
      if (attribute.graph) {
        op.bodies.push(linkScope(new Scope(attribute.graph, { op, attribute: attribute.name }), ops));
      }
    }
    for (const name of node.outputs) {
      const value = define(name);
      value.producer = op;
      op.outputs.push(value);
    }
    op.order = ops.length;
    scope.ops.push(op);
    ops.push(op);
  }
  for (const { name } of graph.outputs) {
    const value = scope.find(name);
    if (value) scope.outputs.push(value);
  }
  return scope;
}
