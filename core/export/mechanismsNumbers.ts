import type { HeadMechanisms } from '../attention/mechanisms/compareMechanisms';
import { mechanisms } from '../attention/mechanisms/mechanisms';
import { headName } from '../attention/headName';
import type { HeadAddress } from '../run/explanation';
import type { PutBack, PutBackWish } from '../run/putBack';
import { csv } from '../tables/csv';

/** What became of what the model says once heads were computed by a mechanism. */
export interface PutBackResult {
  readonly wish: PutBackWish;
  /** The mechanism as it was set: "sliding window 8". */
  readonly name: string;
  readonly answer: PutBack;
}

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
  readonly putBack: readonly PutBackResult[];
}

const ofHead =
  'mechanism,parameters,bits,bits_mean,change,change_mean,entropy,entropy_mean,largest_difference,multiply_adds,bytes,bytes_of,grows,ranked'.split(
    ',',
  );
const ofModel =
  'put_back_heads,put_back_temperature,divergence,divergence_mean,positions,perplexity_before,perplexity_after'.split(
    ',',
  );

/**
 * As CSV (RFC 4180): a row a mechanism, with its distances from the head's own, of the chosen query's row and as the mean over
 * rows, and its cost at this length; below them a row for each that was put back, with what that does to the model.
 */
export function mechanismsCsv({ answer, putBack }: MechanismsNumbers): string {
  const none = (columns: readonly string[]) => columns.map(() => '');
  return csv([
    [...ofHead, ...ofModel],
    ...answer.mechanisms.map(one => [...lineOf(answer, one), ...none(ofModel)]),
    ...putBack.map(({ wish, answer: { effect, divergence, positions, perplexity } }) => [
      wish.mechanism,
      parametersOf(wish.parameters ?? {}),
      ...none(ofHead.slice(2)),
      putBackWhere(wish),
      wish.temperature ?? 1,
      effect.divergence,
      divergence,
      positions,
      perplexity?.before ?? '',
      perplexity?.after ?? '',
    ]),
  ]);
}

/** What a result says, in a line: "sliding window 8 in all heads: mean KL 0.942 bits, perplexity 381.5 → 400.1". */
export function putBackWords({ wish, name, answer: { divergence, perplexity } }: PutBackResult): string {
  const where = wish.scope === 'all' ? 'all heads' : putBackWhere(wish);
  const after = perplexity ? `, perplexity ${perplexity.before.toFixed(1)} → ${perplexity.after.toFixed(1)}` : '';
  return `${name} in ${where}: mean KL ${divergence.toFixed(3)} bits${after}`;
}

/** Which heads were put back: "Head 2.1", "layer 2", "all". */
function putBackWhere({ scope, address }: PutBackWish): string {
  if (scope === 'all') return 'all';
  return scope === 'layer' ? `layer ${address.layer}` : headName(address);
}

function parametersOf(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

function lineOf(
  { queries, keys, headSize, causal }: HeadMechanisms,
  { id, values, ofRow, mean, largest }: HeadMechanisms['mechanisms'][number],
): (string | number)[] {
  const mechanism = mechanisms.find(one => one.id === id);
  const cost = mechanism?.cost(Math.max(queries, keys), headSize, values, causal);
  return [
    id,
    parametersOf(values),
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
  putBack,
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
  return `${JSON.stringify({ model, text, head, query, temperature, keyTokens, ...about, mechanisms: each, putBack })}\n`;
}

/** As many digits as a float32 has. */
function digits(numbers: Float32Array): number[] {
  return Array.from(numbers, number => Number(number.toPrecision(8)));
}
