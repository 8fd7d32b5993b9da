import type { FoundAttention } from '../find/findAttention';
import { inferShapes } from '../graph/inferShapes';
import { linkGraph, type Op, type Scope, type Value } from '../graph/linkedGraph';
import { expandFunctions } from '../read/expandFunctions';
import { encodeValueInfo } from '../read/encodeOnnx';
import type { OnnxModel } from '../read/onnxModel';
import { Splice } from '../read/splice';
import { concat, field, textField } from '../read/wireWriter';

/** Of a value that a segment is given: its element type ({@link DataType}) and its sizes as they are in this run. */
export interface GivenValue {
  readonly type: number;
  readonly dims: readonly number[];
}

/** A part of a model between one attention's result and the next one's, as a model of its own. */
export interface Segment {
  /** What it reads: inputs of the model, and what segments before it give. */
  readonly inputs: readonly string[];
  /** What segments behind it read. */
  readonly passedOn: readonly string[];
  /** Outputs of the model that it gives. */
  readonly outputs: readonly string[];
  /** Those of its inputs of which only the shape is read. */
  readonly shapesOnly: ReadonlySet<string>;
  /**
   * The segment as an ONNX file, with what is needed for some of what it gives.
   * @param wanted names of {@link passedOn} and {@link outputs}.
   * @param given tells of each input that is not the model's.
   */
  build(wanted: readonly string[], given: (name: string) => GivenValue): BuiltSegment;
}

export interface BuiltSegment {
  readonly bytes: Uint8Array;
  /** What it reads: of the segment's inputs those that the wanted values need. */
  readonly inputs: readonly string[];
}

/**
 * Cuts a model into segments that are run one after the other: the first up to the result of the first attention, each
 * further one from there to the next one's, the last to the outputs. An operation belongs to the segment of as many
 * attentions as it depends on, so masks and positions are computed once, in the first. Nodes and weights are taken over byte
 * for byte; what is computed of weights alone stands in each segment that needs it.
 * @param model with or without what `addAttention` adds, of the same values as `found`.
 * @param late inputs that change between runs, such as switches: what is computed of them and weights alone stands where it is
 *   read, not in the first segment.
 * @returns why it cannot be cut, as half a sentence, where that is so.
 */
export function cutSegments(
  model: OnnxModel,
  found: FoundAttention,
  late: ReadonlySet<string> = new Set(),
): readonly Segment[] | string {
  if (found.attentions.length === 0) return 'it holds no attention';
  const places = found.attentions.flatMap(site => site.places);
  if (places.some(({ context, op }) => context.scope !== found.graph.root || op.scope !== found.graph.root)) {
    return 'its layers stand in a branch or loop of the graph';
  }
  const contexts = new Set(
    places.flatMap(({ context, further }) => [context, ...(further?.matches ?? []).map(match => match.context)]),
  );
  const linked = linkGraph(expandFunctions(model));
  inferShapes(linked);
  return segmentsOf(linked.model, linked.root, new Set([...contexts].map(({ name }) => name)), late);
}

function segmentsOf(
  model: OnnxModel,
  root: Scope,
  contexts: ReadonlySet<string>,
  late: ReadonlySet<string>,
): readonly Segment[] {
  /** What is computed of weights and late inputs alone, with the inputs. */
  const fixed = new Map<Op, ReadonlySet<Value>>();
  const lateOf = (value: Value): Iterable<Value> =>
    value.producer ? (fixed.get(value.producer) ?? []) : late.has(value.name) ? [value] : [];
  const levels = new Map<Op, number>();
  const levelOf = (value: Value): number =>
    value.producer ? (levels.get(value.producer) ?? 0) + (contexts.has(value.name) ? 1 : 0) : 0;
  const used = opsFor(root.outputs, root);
  for (const op of root.ops) {
    if (!used.has(op)) continue;
    const read = valuesRead(op, root);
    if (read.every(value => isFixed(value, fixed) || (!value.producer && late.has(value.name)))) {
      fixed.set(op, new Set(read.flatMap(value => [...lateOf(value)])));
    } else levels.set(op, Math.max(...read.map(levelOf)));
  }
  const segments = Array.from({ length: Math.max(0, ...levels.values()) + 1 }, () => ({
    ops: new Set<Op>(),
    inputs: new Set<Value>(),
    passedOn: new Set<string>(),
    outputs: new Set<string>(),
  }));
  for (const [op, level] of levels) {
    const segment = segments[level];
    segment.ops.add(op);
    for (const value of valuesRead(op, root)) {
      if (isFixed(value, fixed)) {
        for (const input of lateOf(value)) segment.inputs.add(input);
        continue;
      }
      const from = value.producer && levels.get(value.producer);
      if (from === level) continue;
      segment.inputs.add(value);
      if (from !== undefined) segments[from].passedOn.add(value.name);
    }
  }
  for (const { name, producer } of root.outputs) {
    const from = producer && levels.get(producer);
    if (from !== undefined) segments[from].outputs.add(name);
  }
  return segments.map(({ ops, inputs, passedOn, outputs }) => ({
    inputs: [...inputs].map(({ name }) => name),
    passedOn: [...passedOn],
    outputs: [...outputs],
    shapesOnly: new Set(
      [...inputs]
        .filter(({ readers }) => readers.every(op => op.type === 'Shape' || !ops.has(op)))
        .map(({ name }) => name),
    ),
    build: (wanted, given) => buildSegment(model, root, inputs, wanted, given),
  }));
}

function buildSegment(
  model: OnnxModel,
  root: Scope,
  inputs: ReadonlySet<Value>,
  wanted: readonly string[],
  given: (name: string) => GivenValue,
): BuiltSegment {
  const ops = new Set<Op>();
  const constants = new Set<Value>();
  const read = new Set<Value>();
  const open = wanted.flatMap(name => root.values.get(name) ?? []);
  for (let value = open.pop(); value; value = open.pop()) {
    const { producer, constant } = value;
    if (inputs.has(value)) read.add(value);
    else if (!producer) {
      if (constant) constants.add(value);
    } else if (!ops.has(producer)) {
      ops.add(producer);
      open.push(...valuesRead(producer, root));
    }
  }
  const declared = new Map(model.graph.inputs.map(info => [info.name, info]));
  const inputInfo = (value: Value): Uint8Array => {
    const { name } = value;
    const info = declared.get(name);
    if (info?.type !== undefined) {
      return encodeValueInfo(
        name,
        info.type,
        info.shape?.map((dim, axis) => dim ?? `${name}.${axis}`),
      );
    }
    const { type, dims } = given(name);
    // Sizes that the graph itself tells let the runtime fuse more.
    const sizes = dims.map((size, axis) => (value.shape?.[axis] === size ? size : `${name}.${axis}`));
    return encodeValueInfo(name, type, sizes);
  };
  const { bytes } = model;
  const content = concat([
    ...[...ops]
      .sort((a, b) => a.order - b.order)
      .flatMap(({ node: { span } }) => field(1, [bytes.subarray(span.start, span.end)])),
    textField(2, 'headlight'),
    ...[...constants].flatMap(({ constant }) => field(5, [bytes.subarray(constant!.span.start, constant!.span.end)])),
    ...[...read].flatMap(value => field(11, [inputInfo(value)])),
    ...wanted.flatMap(name => field(12, [textField(1, name)])),
  ]);
  const out = new Splice(bytes, 0, bytes.length);
  while (out.cursor.next()) {
    const number = out.cursor.field;
    out.cursor.skip();
    if (number === 7) out.replace(field(7, [content]));
  }
  return { bytes: concat(out.finish()), inputs: [...read].map(({ name }) => name) };
}

/** The operations that some values need. */
function opsFor(values: readonly Value[], root: Scope): ReadonlySet<Op> {
  const ops = new Set<Op>();
  const open = [...values];
  for (let value = open.pop(); value; value = open.pop()) {
    const { producer } = value;
    if (!producer || ops.has(producer)) continue;
    ops.add(producer);
    open.push(...valuesRead(producer, root));
  }
  return ops;
}

/** The values of the model's own graph that an operation reads, in its bodies too. */
function valuesRead(op: Op, root: Scope): readonly Value[] {
  const read = op.inputs.filter(value => value !== undefined);
  if (op.bodies.length === 0) return read;
  const all = new Set(read);
  const look = (scope: Scope): void => {
    for (const inner of scope.ops) {
      for (const value of inner.inputs) if (value?.scope === root) all.add(value);
      inner.bodies.forEach(look);
    }
    for (const value of scope.outputs) if (value.scope === root) all.add(value);
  };
  op.bodies.forEach(look);
  return [...all];
}

function isFixed({ producer, constant }: Value, fixed: ReadonlyMap<Op, unknown>): boolean {
  return producer ? fixed.has(producer) : constant !== undefined;
}
