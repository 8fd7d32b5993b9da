import type { AttentionSteps, HeadAddress, ResidualSizes } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AttentionStep } from '../../core/attention/joinSteps';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import type { Recorder } from '../models/recorder';
import { runOnce } from '../runs/runModel';

/** A score below this hides its key: models add −1e4 and more, or −∞, where they mask. */
const hidden = -5e3;

/**
 * How one row of one head comes about, in the model's own numbers.
 * @throws {InferenceFault} where the graph of this model does not hold queries and keys of their own.
 */
export async function attentionSteps(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  { kind, layer, head }: HeadAddress,
  query: number,
): Promise<AttentionSteps> {
  const recorder = await runOnce(open, ids, outputIds, {
    wants: (k, l, what) => k === kind && l === layer && what !== 'pooled',
    heads: () => [head],
  });
  const row = (what: 'query' | 'scores' | 'probabilities') => rowOf(recorder.tensor(kind, layer, what), head, query);
  const all = (what: 'key' | 'value') => headOf(recorder.tensor(kind, layer, what), head);
  const [q, k, v, s, weights] = [row('query'), all('key'), all('value'), row('scores'), row('probabilities')];
  if (!q || !k || !v || !weights || k.columns !== q.length || k.rows !== weights.length) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `The queries and keys of this layer cannot be told apart in ${open.info.id}’s graph, so its steps cannot be shown; the matrix holds its probabilities.`,
    );
  }
  const products = Float32Array.from({ length: k.rows }, (_, key) => dot(q, k.data, key * k.columns));
  const scores = Float32Array.from({ length: k.rows }, (_, key) => {
    const score = s ? s[key] : Math.log(weights[key]);
    return score < hidden || (weights[key] === 0 && key > query) ? -Infinity : score;
  });
  const { scale, bias } = scaleOf(products, scores, k.columns);
  const output = new Float32Array(v.columns);
  for (let key = 0; key < v.rows; key++) {
    for (let i = 0; i < v.columns; i++) output[i] += weights[key] * v.data[key * v.columns + i];
  }
  const residual = await residualSizes(open, ids, outputIds, { kind, layer, head }, query, recorder);
  return {
    headSize: k.columns,
    valueSize: v.columns,
    query: q,
    keys: k.data,
    values: v.data,
    products,
    scale,
    bias,
    scores,
    weights,
    output,
    residual,
  };
}

/**
 * What the head's output comes to in the residual stream. The projection of all heads is linear, so what one head gives is
 * what is missing where it is off; earlier layers, and with them the stream, stay as they are.
 */
async function residualSizes(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  { kind, layer, head }: HeadAddress,
  query: number,
  recorder: Recorder,
): Promise<ResidualSizes | undefined> {
  const of = (run: Recorder, what: 'write' | 'stream') => rowOf(run.tensor(kind, layer, what), 0, query);
  const [write, stream] = [of(recorder, 'write'), of(recorder, 'stream')];
  // Where tokens stand in windows, a query's place in the stream is another one.
  const places = recorder.tensor(kind, layer, 'write')?.queries;
  if (!write || !stream || places !== recorder.tensor(kind, layer, 'probabilities')?.queries) return undefined;
  const off = await runOnce(open, ids, outputIds, {
    wants: (k, l, what) => k === kind && l === layer && what === 'write',
    off: (k, l) => [k === kind && l === layer ? [head] : []],
  });
  const without = of(off, 'write');
  return (
    without && { head: norm(write.map((value, i) => value - without[i])), layer: norm(write), stream: norm(stream) }
  );
}

function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

/** What the products are multiplied with, and what is added then, so that they give the scores. */
function scaleOf(
  products: Float32Array,
  scores: Float32Array,
  headSize: number,
): { scale: number; bias?: Float32Array } {
  const seen = [...scores.keys()].filter(key => Number.isFinite(scores[key]));
  const bias = (scale: number) =>
    Float32Array.from(products, (product, key) => (Number.isFinite(scores[key]) ? scores[key] - scale * product : 0));
  const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tolerance = 1e-3 * Math.max(1, ...seen.map(key => Math.abs(scores[key])));
  const candidates = [1 / Math.sqrt(headSize), 1];
  const exact = candidates.find(scale => largest(bias(scale)) <= tolerance);
  if (exact !== undefined) return { scale: exact };
  // Some models scale otherwise (Gemma by a number of its own): the best common factor, where one explains all.
  const fitted =
    seen.reduce((sum, key) => sum + products[key] * scores[key], 0) /
    (seen.reduce((sum, key) => sum + products[key] ** 2, 0) || 1);
  if (seen.length > 2 && largest(bias(fitted)) <= tolerance) return { scale: fitted };
  const [scale] = candidates.sort((a, b) => largest(bias(a)) - largest(bias(b)));
  return { scale, bias: bias(scale) };
}

/** A head of a tensor that holds all heads, or only the one that was asked for. */
function headOf(
  tensor: AttentionStep | undefined,
  head: number,
): { rows: number; columns: number; data: Float32Array } | undefined {
  const place = tensor?.heads === 1 ? 0 : head;
  if (!tensor || place >= tensor.heads) return undefined;
  const size = tensor.queries * tensor.keys;
  return { rows: tensor.queries, columns: tensor.keys, data: tensor.data.slice(place * size, (place + 1) * size) };
}

function rowOf(tensor: AttentionStep | undefined, head: number, row: number): Float32Array | undefined {
  const matrix = headOf(tensor, head);
  return matrix && row < matrix.rows ? matrix.data.slice(row * matrix.columns, (row + 1) * matrix.columns) : undefined;
}

function dot(query: Float32Array, keys: Float32Array, from: number): number {
  let sum = 0;
  for (let i = 0; i < query.length; i++) sum += query[i] * keys[from + i];
  return sum;
}
