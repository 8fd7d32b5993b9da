import { Tensor, type TypedTensor } from 'onnxruntime-node';
import { cutModel, findUnembedding } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { Prediction } from '../../core/run/explanation';
import { CutSession } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { predictionsOf } from '../runs/predictions';
import type { KnownRun } from '../runs/runStore';

/** Milliseconds for which an unembedding stays open behind the last question, its weights held a second time. */
const heldOpen = 10_000;

interface Held {
  readonly session: Promise<CutSession>;
  timer?: NodeJS.Timeout;
}

const held = new WeakMap<OpenModel, Held>();

/**
 * What a long run says at some positions: its hidden states, which were kept, through the model's own unembedding.
 * @returns as many as there are of the positions, likeliest first.
 * @throws {InferenceFault} where the run has no hidden states.
 */
export async function predictionsAt(
  open: OpenModel,
  { hidden, ids }: Pick<KnownRun, 'hidden' | 'ids'>,
  first: number,
  count: number,
): Promise<Prediction[][]> {
  if (!hidden) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${open.info.id} kept nothing of this run that its predictions could be made of; explain the text again.`,
    );
  }
  const unembedding = held.get(open) ?? { session: openUnembedding(open) };
  held.set(open, unembedding);
  clearTimeout(unembedding.timer);
  try {
    const [logits] = await (await unembedding.session).run([positions(hidden, first, count)]);
    const data = floatNumbers(logits);
    if (!data) throw new Error(`The logits are ${logits.type}.`);
    const columns = logits.dims[logits.dims.length - 1];
    return predictionsOf(open, { rows: data.length / columns, columns, data }, ids);
  } finally {
    unembedding.timer = setTimeout(() => close(open, unembedding), heldOpen).unref();
  }
}

function close(open: OpenModel, unembedding: Held): void {
  if (held.get(open) === unembedding) held.delete(open);
  // What could not be opened was told to those who asked.
  void unembedding.session.then(session => session.release()).catch(() => undefined);
}

async function openUnembedding({ sessions }: OpenModel): Promise<CutSession> {
  const [session] = Object.values(sessions);
  const { found, options } = await session.readAgain();
  const unembedding = findUnembedding(found);
  if (!unembedding) throw new Error('There is no unembedding in the file that was read again.');
  const { from, logits: to } = unembedding;
  return CutSession.open(cutModel(found.graph, [{ from, to }]), options);
}

/** Some positions of the first text of a tensor [batch, tokens, width]. */
function positions(hidden: Tensor, first: number, count: number): Tensor {
  const [, length, width] = hidden.dims;
  const end = Math.min(first + count, length);
  const { data, type } = hidden as TypedTensor<'float32'>;
  return new Tensor(type, data.slice(first * width, end * width), [1, end - first, width]);
}
