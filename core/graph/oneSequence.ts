import type { DeclaredInput } from './graphInputs';
import type { NumberArray } from './readNpy';

/** Inputs whose first axis is a batch whatever their file calls it. */
const batched = /^((decoder_)?input_ids|inputs_embeds|pixel_values|input_features)$/;

/**
 * Takes one sequence of a batch: of every input with the batch as its first axis that part alone.
 * @param arrays what was given, by the inputs' names: [batch, …], row-major.
 * @param chosen which one, counted from 1; absent: the first.
 * @returns the arrays, and how many sequences there were.
 * @throws Error with one sentence, where there is no such sequence.
 */
export function oneSequence(
  inputs: readonly DeclaredInput[],
  arrays: ReadonlyMap<string, NumberArray>,
  chosen?: unknown,
): { arrays: Map<string, NumberArray>; count: number } {
  const freeAxis = ({ name, shape }: DeclaredInput) =>
    shape.length > 1 && !(typeof shape[0] === 'number' && shape[0] >= 0) ? arrays.get(name)?.shape[0] : undefined;
  const count = Math.max(
    1,
    ...inputs
      .filter(({ name, shape }) => batched.test(name) || /batch/i.test(String(shape[0])))
      .map(input => freeAxis(input) ?? 1),
  );
  const sequence = chosen === undefined ? 1 : Number(chosen);
  // Of a single sequence the graph may compute several parts, which only a run tells.
  if (!Number.isInteger(sequence) || sequence < 1 || (count > 1 && sequence > count)) {
    throw new Error(
      `“sequence” is ${JSON.stringify(chosen)}, and ${count === 1 ? 'the inputs hold one; leave it out' : `the inputs hold ${count}; give a number from 1 to ${count}`}.`,
    );
  }
  const one = new Map(arrays);
  for (const input of inputs) {
    const array = arrays.get(input.name);
    if (!array || count === 1 || freeAxis(input) !== count) continue;
    const size = array.data.length / count;
    one.set(input.name, {
      shape: [1, ...array.shape.slice(1)],
      data: Array.from({ length: size }, (_, i) => array.data[(sequence - 1) * size + i]),
    });
  }
  return { arrays: one, count };
}
