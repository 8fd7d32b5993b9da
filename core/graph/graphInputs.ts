import { checkLengths, checkNumbers } from './checkNumbers';
import { impliedInput } from './impliedInput';
import { oneSequence } from './oneSequence';
import type { NumberArray } from './readNpy';

/** An input of a graph as its file declares it. */
export interface DeclaredInput {
  readonly name: string;
  /** `int64`, `float32`, … */
  readonly type: string;
  /** A number, or the name of an axis whose length is free. */
  readonly shape: readonly (number | string)[];
}

/** What a file of inputs gives. */
export interface GivenInputs {
  /** Of a batch those of one sequence. */
  readonly arrays: ReadonlyMap<string, NumberArray>;
  /** How many sequences there were. */
  readonly sequences: number;
  /** Which of them the arrays are, counted from 1; of one sequence, which part of its attention is meant. */
  readonly sequence: number;
  /** What positions of the sequence are called. */
  readonly labels?: readonly string[];
  /** What the numbers of integer inputs are called. */
  readonly vocabulary?: Readonly<Record<string, string>>;
}

/** More axes than any tensor of a model has; what is nested deeper could not be walked through. */
const mostAxes = 32;

/** Inputs that may be empty: nothing was read before. */
const isCache = /past|cache|state/i;

/** Names of the file's own, beside the inputs. */
const reserved = new Set(['labels', 'vocabulary', 'sequence', 'inputs']);

/**
 * Reads inputs from JSON: an object of the inputs' names, each a nested array, `{ "shape": […], "data": […] }`, or the
 * name of an NPY file. What the others imply ({@link impliedInput}) may be left out. Beside them may stand `labels` (what positions are called),
 * `vocabulary` (what numbers are called) and `sequence` (which one of a batch is meant, counted from 1).
 * @param readFile reads an NPY file that is named.
 * @param whole as scripts want it: of a batch all sequences are taken, not one, and what is no input is passed over.
 * @throws Error with one sentence that names what is wrong.
 */
export async function parseInputs(
  json: string,
  inputs: readonly DeclaredInput[],
  readFile: (name: string) => Promise<NumberArray>,
  whole = false,
): Promise<GivenInputs> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw new Error(
      `The inputs are not JSON (${(error as Error).message}); write an object with an array for each input.`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error(
      `The inputs must be an object with an array for each input: ${inputs.map(({ name }) => name).join(', ')}.`,
    );
  }
  const file = parsed as Record<string, unknown>;
  const given = (typeof file.inputs === 'object' && file.inputs !== null ? file.inputs : file) as Record<
    string,
    unknown
  >;
  const unknown = Object.keys(given).find(name => !reserved.has(name) && !inputs.some(input => input.name === name));
  const all = new Map<string, NumberArray>();
  for (const input of inputs.filter(({ name }) => name in given)) {
    checkType(given[input.name], input);
    const array = fit(await arrayOf(given[input.name], input.name, readFile), input);
    checkNumbers(input, array);
    all.set(input.name, array);
  }
  checkLengths(
    inputs.filter(({ name }) => name in given),
    all,
  );
  // A graph may have an input of that name.
  const chosen = inputs.some(({ name }) => name === 'sequence') ? undefined : file.sequence;
  const one = oneSequence(inputs, all, chosen);
  const [arrays, count] = [whole ? new Map(all) : one.arrays, one.count];
  const length = arrays.get('input_ids')?.shape.at(-1) ?? [...arrays.values()][0]?.shape.at(-1) ?? 0;
  for (const input of inputs.filter(({ name }) => !arrays.has(name))) {
    const implied = arrays.size > 0 ? impliedInput(input, length, whole ? count : 1) : undefined;
    if (!implied) {
      throw new Error(
        `The inputs lack “${input.name}” (${describeInput(input)})${unknown ? `; “${unknown}” is no input of this model` : ''}.`,
      );
    }
    arrays.set(input.name, implied);
  }
  if (unknown && !whole) {
    throw new Error(
      `“${unknown}” is no input of this model, which takes ${inputs.map(({ name }) => name).join(', ')}.`,
    );
  }
  return {
    arrays,
    sequences: count,
    sequence: Number(chosen ?? 1),
    labels: strings(file.labels, 'labels'),
    vocabulary: words(file.vocabulary),
  };
}

/** An input in words: `int64 [batch, 8]`. */
export function describeInput({ type, shape }: DeclaredInput): string {
  return `${type} [${shape.join(', ')}]`;
}

async function arrayOf(
  value: unknown,
  name: string,
  readFile: (name: string) => Promise<NumberArray>,
): Promise<NumberArray> {
  if (typeof value === 'string') return readFile(value);
  if (typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data)) {
    const shape = 'shape' in value && Array.isArray(value.shape) ? (value.shape as unknown[]) : [value.data.length];
    if (!isShape(shape)) throw new Error(`“${name}” has the shape ${shown(shape)}; give a list of whole numbers.`);
    return { shape, data: numbers(value.data, name) };
  }
  if (typeof value === 'number' || typeof value === 'boolean') return { shape: [], data: [Number(value)] };
  if (!Array.isArray(value)) {
    throw new Error(
      `“${name}” must be an array of numbers, an object with shape and data, or the name of an NPY file.`,
    );
  }
  const shape: number[] = [];
  for (let at: unknown = value; Array.isArray(at); at = at[0]) shape.push(at.length);
  if (shape.length > mostAxes) {
    throw new Error(
      `“${name}” is nested ${shape.length.toLocaleString('en')} deep; no input has more than ${mostAxes} axes.`,
    );
  }
  const flat = value.flat(shape.length - 1) as unknown[];
  if (flat.length !== shape.reduce((a, b) => a * b, 1)) {
    throw new Error(`“${name}” is ragged: its rows have different lengths.`);
  }
  return { shape, data: numbers(flat, name) };
}

function numbers(values: readonly unknown[], name: string): number[] {
  return values.map(value => {
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw new Error(`“${name}” holds ${shown(value)}, which is no number.`);
    }
    return Number(value);
  });
}

/** What exporters and NumPy call types, by the runtime's names. */
const typeNames: Readonly<Record<string, string>> = {
  float: 'float32',
  half: 'float16',
  double: 'float64',
  int: 'int32',
  long: 'int64',
  boolean: 'bool',
};

/** Checks the type that a value says it is of, where it says one. */
function checkType(value: unknown, input: DeclaredInput): void {
  if (typeof value !== 'object' || value === null || !('dtype' in value)) return;
  const said = String(value.dtype).toLowerCase();
  const type = typeNames[said] ?? said;
  if (type === input.type) return;
  throw new Error(
    `“${input.name}” says that it is ${shown(value.dtype)}, and the model wants ${describeInput(input)}; give it as ${input.type}.`,
  );
}

/** Adds the batch's axis where it was left out, and checks the shape against the one declared. */
function fit(array: NumberArray, input: DeclaredInput): NumberArray {
  const { shape } = input;
  const missing = shape.length - array.shape.length;
  const whole =
    missing > 0 && missing <= shape.length
      ? { ...array, shape: [...Array<number>(missing).fill(1), ...array.shape] }
      : array;
  const agrees =
    whole.shape.length === shape.length &&
    shape.every((axis, i) => typeof axis !== 'number' || axis < 0 || axis === whole.shape[i]);
  if (!agrees) {
    const axis = shape.findIndex((length, i) => typeof length === 'number' && length >= 0 && length !== whole.shape[i]);
    const where =
      whole.shape.length === shape.length
        ? `: along axis ${axis} it is ${whole.shape[axis].toLocaleString('en')} long in place of ${Number(shape[axis]).toLocaleString('en')}`
        : '';
    throw new Error(
      `“${input.name}” has the shape [${array.shape.join(', ')}], and the model wants ${describeInput(input)}${where}.`,
    );
  }
  const empty = isCache.test(input.name) ? -1 : whole.shape.indexOf(0);
  if (empty >= 0) {
    const called = typeof shape[empty] === 'string' ? ` (“${shape[empty]}”)` : '';
    throw new Error(`“${input.name}” is empty along axis ${empty}${called}; give at least one number there.`);
  }
  if (whole.data.length !== whole.shape.reduce((a, b) => a * b, 1)) {
    throw new Error(`“${input.name}” gives ${whole.data.length} numbers for the shape [${whole.shape.join(', ')}].`);
  }
  return whole;
}

function isShape(value: readonly unknown[]): value is readonly number[] {
  return value.length <= mostAxes && value.every(length => Number.isSafeInteger(length) && (length as number) >= 0);
}

/** A value as it stands in the file, as far as a sentence takes it. */
function shown(value: unknown): string {
  let json: string;
  try {
    json = JSON.stringify(value);
  } catch {
    // Nested deeper than can be written.
    return 'a list';
  }
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

function strings(value: unknown, name: string): string[] | undefined {
  return Array.isArray(value) ? value.map(word => wordOf(word, name)) : undefined;
}

function words(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([number, word]) => [number, wordOf(word, 'vocabulary')]));
}

function wordOf(value: unknown, name: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`“${name}” holds ${shown(value)}; give words.`);
}
