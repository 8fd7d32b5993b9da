import type { HeadMechanisms } from '../attention/mechanisms/compareMechanisms';
import { mechanisms } from '../attention/mechanisms/mechanisms';
import type { HeadAddress } from '../run/explanation';
import { csv } from '../tables/csv';

/** One head by many mechanisms, and what it is of. */
export interface MechanismsNumbers {
  readonly model: string;
  readonly text: string;
  readonly head: HeadAddress;
  readonly query: number;
  readonly temperature: number;
  /** What the keys' tokens read. */
  readonly keyTokens: readonly string[];
  readonly answer: HeadMechanisms;
}

/** As CSV (RFC 4180): a row a mechanism, with its distances from the head's own, of the chosen query's row and as the mean over rows, and its cost at this length. */
export function mechanismsCsv({ answer }: MechanismsNumbers): string {
  const header =
    'mechanism,parameters,bits,bits_mean,change,change_mean,entropy,entropy_mean,largest_difference,multiply_adds,bytes,bytes_of,grows,ranked';
  return csv([header.split(','), ...answer.mechanisms.map(one => lineOf(answer, one))]);
}

function lineOf(
  { queries, keys, headSize, causal }: HeadMechanisms,
  { id, values, ofRow, mean, largest }: HeadMechanisms['mechanisms'][number],
): (string | number)[] {
  const mechanism = mechanisms.find(one => one.id === id);
  const cost = mechanism?.cost(Math.max(queries, keys), headSize, values, causal);
  const set = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return [
    id,
    set.join('; '),
    ofRow.bits,
    mean.bits,
    ofRow.change,
    mean.change,
    ofRow.entropy,
    mean.entropy,
    largest,
    cost?.multiplyAdds ?? '',
    cost?.bytes ?? '',
    mechanism?.bytesOf ?? '',
    mechanism?.grows ?? '',
    mechanism?.unranked ? 'no' : 'yes',
  ];
}

/** The same as JSON, with the rows and the matrices (of a long text pooled by their maxima), formulas and sources. */
export function mechanismsJson({
  model,
  text,
  head,
  query,
  temperature,
  keyTokens,
  answer,
}: MechanismsNumbers): string {
  const { mechanisms: computed, ...about } = answer;
  const each = computed.map(({ id, values, ofRow, mean, largest, row, matrix }) => {
    const mechanism = mechanisms.find(one => one.id === id);
    return {
      mechanism: id,
      parameters: values,
      formula: mechanism?.formula,
      source: mechanism?.source,
      ranked: !mechanism?.unranked,
      cost: mechanism?.cost(Math.max(about.queries, about.keys), about.headSize, values, about.causal),
      ofRow,
      mean,
      largestDifference: largest,
      row: digits(row),
      matrix: { rows: matrix.rows, columns: matrix.columns, data: digits(matrix.data) },
    };
  });
  return `${JSON.stringify({ model, text, head, query, temperature, keyTokens, ...about, mechanisms: each })}\n`;
}

/** As many digits as a float32 has. */
function digits(numbers: Float32Array): number[] {
  return Array.from(numbers, number => Number(number.toPrecision(8)));
}
