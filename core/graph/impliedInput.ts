import type { DeclaredInput } from './graphInputs';
import type { NumberArray } from './readNpy';

/**
 * An input that need not be written, since the others imply it: a mask that hides nothing, positions counted from 0, one
 * segment, an empty cache. Names are those of Optimum's exports.
 * @param length of the sequences.
 * @param count how many there are.
 */
export function impliedInput({ name, shape }: DeclaredInput, length: number, count = 1): NumberArray | undefined {
  const each = (value: (place: number) => number): NumberArray => ({
    shape: [count, length],
    data: Array.from({ length: count * length }, (_, i) => value(i % length)),
  });
  const isPlain = shape.length === 2;
  if (isPlain && /^(encoder_)?attention_mask$/.test(name)) return each(() => 1);
  if (isPlain && name === 'position_ids') return each(place => place);
  if (isPlain && name === 'token_type_ids') return each(() => 0);
  if (name === 'use_cache_branch') return { shape: [1], data: [0] };
  if (/^past(_key_values)?\./.test(name)) {
    const empty = shape.map((axis, i) => (typeof axis === 'number' && axis >= 0 ? axis : i === 0 ? count : 0));
    return empty.includes(0) ? { shape: empty, data: [] } : undefined;
  }
  return undefined;
}
