import type { HeadInputs, RowOf } from './mechanism';
import { isHidden } from './softmaxRows';

/** Features of vectors, one row each, none below 0. */
export interface Features {
  /** [row][feature], row-major. */
  readonly data: Float64Array;
  readonly count: number;
}

/** Rows of a kernel: φ(q)·φ(k) as a part of its sum over the keys that are seen, which linear attention never writes down. */
export function featureRows(inputs: HeadInputs, asked: Features, answered: Features): RowOf {
  const { count } = asked;
  return (query, _products, row) => {
    let sum = 0;
    for (let key = 0; key < row.length; key++) {
      let weight = 0;
      if (!isHidden(inputs, query, key)) {
        for (let i = 0; i < count; i++) weight += asked.data[query * count + i] * answered.data[key * count + i];
      }
      sum += row[key] = weight;
    }
    if (sum > 0) for (let key = 0; key < row.length; key++) row[key] /= sum;
  };
}

/** What sums over keys cost in place of scores: φ(k)vᵀ is added for each key and φ(q) multiplied with it; the state is features × d. */
export function costOfState(n: number, d: number, features: number) {
  return { multiplyAdds: 2 * n * features * d, bytes: 4 * features * d };
}
