import { encodeValueInfo } from './encodeOnnx';
import type { LinkedGraph, Op, Value } from './linkedGraph';
import { OnnxError, quoted } from './onnxError';
import { DataType } from './onnxModel';
import { Splice } from './splice';
import { concat, field, textField } from './wireWriter';

/** Part of a model as a model of its own: one value in, one value out, and all that is computed in between. */
export interface CutModel {
  readonly bytes: Uint8Array;
  readonly input: string;
  readonly output: string;
  /** The element type of the input ({@link DataType}). */
  readonly type: number;
}

/**
 * Cuts out what leads from one value of a model's own graph to another. Nodes and weights are taken over byte for byte;
 * weights in other files stay there.
 * @throws {OnnxError} where the second depends on an input of the model in another way, or on a body's result.
 */
export function cutModel({ model, root }: LinkedGraph, from: Value, to: Value): CutModel {
  const ops = opsBetween(from, to);
  const { graph, bytes } = model;
  const nodes = new Set(ops.map(({ node }) => node));
  const constants = new Set(ops.flatMap(op => op.inputs).filter(value => value?.constant).map(value => value!.name));
  const type = from.type ?? DataType.float;
  const content = concat([
    ...graph.nodes.filter(node => nodes.has(node)).flatMap(({ span }) => field(1, [bytes.subarray(span.start, span.end)])),
    textField(2, 'headlight'),
    ...[...graph.initializers.values()].filter(({ name }) => constants.has(name)).flatMap(({ span }) => field(5, [bytes.subarray(span.start, span.end)])),
    ...field(11, [encodeValueInfo(from.name, type, from.shape?.map((_, axis) => `axis_${axis}`))]),
    ...field(12, [textField(1, to.name)]),
  ]);
  const out = new Splice(bytes, 0, bytes.length);
  while (out.cursor.next()) {
    const number = out.cursor.field;
    out.cursor.skip();
    if (number === 7) out.replace(field(7, [content]));
  }
  if (from.scope !== root || to.scope !== root) throw new OnnxError('A part of a branch cannot be cut out.');
  return { bytes: concat(out.finish()), input: from.name, output: to.name, type };
}

/** The operations that `to` needs beyond `from`, in order. */
function opsBetween(from: Value, to: Value): Op[] {
  const found = new Set<Op>();
  const open = [to];
  for (let value = open.pop(); value; value = open.pop()) {
    if (value === from || value.constant && !value.producer) continue;
    const op = value.producer;
    if (!op) throw new OnnxError(`${quoted(to.name)} also depends on the input ${quoted(value.name)}.`);
    if (op.bodies.length > 0) throw new OnnxError(`${quoted(to.name)} depends on a branch of the graph.`);
    if (found.has(op)) continue;
    found.add(op);
    for (const input of op.inputs) if (input) open.push(input);
  }
  return [...found].sort((a, b) => a.order - b.order);
}
