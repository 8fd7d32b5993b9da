import { combineInto } from '../../core/attention/combineInto';
import { withoutFirstKey } from '../../core/attention/withoutFirstKey';
import type { HeadReading } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { readHead } from './readings';
import type { HeadWeights, UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';
import type { LayerNorms } from './valueNorms';

/** Of each run the matrix that was computed last, not taken as it is: parts of it are asked for one after the other. */
const last = new WeakMap<KnownRun, { readonly key: string; readonly matrix: Promise<HeadWeights> }>();

/**
 * A head's matrix in the reading asked for, or of several heads the mean or the largest of their weights, cell by cell;
 * without the first token where that is asked for, which is taken from several heads in one.
 * @param norms What each key adds, for the reading `value`.
 * @throws {InferenceFault} where the run has no such head, it cannot be read so, or the heads differ in shape.
 */
export async function computedHead(
  known: KnownRun,
  asked: HeadReading,
  use: UseModel,
  norms: () => Promise<ReadonlyMap<number, LayerNorms>>,
): Promise<HeadWeights> {
  const { reading = 'raw', withoutFirst = false, combined, ...address } = asked;
  const read = async (head: typeof address) =>
    readHead(known, head, reading, use, reading === 'value' ? await norms() : undefined, withoutFirst);
  if (!combined && reading === 'raw' && !withoutFirst) return read(address);
  const key = JSON.stringify([reading, withoutFirst, combined ?? address]);
  const held = last.get(known);
  if (held?.key === key) {
    try {
      return await held.matrix;
    } catch {
      // Who asked for it gave up.
      await use(() => Promise.resolve());
    }
  }
  const whole = combined ? combine(combined, read) : read(address);
  // A rollout has gone without it from the first layer on.
  const matrix =
    withoutFirst && reading !== 'rollout'
      ? whole.then(({ data, ...shape }) => ({
          ...shape,
          data: withoutFirstKey(data, shape.keys, combined?.how !== 'maximum'),
        }))
      : whole;
  last.set(known, { key, matrix });
  return matrix;
}

async function combine(
  { heads, how }: NonNullable<HeadReading['combined']>,
  read: (head: HeadReading) => Promise<HeadWeights>,
): Promise<HeadWeights> {
  let result: HeadWeights | undefined;
  for (const head of heads) {
    const matrix = await read(head);
    result ??= { ...matrix, data: new Float32Array(matrix.data.length) };
    if (matrix.queries !== result.queries || matrix.keys !== result.keys) {
      throw new InferenceFault(
        InferenceErrorCode.run,
        'The selected heads look at texts of different lengths, so they cannot be combined; select heads of one layer.',
      );
    }
    combineInto(result.data, matrix.data, how, heads.length);
  }
  if (!result) throw new InferenceFault(InferenceErrorCode.run, 'There is no head to combine; select some.');
  return result;
}
