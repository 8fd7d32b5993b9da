import type { DeclaredInput } from './graphInputs';
import { impliedInput } from './impliedInput';

/** An input that an example is to be written for. */
export interface ExampleInput extends DeclaredInput {
  /** How many rows the table has in which its numbers are looked up, where that is known. */
  readonly rows?: number;
  /** The id of what stands for nothing, where that is known. */
  readonly padding?: number;
}

/** How long a free axis is that is no batch. */
const freeLength = 8;

/** The first ids of most vocabularies are padding, unknown, beginning and end. */
const firstId = 5;

/**
 * A file of inputs to begin with, which the model runs on: every free axis that may be a batch has length 1, every other
 * eight, fixed axes are as long as they are. Whole numbers are counted up within the table that they are looked up in, past
 * what stands for padding; what the others imply is left out.
 */
export function exampleInputs(inputs: readonly ExampleInput[]): string {
  const lengths = new Map<string, number>();
  const example = inputs
    .filter(input => !impliedInput(input, 1))
    .map(input => {
      const { name, type, shape } = input;
      const sizes = shape.map((axis, i) => {
        if (typeof axis === 'number' && axis > 0) return axis;
        const free = String(axis);
        const length = lengths.get(free) ?? (i === 0 || /batch/i.test(free) ? 1 : freeLength);
        lengths.set(free, length);
        return length;
      });
      const fraction = (at: number) => Math.round(Math.sin(at + 1) * 100) / 100;
      const value = /mask|bool/.test(name + type) ? () => 1 : /int/.test(type) ? idOf(input) : fraction;
      return [name, nested(sizes, value)] as const;
    });
  const items = inputs.find(input => namesItems(input) && !impliedInput(input, 1));
  const [rowOfItems] = (items && (Object.fromEntries(example)[items.name] as unknown[][])) ?? [];
  const length = rowOfItems?.length ?? 0;
  const labels = length > 0 && length <= 64 ? { labels: Array.from({ length }, (_, i) => `item ${i}`) } : {};
  return `${JSON.stringify({ ...Object.fromEntries(example), ...labels }, undefined, 1).replace(/\[[^[\]]*\]/g, inner => inner.replace(/\s+/g, ' '))}\n`;
}

/** Whether what stands at a position of the sequence is told by this input: ids, [batch, positions]. */
function namesItems({ name, type, shape, rows }: ExampleInput): boolean {
  return (
    /int/.test(type) &&
    shape.length === 2 &&
    !countedUp.test(name) &&
    (rows !== undefined || /id|token|item/i.test(name))
  );
}

/** Inputs whose numbers are places or kinds, and no ids of a vocabulary. */
const countedUp = /pos|type|segment/i;

/** Whole numbers for an input's places. */
function idOf({ name, rows, padding }: ExampleInput): (at: number) => number {
  const first = countedUp.test(name) || (rows !== undefined && rows < 2 * firstId) ? 0 : firstId;
  const known = (rows ?? Infinity) - first;
  return at => {
    const id = first + (known === Infinity ? at : at % known);
    return id === padding && known > 1 ? first + ((at + 1) % known) : id;
  };
}

function nested(shape: readonly number[], value: (at: number) => number): unknown {
  let at = 0;
  const build = (axis: number): unknown =>
    axis === shape.length ? value(at++) : Array.from({ length: shape[axis] }, () => build(axis + 1));
  return build(0);
}
