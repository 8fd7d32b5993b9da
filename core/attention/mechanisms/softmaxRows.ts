import type { HeadInputs, RowOf } from './mechanism';

/** Whether the mask, or causality, hides a key from a query. */
export function isHidden({ causal, hidden, keys }: HeadInputs, query: number, key: number): boolean {
  return (causal && key > query) || hidden?.[query * keys.rows + key] === 1;
}

/** The score of a query and a key that a softmax takes; `product` is their q·k. */
export type ScoreOf = (query: number, key: number, product: number) => number;

/** The model's own score: the scaled product, and what the model adds to it. */
export function ownScore({ scale, bias, keys }: HeadInputs): ScoreOf {
  return (query, key, product) => scale * product + (bias?.[query * keys.rows + key] ?? 0);
}

/**
 * Rows of a softmax over the keys that are seen, of scores divided by the temperature.
 * @param score the model's own unless another is given.
 * @param sees which of the keys that the head sees a query sees; all where absent.
 */
export function softmaxRows(
  inputs: HeadInputs,
  score: ScoreOf = ownScore(inputs),
  sees: (query: number, key: number) => boolean = () => true,
): RowOf {
  const { temperature = 1 } = inputs;
  return (query, products, row) => {
    let most = -Infinity;
    for (let key = 0; key < row.length; key++) {
      const seen = !isHidden(inputs, query, key) && sees(query, key);
      row[key] = seen ? score(query, key, products[key]) / temperature : -Infinity;
      if (row[key] > most) most = row[key];
    }
    softmaxOf(row, most);
  };
}

/** Makes scores, of which `most` is the largest, probabilities; of none that is seen, zeros. */
export function softmaxOf(row: Float64Array, most: number): void {
  if (most === -Infinity) {
    row.fill(0);
    return;
  }
  let sum = 0;
  for (let key = 0; key < row.length; key++) sum += row[key] = Math.exp(row[key] - most);
  for (let key = 0; key < row.length; key++) row[key] /= sum;
}

/** The place among the keys that is a query's own; of two sequences, as far along in the other one. */
export function ownPlace({ queries, keys }: HeadInputs, query: number): number {
  return queries.rows === keys.rows ? query : Math.floor((query * keys.rows) / queries.rows);
}
