import { ResponseError, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc';
import { imageHeat } from '../../../../core/images/imageHeat';
import { textHeat } from '../../../../core/images/textHeat';
import type { ImageSource } from '../../../../core/protocol/captionProtocol';
import { ImageRequest } from '../../../../core/protocol/imageExplanation';
import { InferenceErrorCode, type ModelReference } from '../../../../core/protocol/inferenceProtocol';
import { readImage } from '../decodeImage';
import { InferenceFault } from '../inferenceFault';
import type { OpenModel } from '../openModel';
import { explainImage, type ImageRun } from './explainImage';

type WithModel = <Result>(model: ModelReference, cancelled: CancellationToken, work: (open: OpenModel) => Promise<Result>) => Promise<Result>;

/** So many runs keep their attention; another image is run again when it is looked at. */
const kept = 2;

/** Answers what is asked about images and the cells that a model looks at. */
export function answerImageExplanations(connection: MessageConnection, withModel: WithModel): void {
  const runs = new Map<string, ImageRun>();
  let count = 0;
  const keep = (run: string, made: ImageRun) => {
    runs.set(run, made);
    for (const key of runs.keys()) if (runs.size > kept) runs.delete(key);
  };

  connection.onRequest(ImageRequest.explain, ({ model, source, texts }, cancelled) => withModel(model, cancelled, async open => {
    const made = await explainImage(open, source, await readImage(source), texts);
    stopIfCancelled(cancelled);
    const run = `image ${process.pid}.${++count}`;
    keep(run, made);
    return { ...made.explanation, run };
  }));

  const known = async (run: string, model: ModelReference, source: ImageSource, texts: readonly string[], cancelled: CancellationToken): Promise<ImageRun> => {
    const made = runs.get(run) ?? await withModel(model, cancelled, async open => explainImage(open, source, await readImage(source), texts));
    keep(run, made);
    return made;
  };

  connection.onRequest(ImageRequest.textHeat, async ({ model, source, texts, run, wish }, cancelled) => {
    const { explanation: { compared }, textAttention } = await known(run, model, source, texts, cancelled);
    const length = typeof compared === 'object' ? compared.texts[wish.text]?.tokens.length : undefined;
    const heat = length === undefined ? undefined : textHeat(textAttention, wish, length);
    if (!heat) throw new InferenceFault(InferenceErrorCode.run, 'There is no such token of this text in this run.');
    return heat;
  });

  connection.onRequest(ImageRequest.heat, async ({ model, source, texts, run, wish }, cancelled) => {
    const made = await known(run, model, source, texts, cancelled);
    const { explanation: { grid, special }, attention } = made;
    const heat = imageHeat(attention, wish, special, grid);
    if (!heat) throw new InferenceFault(InferenceErrorCode.run, `There is no row ${wish.query} of this head in this run.`);
    return heat;
  });
}

function stopIfCancelled(cancelled: CancellationToken): void {
  if (cancelled.isCancellationRequested) throw new ResponseError(InferenceErrorCode.cancelled, 'Cancelled.');
}
