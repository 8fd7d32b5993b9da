import type { DeclaredInput } from './graphInputs';
import type { NumberArray } from './readNpy';

/**
 * An input that need not be written, since the others imply it: a mask that hides nothing, positions counted from 0, one
 * segment, an empty cache. Names are those of Optimum's exports.
 * @param length of the sequence.
 */
export function impliedInput({ name, shape }: DeclaredInput, length: number): NumberArray | undefined {
  if (/^(encoder_)?attention_mask$/.test(name)) return { shape: [1, length], data: Array<number>(length).fill(1) };
  if (name === 'position_ids') return { shape: [1, length], data: Array.from({ length }, (_, i) => i) };
  if (name === 'token_type_ids') return { shape: [1, length], data: Array<number>(length).fill(0) };
  if (name === 'use_cache_branch') return { shape: [1], data: [0] };
  if (/^past(_key_values)?\./.test(name)) {
    const empty = shape.map((axis, i) => (typeof axis === 'number' && axis >= 0 ? axis : i === 0 ? 1 : 0));
    return empty.includes(0) ? { shape: empty, data: [] } : undefined;
  }
  return undefined;
}
