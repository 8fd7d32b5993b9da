import type { NumberArray } from '../../core/graph/readNpy';

/** The integer input that holds something at each of so many positions, its name and numbers; undefined where none has that length. */
export function idsInput(
  arrays: ReadonlyMap<string, NumberArray>,
  length: number,
): { readonly name: string; readonly ids: readonly number[] } | undefined {
  const candidates = [...arrays].filter(
    ([name, { shape, data }]) =>
      shape.at(-1) === length &&
      data.length === length &&
      !/mask|position|type/i.test(name) &&
      Array.from(data).every(value => Number.isInteger(Number(value))),
  );
  const [name, array] = candidates.find(([name]) => /id|token|item/i.test(name)) ?? candidates[0] ?? [];
  return name === undefined || !array ? undefined : { name, ids: Array.from(array.data, Number) };
}
