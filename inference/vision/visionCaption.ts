import type { CancellationToken } from 'vscode-jsonrpc';
import type { CaptionText } from '../../core/captions/caption';
import type { ImageSource } from '../../core/images/image';
import { oneLine } from '../../core/markup/imageLink';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { readImage } from '../images/decodeImage';
import { drawnKind } from '../images/drawnKind';
import { InferenceFault } from '../models/inferenceFault';
import { stopIfCancelled } from '../models/stopIfCancelled';
import { answerQuestion } from './answerRun';
import type { VisionModel } from './visionModel';
import { encodePicture, processPicture, rawPicture } from './visionPicture';

/** Captions an image with a model that is asked for it, and leaves the attention out. */
export async function visionCaption(
  open: VisionModel,
  source: ImageSource,
  prompt: string,
  cancelled: CancellationToken,
): Promise<CaptionText> {
  const image = await readImage(source, cancelled);
  const raw = await rawPicture(source, () => Promise.resolve(image));
  const kind = await drawnKind(source, image);
  stopIfCancelled(cancelled);
  const picture = await encodePicture(open, await processPicture(open, raw), raw, { cancelled });
  stopIfCancelled(cancelled);
  const { answer } = await answerQuestion(
    open,
    raw,
    picture,
    [{ role: 'user', text: prompt, altText: true }],
    cancelled,
    {
      attention: false,
    },
  );
  // A caption stands on one line; an empty one would tell that the image is decoration.
  const text = oneLine(answer.text);
  if (text === '') {
    throw new InferenceFault(
      InferenceErrorCode.image,
      `${open.info.id} wrote nothing about ${source.name}; change the setting headlight.altText.prompt, or choose another model.`,
    );
  }
  return {
    image: image.facts,
    text,
    words: answer.words.map(({ text, from, to, probability }) => ({ text, from, to, probability })),
    ...kind,
    times: { decode: raw.decodeTime, run: answer.times.encode + answer.times.write },
  };
}
