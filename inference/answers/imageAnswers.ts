import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { LruCache } from '../../core/cache/lruCache';
import { answerAsks } from '../../core/protocol/askType';
import { ImageRequest, ImageRunRequest, type ImageRunReference } from '../../core/protocol/imageProtocol';
import { exportShownImage } from '../export/exportShownImage';
import { explainPicture } from '../graph/explainPicture';
import { decoding, readImage } from '../images/decodeImage';
import { explainImage, type ImageRun } from '../images/explainImage';
import { heatOf, textHeatOf } from '../images/imageHeatOf';
import { stopIfCancelled } from '../models/stopIfCancelled';
import type { WithGraph, WithModel } from './withModel';

/** So many runs keep their attention; another image is run again when it is looked at. */
const kept = 2;

/** Answers what is asked about images and the cells that a model looks at. */
export function answerImageRequests(connection: MessageConnection, withModel: WithModel, withGraph: WithGraph): void {
  const runs = new LruCache<string, ImageRun>(kept);
  let count = 0;

  connection.onRequest(
    ImageRequest.identify,
    async ({ source }, cancelled) => (await readImage(source, cancelled)).facts,
  );

  connection.onRequest(ImageRequest.preview, async ({ source, size }, cancelled) => {
    const image = await readImage(source, cancelled);
    const { data } = await decoding(source, () => image.render({ side: size, as: 'png' }));
    return { image: image.facts, png: new Uint8Array(data) };
  });

  connection.onRequest(ImageRequest.thumbnail, async ({ source, size }, cancelled) => {
    const image = await readImage(source, cancelled);
    const { data } = await decoding(source, () => image.render({ side: size, as: 'webp' }));
    return { image: image.facts, webp: new Uint8Array(data) };
  });

  /** Runs a model on an image; a graph on the picture that its inputs name. */
  const explain = (
    { model, source, texts }: Pick<ImageRunReference, 'model' | 'source' | 'texts'>,
    cancelled: CancellationToken,
  ): Promise<ImageRun> => {
    const file = model.graph?.pictureInputs;
    return file === undefined
      ? withModel(model, cancelled, async open => explainImage(open, source, await readImage(source, cancelled), texts))
      : withGraph(model, cancelled, open => explainPicture(open, file));
  };

  connection.onRequest(ImageRequest.explain, async (asked, cancelled) => {
    const made = await explain(asked, cancelled);
    stopIfCancelled(cancelled);
    const run = `image ${process.pid}.${++count}`;
    runs.set(run, made);
    return { ...made.explanation, run };
  });

  const known = async (of: ImageRunReference, cancelled: CancellationToken): Promise<ImageRun> => {
    const made = runs.get(of.run) ?? (await explain(of, cancelled));
    runs.set(of.run, made);
    return made;
  };

  answerAsks(
    connection,
    ImageRunRequest,
    {
      heat: async (wish, run) => heatOf(await run(), wish),
      textHeat: async (wish, run) => textHeatOf(await run(), wish),
      export: async ({ what, format, look, png }, run) => exportShownImage(format, await run(), what, look, png),
    },
    (of: ImageRunReference, cancelled: CancellationToken) => () => known(of, cancelled),
  );
}
