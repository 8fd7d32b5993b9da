import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { LruCache } from '../../core/cache/lruCache';
import { ImageRequest, type ImageRunReference } from '../../core/protocol/imageExplanation';
import { readImage } from './decodeImage';
import { stopIfCancelled } from '../requests/stopIfCancelled';
import type { WithModel } from '../requests/withModel';
import { explainImage, type ImageRun } from './explainImage';
import { exportImage, heatOf, textHeatOf } from './exportImage';

/** So many runs keep their attention; another image is run again when it is looked at. */
const kept = 2;

/** Answers what is asked about images and the cells that a model looks at. */
export function answerImageExplanations(connection: MessageConnection, withModel: WithModel): void {
  const runs = new LruCache<string, ImageRun>(kept);
  let count = 0;

  connection.onRequest(ImageRequest.explain, ({ model, source, texts }, cancelled) =>
    withModel(model, cancelled, async open => {
      const made = await explainImage(open, source, await readImage(source), texts);
      stopIfCancelled(cancelled);
      const run = `image ${process.pid}.${++count}`;
      runs.set(run, made);
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
    runs.set(run, made);
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
