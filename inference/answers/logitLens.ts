import { Tensor, type TypedTensor } from 'onnxruntime-node';
import { cutModel, findResidualStreams } from '../../core/onnx';
import type { LogitLens, Prediction } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { CutSession } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { InferenceFault } from '../models/inferenceFault';
import { likeliestTokens } from '../text/likeliestTokens';
import type { OpenModel } from '../models/openModel';
import { lastLogits } from '../models/recorder';
import { runOnce } from '../runs/runModel';

/** How many tokens each place gets. */
const perPlace = 5;

/** The last part of each model that was asked for: norm and unembedding. Gone with the model. */
const tails = new WeakMap<OpenModel, Promise<CutSession | string>>();

/**
 * What each layer would say at some positions: the final norm and the unembedding, cut out of the model's own graph, are
 * run on the residual stream before the first layer and after each (nostalgebraist 2020, "interpreting GPT: the logit
 * lens"). The last row is what the model says.
 * @param isCancelled asked before each layer.
 */
export async function logitLens(
  open: OpenModel,
  ids: readonly number[],
  first: number,
  count: number,
  isCancelled: () => boolean,
): Promise<LogitLens> {
  const [session] = Object.values(open.sessions);
  if (Object.keys(open.sessions).length !== 1) {
    return missing(open, 'what it writes depends on what its encoder read, and the lens reads models of one graph');
  }
  if (typeof session.residuals === 'string') return missing(open, session.residuals);
  const tail = await (tails.get(open) ?? openTail(open));
  if (typeof tail === 'string') return missing(open, tail);
  const { values } = await runOnce(open, ids, undefined, {
    wants: () => false,
    residuals: true,
    logitsAt: lastLogits,
  });
  const rows: Prediction[][][] = [];
  for (const name of session.residuals) {
    if (isCancelled()) break;
    const stream = values.get(name);
    if (!stream) {
      throw new InferenceFault(
        InferenceErrorCode.run,
        `${open.info.id} did not give what its layers add to; try again.`,
      );
    }
    const [logits] = await tail.run([positions(stream, first, count)]);
    const data = floatNumbers(logits);
    if (!data) return missing(open, `its unembedding gives ${logits.type} numbers`);
    const vocabulary = logits.dims[logits.dims.length - 1];
    rows.push(
      Array.from({ length: data.length / vocabulary }, (_, row) =>
        likeliestTokens(data, row, vocabulary, perPlace).map(({ id, probability }) => ({
          id,
          text: open.predictionText(id, ids),
          probability,
        })),
      ),
    );
  }
  return { rows };
}

function missing({ info }: OpenModel, why: string): LogitLens {
  return { rows: [], missing: `${info.id} has no logit lens: ${why}.` };
}

/** Cuts norm and unembedding out of the model's file; or says why that cannot be. */
async function openTail(open: OpenModel): Promise<CutSession | string> {
  const opening = (async () => {
    const [session] = Object.values(open.sessions);
    const { found, options } = await session.readAgain();
    const streams = findResidualStreams(found);
    if (typeof streams === 'string') return streams;
    // All branches of a merged decoder end alike.
    const [stream] = streams;
    try {
      return await CutSession.open(
        cutModel(found.graph, [{ from: stream.layers[stream.layers.length - 1], to: stream.logits }]),
        options,
      );
    } catch (error) {
      return `its norm and unembedding cannot be cut out (${(error as Error).message.split('\n', 1)[0].replace(/\.$/, '')})`;
    }
  })();
  tails.set(open, opening);
  return opening;
}

/** Some positions of a tensor [1, positions, width]. */
function positions(stream: Tensor, first: number, count: number): Tensor {
  const [batch, length, width] = stream.dims;
  const end = Math.min(first + count, length);
  const { data, type } = stream as TypedTensor<'float32'>;
  return new Tensor(type, data.slice(first * width, end * width), [batch, end - first, width]);
}
