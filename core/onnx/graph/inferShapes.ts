import { allElements } from '../read/constantElements';
import { product, quotient, unknownDim, type Dim } from '../read/dims';
import type { LinkedGraph, Op, Scope, Value } from './linkedGraph';
import { DataType, type OnnxModel, type OnnxTensor } from '../read/onnxModel';
import { startTurns, widenTurns } from './loopShapes';
import { outputType } from './outputType';
import { shapeRules } from './shapeRules';
import { broadcast } from './broadcast';

/** Elements followed of an integer tensor: enough for any shape. */
const mostElements = 64;

/**
 * Fills in what can be told of each value: element type, shape, the elements of small integer tensors (so that shapes
 * computed in the graph are followed), and whether it depends on the inputs' contents. What the file declares is used
 * where nothing better is known. Follows the operators' own shape inference of ONNX, as far as attention needs it.
 */
export function inferShapes(linked: LinkedGraph): void {
  const { model } = linked;
  const declared = new Map<string, Dim>();
  const start = (scope: Scope): void => {
    for (const input of scope.inputs) {
      if (!input.constant) setDeclared(input, declared);
    }
    for (const value of scope.values.values()) {
      if (value.constant) setConstant(model, value, value.constant);
    }
    for (const op of scope.ops) op.bodies.forEach(start);
  };
  start(linked.root);
  inferScope(model, linked.root, declared, 0);
}

/** Loops within loops are followed so deep; each level is gone through twice. */
const mostLoops = 3;

function inferScope(model: OnnxModel, scope: Scope, declared: Map<string, Dim>, loops: number): void {
  for (const op of scope.ops) {
    const loop = /^(Loop|Scan)$/.test(op.node.type);
    for (const body of op.bodies) {
      if (loop) startTurns(op, body);
      inferScope(model, body, declared, loops + (loop ? 1 : 0));
      if (loop && loops < mostLoops && widenTurns(op, body)) inferScope(model, body, declared, loops + 1);
    }
    infer(model, op, declared);
  }
}

function infer(model: OnnxModel, op: Op, declared: Map<string, Dim>): void {
  const type = op.type;
  const data =
    type !== 'Shape' &&
    type !== 'Size' &&
    (op.inputs.some(i => i?.data) || op.bodies.some(b => b.outputs.some(o => o.data)));
  for (const output of op.outputs) output.data = data;
  if (op.outputs.length === 0) return;
  if (type === 'Constant' && op.outputs[0]) {
    inferConstant(model, op);
  } else {
    shapeRules[type]?.(op, model);
    // Of an operator of another domain nothing is known, whatever it is called.
    if (!shapeRules[type] && op.node.domain === '') elementwise(op);
  }
  for (const output of op.outputs) {
    output.type ??= outputType(op, output);
    const info = op.scope.graph.values.get(output.name);
    if (!info?.shape) continue;
    if (!output.shape) setDeclared(output, declared);
    else if (output.shape.length === info.shape.length) {
      output.shape = output.shape.map((dim, i) =>
        typeof dim === 'string' && typeof info.shape![i] === 'number' ? info.shape![i] : dim,
      );
    }
  }
}

function setDeclared(value: Value, declared: Map<string, Dim>): void {
  const { graph } = value.scope;
  const info = graph.values.get(value.name) ?? graph.inputs.find(i => i.name === value.name);
  value.type ??= info?.type;
  if (!value.shape && info?.shape) {
    value.shape = info.shape.map(dim => {
      if (typeof dim === 'number') return dim;
      if (dim === undefined) return unknownDim();
      // A name may hold anything, an asterisk too: one clean symbol a name.
      const symbol = declared.get(dim) ?? (/^[A-Za-z_][\w.]*$/.test(dim) ? dim : unknownDim());
      declared.set(dim, symbol);
      return symbol;
    });
  }
}

function setConstant(model: OnnxModel, value: Value, tensor: OnnxTensor): void {
  value.type = tensor.type;
  value.shape = tensor.dims;
  if (tensor.type === DataType.int64 || tensor.type === DataType.int32) {
    value.elements = tensor.dims.length <= 1 ? allElements(model, tensor, mostElements) : undefined;
  }
}

function inferConstant(model: OnnxModel, op: Op): void {
  const [output] = op.outputs;
  const { attributes } = op.node;
  const tensor = attributes.get('value')?.tensor;
  const int = attributes.get('value_int')?.int;
  const ints = attributes.get('value_ints')?.ints;
  if (tensor) {
    output.constant = tensor;
    setConstant(model, output, tensor);
  } else if (int !== undefined) {
    Object.assign(output, { type: DataType.int64, shape: [], elements: [int] });
  } else if (ints) {
    Object.assign(output, { type: DataType.int64, shape: [ints.length], elements: ints });
  } else if (attributes.has('value_float')) {
    Object.assign(output, { type: DataType.float, shape: [] });
  }
}

/** The broadcast of the inputs' shapes, and arithmetic on sizes. */
function elementwise(op: Op): void {
  if (!op.outputs[0] || op.outputs[0].shape) return;
  // Where one rank is not known, the other is the best guess: masks and biases are seldom the larger.
  const given = op.inputs.filter(i => i !== undefined);
  const shapes = given.map(i => i.shape).filter(s => s !== undefined);
  const sure = shapes.length === given.length ? shapes.length > 0 : shapes.some(s => s.length >= 3);
  if (sure && elementwiseTypes.has(op.node.type)) op.outputs[0].shape = broadcast(shapes);
  elementArithmetic(op);
}

const elementwiseTypes = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Max',
  'Min',
  'Mean',
  'Sum',
  'Mod',
  'And',
  'Or',
  'Xor',
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
  'Where',
  'BitShift',
  'PRelu',
  'BitwiseAnd',
  'BitwiseOr',
]);

/** Integer arithmetic on sizes. */
function elementArithmetic(op: Op): void {
  const [a, b] = op.inputs.map(i => i?.elements);
  const [output] = op.outputs;
  if (!a || !b || (a.length !== b.length && a.length !== 1 && b.length !== 1)) return;
  const operation = arithmetic[op.node.type];
  if (!operation) return;
  output.elements = Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    operation(a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]),
  );
}

const numbers =
  (operation: (x: number, y: number) => number) =>
  (x: Dim, y: Dim): Dim =>
    typeof x === 'number' && typeof y === 'number' ? operation(x, y) : unknownDim();

const arithmetic: Partial<Record<string, (x: Dim, y: Dim) => Dim>> = {
  Add: (x, y) => (x === 0 ? y : y === 0 ? x : numbers((a, b) => a + b)(x, y)),
  Sub: (x, y) => (y === 0 ? x : x === y ? 0 : numbers((a, b) => a - b)(x, y)),
  Mul: (x, y) => product([x, y]),
  Div: (x, y) => quotient(x, y) ?? numbers((a, b) => Math.trunc(a / b))(x, y),
  Max: numbers(Math.max),
  Min: numbers(Math.min),
  Mod: numbers((a, b) => a % b),
  // Of sizes that are numbers: exporters ask so whether an axis can be dropped.
  Equal: numbers((a, b) => Number(a === b)),
};
