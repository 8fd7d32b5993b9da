import type { AttentionStep } from '../../core/attention/joinSteps';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { HeadAddress } from '../../core/run/explanation';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { lastLogits, type Recorder } from '../models/recorder';
import { runOnce } from '../runs/runModel';

/** Some numbers of one head: [row][column], row-major. */
export interface HeadNumbers {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** What one head's attention is made from, for all queries. */
export interface HeadOperands {
  readonly queries: HeadNumbers;
  readonly keys: HeadNumbers;
  readonly values: HeadNumbers;
  readonly weights: HeadNumbers;
  /** [query][key]: what goes into the softmax; −∞ where the mask hides the key. */
  readonly scores: HeadNumbers;
  /** The run that they were read from. */
  readonly recorder: Recorder;
}

/** A score below this hides its key: models add −1e4 and more, or −∞, where they mask. */
const hidden = -5e3;

/**
 * Queries, keys, values, scores and weights of one head, in the model's own numbers.
 * @throws {InferenceFault} where the graph of this model does not hold queries and keys of their own.
 */
export async function headOperands(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  address: HeadAddress,
): Promise<HeadOperands> {
  const { kind, layer, head } = address;
  const recorder = await runOnce(open, ids, outputIds, {
    wants: (k, l, what) => k === kind && l === layer && what !== 'pooled',
    heads: () => [head],
    logitsAt: lastLogits,
  });
  return operandsFrom(recorder, address, open.info.id);
}

/**
 * The same of a run in which they were recorded.
 * @param id the model's.
 * @param place where the head stands among those whose probabilities and scores were recorded: all, unless said otherwise.
 * @throws {InferenceFault} as {@link headOperands} does.
 */
export function operandsFrom(
  recorder: Recorder,
  { kind, layer, head }: HeadAddress,
  id: string,
  place = head,
): HeadOperands {
  const of = (what: Parameters<Recorder['tensor']>[2]) =>
    headOf(recorder.tensor(kind, layer, what), what === 'probabilities' || what === 'scores' ? place : head);
  const [queries, keys, values, weights, scores] = [
    of('query'),
    of('key'),
    of('value'),
    of('probabilities'),
    of('scores'),
  ];
  if (
    !queries ||
    !keys ||
    !values ||
    !weights ||
    keys.columns !== queries.columns ||
    keys.rows !== weights.columns ||
    queries.rows !== weights.rows
  ) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `The queries and keys of this layer cannot be told apart in ${id}’s graph, so its steps cannot be shown; the matrix holds its probabilities.`,
    );
  }
  const seen = weights.data.map((weight, i) => {
    const [query, key] = [Math.floor(i / weights.columns), i % weights.columns];
    const score = scores ? scores.data[i] : Math.log(weight);
    return score < hidden || (weight === 0 && key > query) ? -Infinity : score;
  });
  return { queries, keys, values, weights, scores: { ...weights, data: seen }, recorder };
}

/** A row of some numbers. */
export function rowFrom({ columns, data }: HeadNumbers, row: number): Float32Array {
  return data.slice(row * columns, (row + 1) * columns);
}

/** A head of a tensor that holds all heads, or only the one that was asked for. */
export function headOf(tensor: AttentionStep | undefined, head: number): HeadNumbers | undefined {
  const place = tensor?.heads === 1 ? 0 : head;
  if (!tensor || place >= tensor.heads) return undefined;
  const size = tensor.queries * tensor.keys;
  return { rows: tensor.queries, columns: tensor.keys, data: tensor.data.slice(place * size, (place + 1) * size) };
}

/** q·k of a query with each key. */
export function productsOf({ queries, keys }: HeadOperands, query: number): Float32Array {
  const size = keys.columns;
  return Float32Array.from({ length: keys.rows }, (_, key) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += queries.data[query * size + i] * keys.data[key * size + i];
    return sum;
  });
}

/** The weights of a query times the values, summed. */
export function outputOf({ weights, values }: HeadOperands, query: number): Float32Array {
  const output = new Float32Array(values.columns);
  for (let key = 0; key < values.rows; key++) {
    const weight = weights.data[query * weights.columns + key];
    for (let i = 0; i < output.length; i++) output[i] += weight * values.data[key * values.columns + i];
  }
  return output;
}
