import { graphLimits } from './graphLimits';
import { tooManyNodes } from './graphReader';
import { OnnxError } from './onnxError';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from './onnxModel';
import { readModel } from './readModel';
import { Splice } from './splice';
import type { Span } from './wireCursor';
import { concat, field, textField, type Pieces } from './wireWriter';

/** Bodies expanded at most: far more than any model calls, and an end to functions that call each other without one. */
const mostCalls = 100_000;
const deepest = 32;

/**
 * The model with the calls of its own functions (`ModelProto.functions`) replaced by their bodies, so that attention
 * inside them can be found and given out. A model that calls none is returned as it is; else the bytes are copied once.
 * Follows onnx.proto on `FunctionProto`; what onnx's own inliner does.
 * @throws {OnnxError} where functions call themselves
 */
export function expandFunctions(model: OnnxModel): OnnxModel {
  const functions = new Map(model.functions.map(f => [`${f.domain}:${f.name}`, f]));
  if (functions.size === 0) return model;
  const expander = new Expander(model, functions);
  if (!expander.calls(model.graph)) return model;
  const out = new Splice(model.bytes, 0, model.bytes.length);
  while (out.cursor.next()) {
    const number = out.cursor.field;
    out.cursor.skip();
    if (number === 7) out.replace(field(7, expander.graph(model.graph, identity, 0)));
  }
  const imports = model.functions
    .flatMap(f => [...f.opsets])
    .filter(([domain], i, all) => !model.opsets.has(domain) && all.findIndex(([d]) => d === domain) === i)
    .flatMap(([domain, version]) => field(8, [textField(1, domain), new Uint8Array([16, version])]));
  return readModel(concat([...out.finish(), ...imports]), undefined, model.weightsIn);
}

/** How names of a body are called where it is put. */
type Rename = (name: string) => string;
const identity: Rename = name => name;

class Expander {
  private count = 0;
  private nodes = 0;

  constructor(
    private readonly model: OnnxModel,
    private readonly functions: ReadonlyMap<string, OnnxFunction>,
  ) {}

  /** Whether a graph or one of its bodies calls a function. */
  calls(graph: OnnxGraph): boolean {
    return graph.nodes.some(
      node =>
        this.functions.has(`${node.domain}:${node.type}`) ||
        [...node.attributes.values()].some(a => a.graph && this.calls(a.graph)),
    );
  }

  /** The content of a graph with calls expanded and names changed. */
  graph(graph: OnnxGraph, rename: Rename, depth: number, caller?: Caller): Pieces {
    const out = new Splice(this.model.bytes, graph.span.start, graph.span.end);
    let index = 0;
    while (out.cursor.next()) {
      const number = out.cursor.field;
      if (number === 1) {
        out.cursor.skip();
        const node = graph.nodes[index++];
        if (rename !== identity || this.isAffected(node)) out.replace(this.node(node, rename, depth, caller));
      } else if (rename !== identity && (number === 5 || number === 11 || number === 12)) {
        // The name is field 8 of a TensorProto and field 1 of a ValueInfoProto.
        out.replace(field(number, this.renamed(out.cursor.span(), number === 5 ? 8 : 1, rename)));
      } else {
        out.cursor.skip();
        if (number === 13 && rename !== identity) out.replace([]);
      }
    }
    return out.finish();
  }

  private isAffected(node: OnnxNode): boolean {
    return (
      this.functions.has(`${node.domain}:${node.type}`) ||
      [...node.attributes.values()].some(a => a.graph && this.calls(a.graph))
    );
  }

  /** A node as fields of a graph: one, or those of the body that it calls. */
  private node(node: OnnxNode, rename: Rename, depth: number, caller: Caller | undefined): Pieces {
    if (depth > deepest || this.count > mostCalls) {
      throw new OnnxError(
        "The model's functions call each other without end, so the file is not a valid ONNX model; export it again.",
      );
    }
    if (++this.nodes > graphLimits.nodes) throw tooManyNodes(graphLimits.nodes);
    const called = this.functions.get(`${node.domain}:${node.type}`);
    if (!called) return field(1, this.copied(node, rename, depth, caller));
    const prefix = `${rename(node.name || node.outputs[0])}/${this.count++}/`;
    const names = new Map<string, string>();
    called.inputs.forEach((name, i) => names.set(name, node.inputs[i] ? rename(node.inputs[i]) : ''));
    called.outputs.forEach((name, i) => {
      if (node.outputs[i]) names.set(name, rename(node.outputs[i]));
    });
    const inside: Rename = name => (name === '' ? '' : (names.get(name) ?? prefix + name));
    const given = new Map([...called.attributes, ...this.resolved(node, caller)]);
    const passedThrough = called.outputs.filter((name, i) => called.inputs.includes(name) && node.outputs[i]);
    if (passedThrough.length > 0) {
      throw new OnnxError(
        `The model's function ${JSON.stringify(called.name)} gives an input back as it is, which cannot be expanded; export the model without functions.`,
      );
    }
    return called.nodes.flatMap(inner => this.node(inner, inside, depth + 1, { attributes: given }));
  }

  /** A call's own attributes; those that refer to the attributes of the function around are looked up there. */
  private resolved(node: OnnxNode, caller: Caller | undefined): [string, OnnxAttribute][] {
    return [...node.attributes].flatMap(([name, attribute]) => {
      const value = attribute.reference ? caller?.attributes.get(attribute.reference) : attribute;
      return value ? [[name, value] as [string, OnnxAttribute]] : [];
    });
  }

  private copied(node: OnnxNode, rename: Rename, depth: number, caller: Caller | undefined): Pieces {
    const out = new Splice(this.model.bytes, node.span.start, node.span.end);
    const attributes = new Map([...node.attributes.values()].map(a => [a.span.start, a]));
    while (out.cursor.next()) {
      const number = out.cursor.field;
      if (number <= 3) {
        const text = out.cursor.text();
        if (rename !== identity) out.replace([textField(number, rename(text))]);
      } else if (number === 5) {
        const attribute = attributes.get(out.cursor.span().start);
        if (attribute?.reference) {
          const value = caller?.attributes.get(attribute.reference);
          out.replace(value ? field(5, this.named(value, attribute.name)) : []);
        } else if (attribute?.graph && (rename !== identity || this.calls(attribute.graph))) {
          out.replace(field(5, this.body(attribute, rename, depth, caller)));
        }
      } else {
        out.cursor.skip();
      }
    }
    return out.finish();
  }

  /** An attribute under another name. */
  private named(attribute: OnnxAttribute, name: string): Pieces {
    return this.renamed(attribute.span, 1, () => name);
  }

  private body({ span, graph }: OnnxAttribute, rename: Rename, depth: number, caller: Caller | undefined): Pieces {
    const out = new Splice(this.model.bytes, span.start, span.end);
    while (out.cursor.next()) {
      const number = out.cursor.field;
      out.cursor.skip();
      if (number === 6) out.replace(field(6, this.graph(graph!, rename, depth + 1, caller)));
    }
    return out.finish();
  }

  /** A message with the string in one of its fields changed. */
  private renamed(span: Span, number: number, rename: Rename): Pieces {
    const out = new Splice(this.model.bytes, span.start, span.end);
    while (out.cursor.next()) {
      if (out.cursor.field === number) out.replace([textField(number, rename(out.cursor.text()))]);
      else out.cursor.skip();
    }
    return out.finish();
  }
}

/** The attributes that a call gave to the function whose body is being expanded. */
interface Caller {
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}
