import type { HeadTensors, StepTensor } from '../../core/export/headTensors';
import type { HeadAddress } from '../../core/run/explanation';
import type { OpenModel } from '../models/openModel';
import { headOperands, type HeadNumbers, outputOf, productsOf } from './headOperands';
import { headWrite } from './headWrite';
import { scaleOf } from './scaleOf';

/**
 * All that goes into one head's attention and comes of it, for all queries, in the model's own numbers.
 * @throws {InferenceFault} where the graph of this model does not hold queries and keys of their own.
 */
export async function headTensors(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  address: HeadAddress,
): Promise<HeadTensors> {
  const operands = await headOperands(open, ids, outputIds, address);
  const { queries, keys, values, weights, scores } = operands;
  const all = (columns: number, rowOf: (query: number) => Float32Array): HeadNumbers => {
    const data = new Float32Array(queries.rows * columns);
    for (let query = 0; query < queries.rows; query++) data.set(rowOf(query), query * columns);
    return { rows: queries.rows, columns, data };
  };
  const products = all(keys.rows, query => productsOf(operands, query));
  const { scale, bias } = scaleOf(products.data, scores.data, keys.columns);
  const added = scores.data.map((score, i) => (score === -Infinity ? score : (bias?.[i] ?? 0)));
  const write = await headWrite(open, ids, outputIds, address, operands.recorder);
  const tensor = (name: StepTensor['name'], numbers: HeadNumbers, rest: Partial<StepTensor> = {}): StepTensor => ({
    name,
    shape: [numbers.rows, numbers.columns],
    data: numbers.data,
    rows: 'queries',
    ...rest,
  });
  return {
    address: { kind: address.kind, layer: address.layer, head: address.head },
    scale,
    tensors: [
      tensor('q', queries),
      tensor('k', keys, { rows: 'keys' }),
      tensor('v', values, { rows: 'keys' }),
      tensor('bias', { ...scores, data: added }, { columns: 'keys' }),
      tensor('scores', scores, { columns: 'keys' }),
      tensor('weights', weights, { columns: 'keys' }),
      tensor(
        'output',
        all(values.columns, query => outputOf(operands, query)),
      ),
      ...(write ? [tensor('write', write.head)] : []),
    ],
  };
}
