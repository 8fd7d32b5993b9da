import type { Effect } from '../../core/run/explanation';
import { type OutputMeaning, sigmoid } from '../../core/models/outputMeaning';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { givesSomeLogits, type Logits } from '../models/recorder';
import { likeliestTokens } from '../text/likeliestTokens';

/** How many candidates of each side are told. */
const likeliest = 5;

/**
 * What a model says at a position after a change, beside what it said before.
 * @param row where the position's logits stand ({@link rowFor}).
 * @throws {InferenceFault} where the model has no logits.
 */
export function compareSaid(
  open: OpenModel,
  ids: readonly number[],
  logitsBefore: Logits | undefined,
  logitsAfter: Logits | undefined,
  row: number,
  { token }: { token?: number } = {},
): Effect {
  const { before, after } = saidBy(open, logitsBefore, logitsAfter);
  const classifies = open.info.task === 'text-classification';
  const { outputs } = open.info;
  const [p, q] = [probabilitiesOf(before, row, outputs), probabilitiesOf(after, row, outputs)];
  const likely = new Set(
    [before, after].flatMap(({ data, columns }) =>
      likeliestTokens(data, row, columns, classifies ? columns : likeliest, outputs).map(({ id }) => id),
    ),
  );
  const told = (id: number) => ({ id, text: open.predictionText(id, ids), before: p[id], after: q[id] });
  return {
    candidates: [...likely].map(told),
    token: token === undefined || token >= p.length ? undefined : told(token),
    divergence: divergenceOf(p, q, outputs),
    ...(outputs === 'scores' && { scores: true }),
  };
}

/** @throws {InferenceFault} where the model has no logits. */
export function saidBy(open: OpenModel, before: Logits | undefined, after: Logits | undefined) {
  if (before && after) return { before, after };
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${open.info.id} says nothing that could change: it has no logits.`,
  );
}

/**
 * Some positions of what was read.
 * @throws {InferenceFault} where there is no such position.
 */
export function placesIn(read: readonly number[], positions: readonly number[]): readonly number[] {
  const missing = positions.find(position => !(position < read.length));
  if (missing === undefined) return positions;
  throw new InferenceFault(InferenceErrorCode.run, `There is no position ${missing} in this run.`);
}

/** Where a position's logits stand: a classifier has one row for all. @param positions those that were asked for. */
export function rowFor(open: OpenModel, position: number, positions: readonly number[]): number {
  if (open.info.task === 'text-classification') return 0;
  return givesSomeLogits(open) ? positions.indexOf(position) : position;
}

/**
 * D(before‖after), in bits; of labels the sum of each one's. Of plain scores how much the one falls, of several the mean of
 * their distances.
 */
export function divergenceOf(
  before: Float64Array,
  after: Float64Array,
  meaning: OutputMeaning = 'distribution',
): number {
  if (meaning === 'scores') {
    if (before.length === 1) return before[0] - after[0];
    return before.reduce((sum, score, id) => sum + Math.abs(score - after[id]), 0) / before.length;
  }
  if (meaning === 'labels') {
    const both = (p: number) => Float64Array.of(p, 1 - p);
    return before.reduce((sum, p, id) => sum + divergenceOf(both(p), both(after[id])), 0);
  }
  return before.reduce(
    (sum, probability, id) =>
      probability > 0 ? sum + probability * Math.log2(probability / Math.max(after[id], 1e-45)) : sum,
    0,
  );
}

/** The probabilities of one row of logits, or the plain scores that they are. */
export function probabilitiesOf(
  { data, columns }: Logits,
  row: number,
  meaning: OutputMeaning = 'distribution',
): Float64Array {
  const logits = new Float64Array(data.subarray(row * columns, (row + 1) * columns));
  if (meaning === 'scores') return logits;
  if (meaning === 'labels') return logits.map(sigmoid);
  let maximum = -Infinity;
  for (const logit of logits) maximum = Math.max(maximum, logit);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += logits[i] = Math.exp(logits[i] - maximum);
  for (let i = 0; i < logits.length; i++) logits[i] /= sum;
  return logits;
}
