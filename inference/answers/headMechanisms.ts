import {
  type HeadMechanisms,
  mechanismsInPieces,
  type MechanismWish,
} from '../../core/attention/mechanisms/compareMechanisms';
import { inPieces } from '../../core/pieces/inPieces';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { HeadAddress } from '../../core/run/explanation';
import { InferenceFault } from '../models/inferenceFault';
import { layerShape, type RunAttention, type UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';
import { headOperands } from './headOperands';
import { ownHead, type OwnHead } from './ownHead';

/** What is to be known of a run. */
type HeadsOfRun = Pick<KnownRun, 'ids' | 'outputIds'> & { readonly attention: Pick<RunAttention, 'layers'> };

/** Of each run the head that was asked for last: parameters and temperature change more often than the head. */
const last = new WeakMap<HeadsOfRun, { readonly key: string; readonly prepared: Promise<OwnHead> }>();

/** A head with more weights is read again for each question: it would take too much memory to be held. */
const mostHeld = 2 ** 22;

/**
 * One head's attention by other mechanisms than its own, from its own queries, keys and values, held against its own.
 * @param temperature What scores are divided by before a softmax.
 * @throws {InferenceFault} where the graph of this model does not hold queries and keys of their own, or the run has no such head or query.
 */
export async function headMechanisms(
  known: HeadsOfRun,
  address: HeadAddress,
  wish: MechanismWish & { readonly temperature?: number },
  use: UseModel,
): Promise<HeadMechanisms> {
  const { queries, keys, causal } = layerShape(known.attention, address);
  if (!(wish.query >= 0 && wish.query < queries)) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `There is no token ${wish.query} in this run; choose one of ${queries}.`,
    );
  }
  const { temperature = 1 } = wish;
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new InferenceFault(InferenceErrorCode.run, 'A temperature is a number above 0; choose another.');
  }
  const key = JSON.stringify([address.kind, address.layer, address.head]);
  const held = last.get(known);
  const prepare = () =>
    use(async open =>
      ownHead(await headOperands(open, known.ids, known.outputIds, address), causal || address.kind === 'decoder'),
    );
  const promise = held?.key === key ? held.prepared.catch(prepare) : prepare();
  if (queries * keys <= mostHeld) last.set(known, { key, prepared: promise });
  const { inputs, own } = await promise;
  return inPieces(mechanismsInPieces({ ...inputs, temperature }, own, wish), use);
}
