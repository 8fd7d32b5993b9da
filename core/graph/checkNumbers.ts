import type { DeclaredInput } from './graphInputs';
import type { NumberArray } from './readNpy';

/** The smallest and largest number that a whole type holds. */
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  uint64: [0, 2 ** 64],
  bool: [0, 1],
};

/**
 * Checks that an input's numbers are of its type: whole where it takes whole numbers, and in its range.
 * @throws Error with one sentence that names the first number that is not, and where it stands.
 */
export function checkNumbers({ name, type }: DeclaredInput, { shape, data }: NumberArray): void {
  const range = ranges[type];
  const isWrong = (value: number): boolean =>
    range ? !Number.isInteger(value) || value < range[0] || value > range[1] : Number.isNaN(value);
  let at = 0;
  while (at < data.length && !isWrong(Number(data[at]))) at++;
  if (at === data.length) return;
  const takes =
    range === undefined
      ? 'takes numbers'
      : type === 'bool'
        ? 'takes 0 or 1 (bool)'
        : `takes whole numbers${type === 'int64' ? '' : ` from ${range[0]} to ${range[1]}`} (${type})`;
  throw new Error(`“${name}” ${takes}, and holds ${Number(data[at])} at ${placeOf(at, shape)}.`);
}

/**
 * Checks that inputs which share a free axis, by its name, are as long along it.
 * @throws Error with one sentence that names both.
 */
export function checkLengths(inputs: readonly DeclaredInput[], arrays: ReadonlyMap<string, NumberArray>): void {
  const lengths = new Map<string, { readonly length: number; readonly name: string }>();
  for (const { name, shape } of inputs) {
    const array = arrays.get(name);
    shape.forEach((axis, i) => {
      if (!array || typeof axis !== 'string' || axis === '' || axis.startsWith('unk__')) return;
      const length = array.shape[i];
      const known = lengths.get(axis);
      if (known && known.length !== length) {
        throw new Error(
          `“${name}” has the length ${length} along “${axis}”, where “${known.name}” has ${known.length}; give both as many.`,
        );
      }
      lengths.set(axis, { length, name });
    });
  }
}

/** A place as one writes it: `[0, 3]`. */
function placeOf(at: number, shape: readonly number[]): string {
  const indices: number[] = [];
  for (let axis = shape.length - 1, rest = at; axis >= 0; axis--) {
    indices.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return `[${indices.join(', ')}]`;
}
