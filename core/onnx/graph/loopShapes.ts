import { unknownDim, type Dim } from '../read/dims';
import type { Op, Scope, Value } from './linkedGraph';

/** What a loop passes from turn to turn: a body's input, what it is at first, and what each turn makes of it. */
interface Carried {
  readonly input: Value;
  readonly first?: Value;
  readonly next?: Value;
}

/** Where a value goes through the turns of a `Loop` or `Scan`. */
function carriedValues(loop: Op, body: Scope): Carried[] {
  // A `Loop` has the number of turns and a condition first; its body the turn's number and the condition.
  const [before, after] = loop.node.type === 'Loop' ? [2, 1] : [0, 0];
  return body.inputs
    .slice(before, before + carriedCount(loop, body))
    .map((input, i) => ({ input, first: loop.inputs[before + i], next: body.outputs[after + i] }));
}

function carriedCount(loop: Op, body: Scope): number {
  return loop.node.type === 'Loop' ? body.inputs.length - 2 : body.inputs.length - loop.int('num_scan_inputs', 0);
}

/** Says of a body's inputs what they are in the first turn. */
export function startTurns(loop: Op, body: Scope): void {
  if (loop.node.type === 'Loop') body.inputs.slice(0, 2).forEach(input => (input.shape ??= []));
  for (const { input, first } of carriedValues(loop, body)) {
    input.type ??= first?.type;
    input.shape ??= first?.shape;
  }
  if (loop.node.type !== 'Scan') return;
  const axes = loop.ints('scan_input_axes') ?? [];
  const count = carriedCount(loop, body);
  body.inputs.slice(count).forEach((input, i) => {
    const whole = loop.inputs[count + i];
    input.type ??= whole?.type;
    const axis = (axes[i] ?? 0) < 0 ? axes[i] + (whole?.shape?.length ?? 0) : (axes[i] ?? 0);
    input.shape ??= whole?.shape?.filter((_, a) => a !== axis);
  });
}

/**
 * Takes back what does not hold in later turns: caches and texts grow. What was inferred of the body is forgotten where
 * anything was.
 * @returns whether the body is to be inferred again
 */
export function widenTurns(loop: Op, body: Scope): boolean {
  let widened = false;
  for (const { input, next } of carriedValues(loop, body)) {
    const wider = together(input.shape, next?.shape);
    if (wider === input.shape) continue;
    input.shape = wider;
    widened = true;
  }
  if (widened) forget(body);
  return widened;
}

function together(a: readonly Dim[] | undefined, b: readonly Dim[] | undefined): readonly Dim[] | undefined {
  if (!a || !b) return a;
  if (a.length !== b.length) return undefined;
  return a.every((dim, i) => dim === b[i]) ? a : a.map((dim, i) => (dim === b[i] ? dim : unknownDim()));
}

function forget(scope: Scope): void {
  for (const op of scope.ops) {
    for (const output of op.outputs) {
      output.shape = undefined;
      output.elements = undefined;
    }
    op.bodies.forEach(forget);
  }
}

/** The shapes of what a loop gives: what it carried, and what its turns gave side by side. */
export function loopOutputs(loop: Op): void {
  const [body] = loop.bodies;
  if (!body) return;
  const carried = carriedValues(loop, body);
  const after = loop.node.type === 'Loop' ? 1 : 0;
  const axes = loop.ints('scan_output_axes') ?? [];
  loop.outputs.forEach((output, i) => {
    const inner = body.outputs[after + i];
    output.type ??= inner?.type;
    if (i < carried.length) output.shape = together(carried[i].input.shape, inner?.shape);
    else if (inner?.shape) {
      const axis = axes[i - carried.length] ?? 0;
      output.shape = inner.shape.toSpliced(axis < 0 ? axis + inner.shape.length + 1 : axis, 0, unknownDim());
    }
  });
}
