import {
  type HeadMechanisms,
  mechanismsInPieces,
  type MechanismWish,
} from '../../core/attention/mechanisms/compareMechanisms';
import type { HeadInputs } from '../../core/attention/mechanisms/mechanism';
import { inPieces } from '../../core/pieces/inPieces';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { HeadAddress } from '../../core/run/explanation';
import { InferenceFault } from '../models/inferenceFault';
import { layerShape, type RunAttention, type UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';
import { type HeadOperands, headOperands, productsOf, rowFrom } from './headOperands';
import { scaleOf } from './scaleOf';

/** What the head's attention is computed anew from, and its own probabilities. */
interface Prepared {
  readonly inputs: HeadInputs;
  /** [query][key], row-major. */
  readonly own: Float32Array;
}

/** What is to be known of a run. */
type HeadsOfRun = Pick<KnownRun, 'ids' | 'outputIds'> & { readonly attention: Pick<RunAttention, 'layers'> };

/** Of each run the head that was asked for last: parameters and temperature change more often than the head. */
const last = new WeakMap<HeadsOfRun, { readonly key: string; readonly prepared: Promise<Prepared> }>();

/** A head with more weights is read again for each question: it would take too much memory to be held. */
const mostHeld = 2 ** 22;

/** So many rows are looked at for whether a common factor makes the scores of the products. */
const sampled = 48;

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
      prepared(await headOperands(open, known.ids, known.outputIds, address), causal || address.kind === 'decoder'),
    );
  const promise = held?.key === key ? held.prepared.catch(prepare) : prepare();
  if (queries * keys <= mostHeld) last.set(known, { key, prepared: promise });
  const { inputs, own } = await promise;
  return inPieces(mechanismsInPieces({ ...inputs, temperature }, own, wish), use);
}

/** What a mechanism gets of a head: its vectors, what hides keys beside causality, the scale, and what is added to scores. */
function prepared(operands: HeadOperands, causal: boolean): Prepared {
  const { queries, keys, values, scores, weights } = operands;
  let hidden: Uint8Array | undefined;
  scores.data.forEach((score, i) => {
    if (score !== -Infinity || (causal && i % keys.rows > Math.floor(i / keys.rows))) return;
    hidden ??= new Uint8Array(scores.data.length);
    hidden[i] = 1;
  });
  const inputs = { queries, keys, values, causal, hidden };
  const rows = Array.from(
    { length: Math.min(sampled, queries.rows) },
    (_, i) => Math.floor(((i + 1) * queries.rows) / Math.min(sampled, queries.rows)) - 1,
  );
  const joined = (rowOf: (query: number) => Float32Array) => {
    const data = new Float32Array(rows.length * keys.rows);
    rows.forEach((query, i) => data.set(rowOf(query), i * keys.rows));
    return data;
  };
  const { scale, bias } = scaleOf(
    joined(query => productsOf(operands, query)),
    joined(query => rowFrom(scores, query)),
    keys.columns,
  );
  if (!bias) return { inputs: { ...inputs, scale }, own: weights.data };
  const added = new Float32Array(scores.data.length);
  for (let query = 0; query < queries.rows; query++) {
    productsOf(operands, query).forEach((product, k) => {
      const score = scores.data[query * keys.rows + k];
      if (score !== -Infinity) added[query * keys.rows + k] = score - scale * product;
    });
  }
  return { inputs: { ...inputs, scale, bias: added }, own: weights.data };
}
