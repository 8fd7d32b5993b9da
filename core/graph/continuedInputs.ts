/**
 * A file of inputs with one input longer, its numbers in the place of those that it gave; the labels of the positions grow
 * with it. What the others imply by their length must have been left out.
 * @param json the file, as `parseInputs` takes it.
 * @param name the input of ids, [1, positions].
 * @param ids all its numbers, those that it gave and those behind them.
 * @param labels what all positions are called, where the file says it.
 */
export function continuedInputs(
  json: string,
  name: string,
  ids: readonly number[],
  labels?: readonly string[],
): string {
  const file = JSON.parse(json) as Record<string, unknown>;
  // What is written on is the one sequence that was shown.
  const named = { ...file, sequence: undefined, labels };
  return JSON.stringify(
    typeof file.inputs === 'object' && file.inputs !== null
      ? { ...named, inputs: { ...file.inputs, [name]: [ids] } }
      : { ...named, [name]: [ids] },
  );
}
