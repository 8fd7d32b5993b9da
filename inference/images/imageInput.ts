import type { ImageRegion } from '../../core/images/image';
import { pixelSizeOf, type GivenSize, type PixelSize } from '../../core/images/pixelSize';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { workLimits } from '../../core/protocol/workLimits';
import type { TransformersModel } from '../models/openModel';
import { readJson } from '../models/readJson';
import { pictureSize, type Preprocessor, seenBy } from './preprocessor';

/** How a captioner takes images: what its graph, config.json and preprocessor_config.json tell. */
export interface ImageInput extends PixelSize {
  /** What of an image it sees: {@link Frame.seen}. */
  seen(image: PixelSize): ImageRegion;
  /** The colour of padding, where it is the model's own. */
  readonly padding?: readonly [number, number, number];
  /** Of each channel, 0 to 1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** What the model is asked, beside the image, where it does more than caption. */
  readonly prompt?: string;
}

/** What of a captioner's config.json tells how large its pictures are. */
interface EncoderConfig {
  readonly encoder?: { readonly image_size?: GivenSize };
}

const known = new WeakMap<TransformersModel, Promise<ImageInput>>();

/** @throws {InferenceFault} where the model reads no images. */
export function imageInput(open: TransformersModel): Promise<ImageInput> {
  const input = known.get(open) ?? readInput(open);
  known.set(open, input);
  return input;
}

async function readInput(open: TransformersModel): Promise<ImageInput> {
  if (open.info.task !== 'image-to-text') throw readsNoImages(open);
  // Without this file the captions would be those of other colours.
  const rule = (await readJson(open.reference, 'preprocessor_config.json')) as Preprocessor;
  const size = captionedSize(open, rule);
  const most = workLimits.imageSide;
  if (size && !(isSide(size.width) && isSide(size.height) && Math.max(size.width, size.height) <= most)) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} takes images of ${size.width === size.height ? JSON.stringify(size.width) : `${JSON.stringify(size.width)} × ${JSON.stringify(size.height)}`} pixels by its settings in ${open.reference.folder}, which cannot be; put the original files back, or choose another model.`,
    );
  }
  if (!size) throw readsNoImages(open);
  const donut = /^Donut/.test(rule.image_processor_type ?? rule.feature_extractor_type ?? '');
  // Florence-2 does many tasks; what each is asked in words stands in its file.
  const prompt =
    open.info.architecture === 'florence2'
      ? (rule.task_prompts_without_inputs?.['<CAPTION>'] ?? 'What does the image describe?')
      : undefined;
  return {
    ...size,
    seen: image => seenBy(rule, image, size),
    // Donut's processor pads before it scales, with nothing.
    padding: donut ? [0, 0, 0] : undefined,
    mean: rule.image_mean ?? [0.5, 0.5, 0.5],
    deviation: rule.image_std ?? [0.5, 0.5, 0.5],
    prompt,
  };
}

function readsNoImages({ info }: TransformersModel): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.model,
    `${info.id} reads no images, or not as Headlight knows it; choose a model that captions.`,
  );
}

const isSide = (side: number) => Number.isInteger(side) && side > 0;

/** The size of the pictures that a captioner takes: as its graph has it, as its encoder was made for, or as they are made ready. */
function captionedSize(open: TransformersModel, rule: Preprocessor): PixelSize | undefined {
  const { encoder } = open.model.config as unknown as EncoderConfig;
  const shapes = Object.values(open.sessions)
    .flatMap(({ inputMetadata }) => inputMetadata)
    .map(input => (input.name === 'pixel_values' && input.isTensor ? input.shape : []));
  const fixed = shapes.map(shape => shape.slice(-2).filter(isNumber)).find(sides => sides.length === 2);
  return pixelSizeOf(fixed) ?? pixelSizeOf(encoder?.image_size) ?? pictureSize(rule);
}

function isNumber(side: number | string): side is number {
  return typeof side === 'number' && side > 0;
}
