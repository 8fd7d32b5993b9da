import type { MessageConnection } from 'vscode-jsonrpc';
import { LruCache } from '../../core/cache/lruCache';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import { type ImageSource } from '../../core/images/image';
import { caption, captionText, occlusion, prepareImage, type PreparedImage } from './caption';
import { decoding, readImage } from './decodeImage';
import type { TransformersModel } from '../models/openModel';
import { stopIfCancelled } from '../requests/stopIfCancelled';
import type { WithModel } from '../requests/withModel';

/** How many decoded images are kept: the one that is shown, and the next one of a batch. */
const kept = 3;

/** Answers what is asked about images. */
export function answerImageRequests(connection: MessageConnection, withModel: WithModel): void {
  const prepared = new LruCache<string, Promise<PreparedImage>>(kept);

  /** An image at the model's size: decoded now, or meanwhile since it was announced. */
  const prepare = (open: TransformersModel, source: ImageSource): Promise<PreparedImage> => {
    const key = `${open.reference.folder}\n${source.path}\n${source.background.join()}`;
    const ready = source.path === undefined ? undefined : prepared.get(key);
    // What was decoded is used once: the file may have changed by the next request.
    prepared.delete(key);
    return ready ?? prepareImage(open, source, () => readImage(source));
  };
  const announce = (open: TransformersModel, source: ImageSource) => {
    const ahead = prepareImage(open, source, () => readImage(source));
    ahead.catch(() => undefined);
    prepared.set(`${open.reference.folder}\n${source.path}\n${source.background.join()}`, ahead);
  };

  connection.onRequest(CaptionRequest.identify, async ({ source }) => (await readImage(source)).facts);

  connection.onRequest(CaptionRequest.preview, async ({ source, size }) => {
    const image = await readImage(source);
    const png = await decoding(source, () => image.pixels(size).png({ compressionLevel: 3 }).toBuffer());
    return { image: image.facts, png: new Uint8Array(png) };
  });

  connection.onRequest(CaptionRequest.thumbnail, async ({ source, size }) => {
    const image = await readImage(source);
    const webp = await decoding(source, () => image.pixels(size).webp({ quality: 80 }).toBuffer());
    return { image: image.facts, webp: new Uint8Array(webp) };
  });

  connection.onRequest(CaptionRequest.caption, ({ model, source, cover }, cancelled) =>
    withModel(model, cancelled, async open => {
      const image = await prepare(open, source);
      stopIfCancelled(cancelled);
      return caption(open, image, cover);
    }),
  );

  connection.onRequest(CaptionRequest.captionText, ({ model, source, next }, cancelled) =>
    withModel(model, cancelled, async open => {
      const image = await prepare(open, source);
      stopIfCancelled(cancelled);
      if (next) announce(open, next);
      return captionText(open, image);
    }),
  );

  connection.onRequest(CaptionRequest.occlusion, ({ model, source, cells }, cancelled) =>
    withModel(model, cancelled, async open => {
      const falls = await occlusion(open, await prepare(open, source), cells, () => cancelled.isCancellationRequested);
      stopIfCancelled(cancelled);
      return falls;
    }),
  );
}
