import { ResponseError, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc';
import { ImageRequest, type ImageRunReference } from '../../core/protocol/imageExplanation';
import { InferenceErrorCode, type ModelReference } from '../../core/protocol/inferenceProtocol';
import { readImage } from './decodeImage';
import type { OpenModel } from '../models/openModel';
import { explainImage, type ImageRun } from './explainImage';
import { exportImage, heatOf, textHeatOf } from './exportImage';

type WithModel = <Result>(
  model: ModelReference,
  cancelled: CancellationToken,
  work: (open: OpenModel) => Promise<Result>,
) => Promise<Result>;

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

  connection.onRequest(ImageRequest.explain, ({ model, source, texts }, cancelled) =>
    withModel(model, cancelled, async open => {
      const made = await explainImage(open, source, await readImage(source), texts);
      stopIfCancelled(cancelled);
      const run = `image ${process.pid}.${++count}`;
      keep(run, made);
      return { ...made.explanation, run };
    }),
  );

  const known = async (
    { run, model, source, texts }: ImageRunReference,
    cancelled: CancellationToken,
  ): Promise<ImageRun> => {
    const made =
      runs.get(run) ??
      (await withModel(model, cancelled, async open => explainImage(open, source, await readImage(source), texts)));
    keep(run, made);
    return made;
  };

  connection.onRequest(ImageRequest.textHeat, async ({ wish, ...run }, cancelled) =>
    textHeatOf(await known(run, cancelled), wish),
  );
  connection.onRequest(ImageRequest.heat, async ({ wish, ...run }, cancelled) =>
    heatOf(await known(run, cancelled), wish),
  );
  connection.onRequest(ImageRequest.export, async ({ format, shown, png, ...run }, cancelled) =>
    exportImage(format, await known(run, cancelled), shown, png),
  );
}

function stopIfCancelled(cancelled: CancellationToken): void {
  if (cancelled.isCancellationRequested) throw new ResponseError(InferenceErrorCode.cancelled, 'Cancelled.');
}
