import { reasonOf } from '../../core/text/reasonOf';
import type { NumberArray } from '../../core/graph/readNpy';

/**
 * Why the runtime failed on inputs, in one sentence: where a number has no row in the table in which it is looked up, which
 * number of which input that is; else what the runtime says.
 */
export function runFailure(id: string, error: unknown, arrays: ReadonlyMap<string, NumberArray>): string {
  const message = error instanceof Error ? error.message.split('\n', 1)[0] : '';
  const [, number, least, most] =
    /idx=(-?\d+) must be within the inclusive range \[(-?\d+),(-?\d+)\]/.exec(message) ?? [];
  if (number === undefined) return `${id} failed on these inputs: ${reasonOf(error)}.`;
  const [input] =
    [...arrays].find(([, { data }]) => Array.from(data).some(value => String(Number(value)) === number)) ?? [];
  const rows = Number(most) + 1;
  return input === undefined
    ? `${id} looks ${number} up in a table of ${rows.toLocaleString('en')} rows; the inputs are longer than it reads, or hold numbers that it does not know (it knows ${Math.max(0, Number(least))} to ${most}).`
    : `“${input}” holds ${number}, and ${id} knows ${Math.max(0, Number(least))} to ${most}; give it numbers of its own vocabulary.`;
}
