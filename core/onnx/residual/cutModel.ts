import { encodeValueInfo } from '../read/encodeOnnx';
import type { LinkedGraph, Op, Value } from '../graph/linkedGraph';
import { OnnxError, quoted } from '../read/onnxError';
import { DataType, type OnnxGraph } from '../read/onnxModel';
import { shapeFrom, type Rewritten } from '../graph/shapeFrom';
import { normOfSum, skipSum } from './skipNorm';
import { Splice } from '../read/splice';
import { concat, field, textField } from '../read/wireWriter';

/** Part of a model as a model of its own: some values in, as many out, and all that is computed in between. */
export interface CutModel {
  readonly bytes: Uint8Array;
  readonly spans: readonly CutSpan[];
}

/** One value in, one out. */
export interface CutSpan {
  readonly input: string;
  readonly output: string;
  /** The element type of the input ({@link DataType}). */
  readonly type: number;
}

/**
 * Cuts out what leads from one value to another, or of several pairs each from its first to its second: all values of the
 * model's own graph or of one branch. Nodes and weights are taken over byte for byte, but for a fused norm whose sum is the
 * first value: its norm alone; and for shapes of tensors outside the part, which the first value's shape tells
 * ({@link shapeFrom}). Weights in other files stay there.
 * @throws {OnnxError} where a second value depends on an input of the model in another way, or on a body's result.
 */
export function cutModel(
  { model }: LinkedGraph,
  pairs: readonly { readonly from: Value; readonly to: Value }[],
): CutModel {
  const [{ to: first }] = pairs;
  if (pairs.some(({ from, to }) => from.scope !== to.scope || to.scope !== first.scope)) {
    throw new OnnxError('A part of a branch cannot be cut out together with what is around it.');
  }
  const between = pairs.map(({ from, to }, i) => ({ from, to, ...opsBetween(from, to, `headlight/${i}`) }));
  const { bytes } = model;
  const graphs: OnnxGraph[] = [];
  for (let scope = first.scope; ; scope = scope.owner.op.scope) {
    graphs.unshift(scope.graph);
    if (!scope.owner) break;
  }
  const nodes = new Set(between.flatMap(({ ops }) => ops).map(({ node }) => node));
  const constants = new Set(
    between
      .flatMap(({ ops, norm }) => [...ops, ...(norm ? [norm] : [])])
      .flatMap(op => op.inputs)
      .flatMap(value => (value?.constant && !value.producer ? [value.constant] : [])),
  );
  const shapes = between.flatMap(part => part.shapes);
  const content = concat([
    ...between.flatMap(({ from, norm }) => (norm ? field(1, [normOfSum(norm, from)]) : [])),
    ...shapes.flatMap(shape => shape.nodes).flatMap(node => field(1, [node])),
    ...graphs
      .flatMap(graph => graph.nodes)
      .filter(node => nodes.has(node))
      .flatMap(({ span }) => field(1, [bytes.subarray(span.start, span.end)])),
    textField(2, 'headlight'),
    ...[...constants].flatMap(tensor => field(5, [bytes.subarray(tensor.span.start, tensor.span.end)])),
    ...shapes.flatMap(shape => shape.constants).flatMap(tensor => field(5, [tensor])),
    ...pairs.flatMap(({ from }) =>
      field(11, [
        encodeValueInfo(
          from.name,
          from.type ?? DataType.float,
          from.shape?.map((_, axis) => `${from.name}.${axis}`),
        ),
      ]),
    ),
    ...pairs.flatMap(({ to }) => field(12, [textField(1, to.name)])),
  ]);
  const out = new Splice(bytes, 0, bytes.length);
  while (out.cursor.next()) {
    const number = out.cursor.field;
    out.cursor.skip();
    if (number === 7) out.replace(field(7, [content]));
  }
  return {
    bytes: concat(out.finish()),
    spans: pairs.map(({ from, to }) => ({ input: from.name, output: to.name, type: from.type ?? DataType.float })),
  };
}

/** What `to` needs beyond `from`. */
interface Between {
  /** In order. */
  readonly ops: readonly Op[];
  /** The fused norm that `from` is the sum of, where its norm is needed. */
  readonly norm?: Op;
  readonly shapes: readonly Rewritten[];
}

function opsBetween(from: Value, to: Value, prefix: string): Between {
  const found = new Set<Op>();
  const shapes = new Map<Op, Rewritten>();
  const fused = from.producer && skipSum(from.producer) === from ? from.producer : undefined;
  let norm: Op | undefined;
  const open = [to];
  for (let value = open.pop(); value; value = open.pop()) {
    if (value === from || (value.constant && !value.producer)) continue;
    const op = value.producer;
    if (!op) throw new OnnxError(`${quoted(to.name)} also depends on the input ${quoted(value.name)}.`);
    if (op.bodies.length > 0) throw new OnnxError(`${quoted(to.name)} depends on a branch of the graph.`);
    if (op === fused) {
      norm = op;
      // Of what it reads only scale and bias of the norm are still needed.
      open.push(...op.inputs.slice(2, 4).filter(input => input !== undefined));
      continue;
    }
    if (found.has(op) || shapes.has(op)) continue;
    const shape = shapeFrom(op, from, `${prefix}/${shapes.size}`);
    if (shape) {
      shapes.set(op, shape);
      continue;
    }
    found.add(op);
    for (const input of op.inputs) if (input) open.push(input);
  }
  return { ops: [...found].sort((a, b) => a.order - b.order), norm, shapes: [...shapes.values()] };
}
