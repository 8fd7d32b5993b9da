import {
  encodeAttribute,
  encodeNode,
  encodeTensor,
  encodeValueInfo,
  type AttributeValue,
  type NewDim,
  type NewNode,
} from '../read/encodeOnnx';
import { DataType, type OnnxGraph, type OnnxModel, type OnnxNode } from '../read/onnxModel';
import { Splice } from '../read/splice';
import { concat, field, intField, textField, type Pieces } from '../read/wireWriter';

/** What changes in one node. Everything else of it stays byte for byte. */
interface NodeEdit {
  readonly before: Pieces;
  readonly inputs: Map<number, string>;
  /** Other names of the outputs that it has. */
  readonly renamed: Map<number, string>;
  /** Further outputs. */
  readonly outputs: string[];
  readonly attributes: Map<string, AttributeValue>;
}

/** What is added to one graph or body. */
interface GraphEdit {
  readonly nodes: Map<OnnxNode, NodeEdit>;
  readonly append: Pieces;
}

/**
 * Changes to a model, gathered and then written out: the original's bytes with new ones in between. A node is written
 * anew only where it itself changes; weights are never touched.
 */
export class ModelEdit {
  private readonly graphs = new Map<OnnxGraph, GraphEdit>();
  private readonly opsets: Pieces = [];
  private readonly taken: Set<string>;
  /** How many names were made of a wish. */
  private readonly wished = new Map<string, number>();
  private readonly shared = new Map<string, string>();
  private irVersion?: number;

  /** Where nodes go in place of the graph, while a body is made. */
  private body?: Pieces;

  constructor(private readonly model: OnnxModel) {
    this.taken = new Set(allNames(model.graph));
  }

  /** A name that nothing in the model has. */
  freshName(wish: string): string {
    let name = wish;
    // Counted on from the last time: thousands of nodes may wish for one name.
    let count = this.wished.get(wish) ?? 0;
    while (this.taken.has(name)) name = `${wish}_${++count}`;
    this.wished.set(wish, count);
    this.taken.add(name);
    return name;
  }

  /** Adds a node at the end of a graph, or just before one of its nodes that is to read from it. */
  addNode(graph: OnnxGraph, node: NewNode, before?: OnnxNode): void {
    const written = field(1, [encodeNode(node)]);
    if (this.body) this.body.push(...written);
    else if (before) this.node(graph, before).before.push(...written);
    else this.graph(graph).append.push(...written);
  }

  /**
   * Makes nodes that are computed only where a condition holds.
   * @param condition a value of one truth.
   * @param make adds the nodes, and gives the name of a float tensor of four axes; elsewhere it is empty.
   * @returns the tensor's name outside.
   */
  addWhere(graph: OnnxGraph, condition: string, make: () => string, before?: OnnxNode): string {
    const body: Pieces = [];
    this.body = body;
    let inner: string;
    try {
      inner = make();
    } finally {
      this.body = undefined;
    }
    const none = this.freshName('headlight/none');
    this.addConstant(none, DataType.float, [0, 0, 0, 0], new Uint8Array(0));
    const other = this.freshName('headlight/else');
    const branch = (nodes: Pieces, output: string): AttributeValue => ({
      graph: concat([...nodes, textField(2, output), ...field(12, [encodeValueInfo(output, DataType.float)])]),
    });
    const result = this.freshName('headlight/If');
    this.addNode(
      graph,
      {
        type: 'If',
        inputs: [condition],
        outputs: [result],
        attributes: {
          then_branch: branch(body, inner),
          else_branch: branch(field(1, [encodeNode({ type: 'Identity', inputs: [none], outputs: [other] })]), other),
        },
      },
      before,
    );
    return result;
  }

  /** Adds an output of the model or of a body. Without a shape its rank is left open. */
  addOutput(graph: OnnxGraph, name: string, shape?: readonly NewDim[], type: number = DataType.float): void {
    this.graph(graph).append.push(...field(12, [encodeValueInfo(name, type, shape)]));
  }

  /** Adds an input; with a default it may be left out. */
  addInput(
    name: string,
    shape: readonly NewDim[],
    byDefault?: { dims: readonly number[]; values: Float32Array },
    type: number = DataType.float,
  ): void {
    this.graph(this.model.graph).append.push(...field(11, [encodeValueInfo(name, type, shape)]));
    if (!byDefault) return;
    const { buffer, byteOffset, byteLength } = byDefault.values;
    this.addConstant(name, DataType.float, byDefault.dims, new Uint8Array(buffer, byteOffset, byteLength));
    // Before IR version 4 an initializer could not be overridden.
    if (this.model.irVersion < 4) this.irVersion = 4;
  }

  /** Adds a constant to the model's own graph, from where bodies see it too. */
  addConstant(name: string, type: number, dims: readonly number[], data: Uint8Array): void {
    this.graph(this.model.graph).append.push(...field(5, [encodeTensor(name, type, dims, data)]));
  }

  /** A constant of the model's own graph by its value: one that was asked for before is given again. */
  sharedConstant(wish: string, type: number, dims: readonly number[], data: Uint8Array): string {
    const key = `${type} ${dims.join()} ${data.join()}`;
    let name = this.shared.get(key);
    if (name === undefined) {
      this.shared.set(key, (name = this.freshName(wish)));
      this.addConstant(name, type, dims, data);
    }
    return name;
  }

  /** Lets a node read another value; behind the inputs that it has, with those in between left out. */
  setInput(graph: OnnxGraph, node: OnnxNode, index: number, name: string): void {
    this.node(graph, node).inputs.set(index, name);
  }

  /** Gives a node one more output: at an index, with those in between unused, or after all it has. */
  addNodeOutput(graph: OnnxGraph, node: OnnxNode, name: string, index = 0): void {
    const { outputs } = this.node(graph, node);
    while (node.outputs.length + outputs.length < index) outputs.push('');
    outputs.push(name);
  }

  /** Gives one of a node's outputs another name. */
  renameOutput(graph: OnnxGraph, node: OnnxNode, index: number, name: string): void {
    this.node(graph, node).renamed.set(index, name);
  }

  setAttribute(graph: OnnxGraph, node: OnnxNode, name: string, value: AttributeValue): void {
    this.node(graph, node).attributes.set(name, value);
  }

  /** Adds a copy of a node with other outputs and an attribute of another value. */
  addCopy(
    graph: OnnxGraph,
    node: OnnxNode,
    outputs: readonly string[],
    attribute: string,
    value: AttributeValue,
    before?: OnnxNode,
  ): void {
    const out = new Splice(this.model.bytes, node.span.start, node.span.end);
    const replaced = node.attributes.get(attribute)?.span.start;
    while (out.cursor.next()) {
      const number = out.cursor.field;
      if (number === 5) {
        if (out.cursor.span().start === replaced) out.replace([]);
      } else {
        out.cursor.skip();
        if (number === 2 || number === 3) out.replace([]);
      }
    }
    const added = [...outputs.map(name => textField(2, name)), ...field(5, [encodeAttribute(attribute, value)])];
    const copy = field(1, [...out.finish(), ...added]);
    if (this.body) this.body.push(...copy);
    else if (before) this.node(graph, before).before.push(...copy);
    else this.graph(graph).append.push(...copy);
  }

  /** Makes values that the model computes its outputs too, of whatever type and shape they are. */
  exposeAll(names: readonly string[]): void {
    for (const name of names) this.graph(this.model.graph).append.push(...field(12, [textField(1, name)]));
  }

  /** Imports an operator set that the model does not import. */
  requireOpset(domain: string, version: number): void {
    if (!this.model.opsets.has(domain)) this.opsets.push(...field(8, [textField(1, domain), intField(2, version)]));
  }

  /** The changed model: parts of the original bytes and new ones, in order. */
  pieces(): Pieces {
    const { bytes } = this.model;
    this.reachBodies(this.model.graph);
    const out = new Splice(bytes, 0, bytes.length);
    while (out.cursor.next()) {
      const number = out.cursor.field;
      out.cursor.skip();
      if (number === 7) out.replace(field(7, this.graphPieces(this.model.graph)));
      else if (number === 1 && this.irVersion !== undefined) out.replace([intField(1, this.irVersion)]);
    }
    return [...out.finish(), ...this.opsets];
  }

  /** A node whose body changes is written anew, too, where nothing else of it changes. */
  private reachBodies(graph: OnnxGraph): boolean {
    for (const node of graph.nodes) {
      for (const { graph: body } of node.attributes.values()) {
        if (body && this.reachBodies(body)) this.node(graph, node);
      }
    }
    return this.graphs.has(graph);
  }

  private graphPieces(graph: OnnxGraph): Pieces {
    const edit = this.graphs.get(graph);
    const { bytes } = this.model;
    if (!edit) return [bytes.subarray(graph.span.start, graph.span.end)];
    const out = new Splice(bytes, graph.span.start, graph.span.end);
    let index = 0;
    while (out.cursor.next()) {
      const number = out.cursor.field;
      out.cursor.skip();
      if (number !== 1) continue;
      const node = graph.nodes[index++];
      const change = edit.nodes.get(node);
      if (change) out.replace([...change.before, ...field(1, this.nodePieces(node, change))]);
    }
    return [...out.finish(), ...edit.append];
  }

  private nodePieces(node: OnnxNode, edit: NodeEdit): Pieces {
    const out = new Splice(this.model.bytes, node.span.start, node.span.end);
    const attributes = [...node.attributes.values()];
    let input = 0;
    let output = 0;
    while (out.cursor.next()) {
      const number = out.cursor.field;
      if (number === 1 || number === 2) {
        const name = number === 1 ? edit.inputs.get(input++) : edit.renamed.get(output++);
        out.cursor.skip();
        if (name !== undefined) out.replace([textField(number, name)]);
      } else if (number === 5) {
        const { start } = out.cursor.span();
        const attribute = attributes.find(a => a.span.start === start);
        if (!attribute) continue;
        if (edit.attributes.has(attribute.name)) out.replace([]);
        else if (attribute.graph && this.graphs.has(attribute.graph)) {
          out.replace(field(5, this.bodyPieces(attribute.span, attribute.graph)));
        }
      } else {
        out.cursor.skip();
      }
    }
    const last = Math.max(input - 1, ...edit.inputs.keys());
    const further = Array.from({ length: last + 1 - input }, (_, i) => edit.inputs.get(input + i) ?? '');
    return [
      ...out.finish(),
      ...further.map(name => textField(1, name)),
      ...edit.outputs.map(name => textField(2, name)),
      ...[...edit.attributes].flatMap(([name, value]) => field(5, [encodeAttribute(name, value)])),
    ];
  }

  /** An attribute that holds a changed body. */
  private bodyPieces(span: OnnxNode['span'], graph: OnnxGraph): Pieces {
    const out = new Splice(this.model.bytes, span.start, span.end);
    while (out.cursor.next()) {
      const number = out.cursor.field;
      out.cursor.skip();
      if (number === 6) out.replace(field(6, this.graphPieces(graph)));
    }
    return out.finish();
  }

  private graph(graph: OnnxGraph): GraphEdit {
    let edit = this.graphs.get(graph);
    if (!edit) this.graphs.set(graph, (edit = { nodes: new Map(), append: [] }));
    return edit;
  }

  private node(graph: OnnxGraph, node: OnnxNode): NodeEdit {
    const { nodes } = this.graph(graph);
    let edit = nodes.get(node);
    if (!edit) {
      edit = { before: [], inputs: new Map(), renamed: new Map(), outputs: [], attributes: new Map() };
      nodes.set(node, edit);
    }
    return edit;
  }
}

/** All names of values and nodes in a graph and its bodies. */
function* allNames(graph: OnnxGraph): Iterable<string> {
  for (const { name } of graph.inputs) yield name;
  for (const { name } of graph.outputs) yield name;
  yield* graph.initializers.keys();
  for (const node of graph.nodes) {
    yield node.name;
    yield* node.outputs;
    for (const attribute of node.attributes.values()) {
      if (attribute.graph) yield* allNames(attribute.graph);
    }
  }
}
