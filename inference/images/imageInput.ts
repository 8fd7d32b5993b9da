import path from 'node:path';
import { fileLimits } from '../../core/files/fileLimits';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { workLimits } from '../../core/protocol/workLimits';
import type { TransformersModel } from '../models/openModel';
import { readLimitedText } from '../models/readLimited';

/** How a captioner takes images: the parts of config.json and preprocessor_config.json that tell. */
export interface ImageInput {
  /** Pixels of the square's side. */
  readonly side: number;
  /** Whether the image is padded to a square; else it is stretched. */
  readonly padded: boolean;
  /** Of each channel, 0 to 1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** What the model is asked, beside the image, where it does more than caption. */
  readonly prompt?: string;
}

/** The parts of preprocessor_config.json that are read. */
interface Preprocessor {
  readonly do_pad?: boolean;
  readonly image_mean?: number[];
  readonly image_std?: number[];
  readonly size?: { readonly height?: number };
  readonly task_prompts_without_inputs?: Readonly<Record<string, string>>;
}

const known = new WeakMap<TransformersModel, Promise<ImageInput>>();

/** @throws {InferenceFault} where the model reads no images. */
export function imageInput(open: TransformersModel): Promise<ImageInput> {
  const input = known.get(open) ?? readInput(open);
  known.set(open, input);
  return input;
}

async function readInput(open: TransformersModel): Promise<ImageInput> {
  // A model without this file takes what most do.
  const text = await readLimitedText(
    path.join(open.reference.folder, 'preprocessor_config.json'),
    fileLimits.modelJson,
  ).catch(() => '{}');
  const {
    do_pad,
    image_mean,
    image_std,
    size,
    task_prompts_without_inputs: prompts,
  } = JSON.parse(text) as Preprocessor;
  const side =
    (open.model.config as unknown as { encoder?: { image_size?: number } }).encoder?.image_size ?? size?.height;
  if (
    open.info.task === 'image-to-text' &&
    side &&
    !(Number.isInteger(side) && side > 0 && side <= workLimits.imageSide)
  ) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} takes images of ${JSON.stringify(side)} pixels by its settings in ${open.reference.folder}, which cannot be; put the original files back, or choose another model.`,
    );
  }
  if (open.info.task !== 'image-to-text' || !side) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} reads no images, or not as Headlight knows it; choose a model that captions.`,
    );
  }
  // Florence-2 does many tasks; what each is asked in words stands in its file.
  const prompt =
    open.info.architecture === 'florence2' ? (prompts?.['<CAPTION>'] ?? 'What does the image describe?') : undefined;
  return {
    side,
    padded: do_pad === true,
    mean: image_mean ?? [0.5, 0.5, 0.5],
    deviation: image_std ?? [0.5, 0.5, 0.5],
    prompt,
  };
}
