import type { AttentionSteps, HeadAddress } from '../../core/run/explanation';
import type { OpenModel } from '../models/openModel';
import { headOperands, outputOf, productsOf, rowFrom } from './headOperands';
import { headWrite } from './headWrite';
import { scaleOf } from './scaleOf';

/**
 * How one row of one head comes about, in the model's own numbers.
 * @throws {InferenceFault} where the graph of this model does not hold queries and keys of their own.
 */
export async function attentionSteps(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  address: HeadAddress,
  query: number,
): Promise<AttentionSteps> {
  const operands = await headOperands(open, ids, outputIds, address);
  const { queries, keys, values, weights } = operands;
  const products = productsOf(operands, query);
  const scores = rowFrom(operands.scores, query);
  const write = await headWrite(open, ids, outputIds, address, operands.recorder);
  return {
    headSize: keys.columns,
    valueSize: values.columns,
    query: rowFrom(queries, query),
    keys: keys.data,
    values: values.data,
    products,
    ...scaleOf(products, scores, keys.columns),
    scores,
    weights: rowFrom(weights, query),
    output: outputOf(operands, query),
    residual: write && {
      head: norm(rowFrom(write.head, query)),
      layer: norm(rowFrom(write.layer, query)),
      stream: norm(rowFrom(write.stream, query)),
    },
  };
}

function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
