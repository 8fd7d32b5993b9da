import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { LruCache } from '../../core/cache/lruCache';
import { answerAsks } from '../../core/protocol/askType';
import { CaptionedRequest, CaptionRequest } from '../../core/protocol/captionProtocol';
import type { ImageReading } from '../../core/protocol/imageProtocol';
import type { ImageSource } from '../../core/images/image';
import { exportCaption } from '../export/exportCaption';
import { caption, captionText, coveredCaption, occlusion, prepareImage, type PreparedImage } from '../images/caption';
import { readImage } from '../images/decodeImage';
import type { TransformersModel } from '../models/openModel';
import { stopIfCancelled } from '../models/stopIfCancelled';
import type { WithModel } from './withModel';
import { visionCaption } from '../vision/visionCaption';
import { visionModel } from '../vision/visionModel';

/** How many decoded images are kept: the one that is shown, and the next one of a batch. */
const kept = 3;

/** Answers what is asked about captions. */
export function answerCaptionRequests(connection: MessageConnection, withModel: WithModel): void {
  const prepared = new LruCache<string, Promise<PreparedImage>>(kept);

  /** An image at the model's size: decoded now, or meanwhile since it was announced. */
  const prepare = (
    open: TransformersModel,
    source: ImageSource,
    cancelled: CancellationToken,
  ): Promise<PreparedImage> => {
    const key = `${open.reference.folder}\n${source.path}\n${source.background.join()}`;
    const ready = source.path === undefined ? undefined : prepared.get(key);
    // What was decoded is used once: the file may have changed by the next request.
    prepared.delete(key);
    return ready ?? prepareImage(open, source, () => readImage(source, cancelled));
  };
  const announce = (open: TransformersModel, source: ImageSource) => {
    const ahead = prepareImage(open, source, () => readImage(source));
    ahead.catch(() => undefined);
    prepared.set(`${open.reference.folder}\n${source.path}\n${source.background.join()}`, ahead);
  };

  connection.onRequest(CaptionRequest.captionText, ({ model, source, next, prompt }, cancelled) =>
    withModel(model, cancelled, async open => {
      if (open.info.task === 'image-text-to-text') return visionCaption(visionModel(open), source, prompt, cancelled);
      const image = await prepare(open, source, cancelled);
      stopIfCancelled(cancelled);
      if (next) announce(open, next);
      return captionText(open, image);
    }),
  );

  answerAsks(
    connection,
    CaptionedRequest,
    {
      caption: (_, { model, source }, cancelled) =>
        withModel(model, cancelled, async open => {
          const image = await prepare(open, source, cancelled);
          stopIfCancelled(cancelled);
          return caption(open, image);
        }),

      covered: ({ cover }, { model, source }, cancelled) =>
        withModel(model, cancelled, async open => {
          const image = await prepare(open, source, cancelled);
          stopIfCancelled(cancelled);
          return coveredCaption(open, image, cover);
        }),

      occlusion: ({ cells }, { model, source }, cancelled) =>
        withModel(model, cancelled, async open => {
          const image = await prepare(open, source, cancelled);
          const falls = await occlusion(open, image, cells, () => cancelled.isCancellationRequested);
          stopIfCancelled(cancelled);
          return falls;
        }),

      export: ({ what, format, look }, { model }) => exportCaption(format, model.id, what, look),
    },
    (image: ImageReading) => image,
  );
}
