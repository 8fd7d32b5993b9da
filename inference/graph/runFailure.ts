import type { DeclaredInput } from '../../core/graph/graphInputs';
import type { NumberArray } from '../../core/graph/readNpy';

/** What was given to a graph that failed. */
export interface FailedRun {
  /** What the model is called. */
  readonly id: string;
  readonly inputs: readonly DeclaredInput[];
  readonly arrays: ReadonlyMap<string, NumberArray>;
  /** What to do where the runtime's words mean nothing to us: half a sentence. */
  readonly otherwise: string;
}

/** An axis of an input. */
interface GivenAxis {
  readonly input: DeclaredInput;
  readonly axis: number;
  readonly length: number;
}

/**
 * Why the runtime failed on inputs, in one sentence of ours that names input, axis, what was given and what is wanted, as far as
 * the runtime tells: a number without a row in the table in which it is looked up, a length that the graph has no positions for
 * or was not exported for.
 */
export function runFailure(run: FailedRun, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return (
    lookedUp(run, message) ??
    tooLong(run, message) ??
    otherLength(run, message) ??
    `${run.id} failed while it ran on these inputs; ${run.otherwise}.`
  );
}

function lookedUp({ id, inputs, arrays }: FailedRun, message: string): string | undefined {
  const [, number, , most] = /idx=(-?\d+) must be within the inclusive range \[(-?\d+),(-?\d+)\]/.exec(message) ?? [];
  if (number === undefined) return undefined;
  const rows = Number(most) + 1;
  const [input] =
    [...arrays].find(([, { data }]) => Array.from(data).some(value => String(Number(value)) === number)) ?? [];
  const long = longest(inputs, arrays, length => length > rows);
  // Places are counted on from the first that there is no row for; what is in the inputs is another matter.
  if (long && (input === undefined || Number(number) < long.length)) return atMost(id, long, rows);
  return input === undefined
    ? `${id} looks ${number} up in a table of ${rows.toLocaleString('en')} rows; the inputs are longer than it reads, or hold numbers that it does not know (it knows 0 to ${most}).`
    : `“${input}” holds ${number}, and ${id} knows 0 to ${most}; give it numbers of its own vocabulary.`;
}

/** A table of positions that is added is shorter than what it is added to. */
function tooLong({ id, inputs, arrays }: FailedRun, message: string): string | undefined {
  const [, first, second] =
    /Attempting to broadcast an axis by a dimension other than 1\. (\d+) by (\d+)/.exec(message) ?? [];
  if (first === undefined) return undefined;
  const [fewer, more] = [Number(first), Number(second)].sort((a, b) => a - b);
  const long = longest(inputs, arrays, length => length === more);
  if (long) return atMost(id, long, fewer);
  const short = longest(inputs, arrays, length => length === fewer);
  return short && `${told(short)}, and ${id} wants ${more.toLocaleString('en')}; give it as many.`;
}

/** What was written for one length was given another. */
function otherLength({ id, inputs, arrays }: FailedRun, message: string): string | undefined {
  const [, given, wanted] = /Input shape:\{([\d,]*)\}, requested shape:\{([-\d,]*)\}/.exec(message) ?? [];
  if (given === undefined) return undefined;
  const [from, to] = [given, wanted].map(shape => shape.split(',').map(Number));
  const axis = from.findIndex((length, i) => length > 1 && to[i] > 1 && length !== to[i]);
  const found = axis >= 0 ? longest(inputs, arrays, length => length === from[axis]) : undefined;
  return (
    found &&
    `${told(found)}, and ${id} was exported for ${to[axis].toLocaleString('en')} there; give it ${to[axis].toLocaleString('en')}, or export it with a free axis.`
  );
}

/** The longest free axis of an input whose length fits, ids before all else. */
function longest(
  inputs: readonly DeclaredInput[],
  arrays: ReadonlyMap<string, NumberArray>,
  fits: (length: number) => boolean,
): GivenAxis | undefined {
  return inputs
    .flatMap(input =>
      input.shape.flatMap((declared, axis): GivenAxis[] => {
        const length = arrays.get(input.name)?.shape[axis];
        return length === undefined || (typeof declared === 'number' && declared >= 0) ? [] : [{ input, axis, length }];
      }),
    )
    .filter(({ length }) => fits(length))
    .sort((a, b) => Number(/ids$/.test(b.input.name)) - Number(/ids$/.test(a.input.name)) || b.length - a.length)[0];
}

function told({ input: { name, shape }, axis, length }: GivenAxis): string {
  const called = typeof shape[axis] === 'string' && shape[axis] !== '' ? ` (“${shape[axis]}”)` : '';
  return `“${name}” is ${length.toLocaleString('en')} long along axis ${axis}${called}`;
}

function atMost(id: string, axis: GivenAxis, most: number): string {
  const number = most.toLocaleString('en');
  return `${told(axis)}, and ${id} reads at most ${number}; give it ${number} or fewer.`;
}
