import type { Pieces } from '../../pieces/inPieces';
import { type HeadInputs, type Mechanism, type ParameterValues, withinLimits } from './mechanism';

/** q·k of one query with each key: [keys]. */
export function productsInto(products: Float64Array, { queries, keys }: HeadInputs, query: number): void {
  const d = keys.columns;
  for (let key = 0; key < keys.rows; key++) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += queries.data[query * d + i] * keys.data[key * d + i];
    products[key] = sum;
  }
}

/** One query's weights times the values, summed: [value size]. */
export function resultInto(result: Float64Array, row: Float64Array, { values }: HeadInputs): void {
  result.fill(0);
  for (let key = 0; key < row.length; key++) {
    const weight = row[key];
    if (weight === 0) continue;
    for (let i = 0; i < result.length; i++) result[i] += weight * values.data[key * values.columns + i];
  }
}

/** A head as a mechanism computes it. */
export interface HeadRows {
  /** [query][key], row-major: the weights. */
  readonly weights: Float32Array;
  /** [query][value size], row-major: the weights times the values. */
  readonly results: Float32Array;
}

/** All rows of a head by a mechanism, a row at a time. @param asked its parameters; what is not said is as it is to begin with. */
export function* headRowsInPieces(inputs: HeadInputs, mechanism: Mechanism, asked?: ParameterValues): Pieces<HeadRows> {
  const { queries, keys, values } = inputs;
  const rowOf = mechanism.rows(inputs, withinLimits(mechanism, asked));
  yield;
  const weights = new Float32Array(queries.rows * keys.rows);
  const results = new Float32Array(queries.rows * values.columns);
  const [products, row] = [new Float64Array(keys.rows), new Float64Array(keys.rows)];
  const result = new Float64Array(values.columns);
  for (let query = 0; query < queries.rows; query++) {
    productsInto(products, inputs, query);
    rowOf(query, products, row);
    resultInto(result, row, inputs);
    weights.set(row, query * keys.rows);
    results.set(result, query * values.columns);
    yield;
  }
  return { weights, results };
}
