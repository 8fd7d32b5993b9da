import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';
import type { OpenModel } from './openModel';

/** How a captioner takes images: the parts of config.json and preprocessor_config.json that tell. */
export interface ImageInput {
  /** Pixels of the square's side. */
  readonly side: number;
  /** Whether the image is padded to a square; else it is stretched. */
  readonly padded: boolean;
  /** Of each channel, 0 to 1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const known = new WeakMap<OpenModel, Promise<ImageInput>>();

/** @throws {InferenceFault} where the model reads no images. */
export function imageInput(open: OpenModel): Promise<ImageInput> {
  const input = known.get(open) ?? readInput(open);
  known.set(open, input);
  return input;
}

async function readInput(open: OpenModel): Promise<ImageInput> {
  const side = (open.model.config as unknown as { encoder?: { image_size?: number } }).encoder?.image_size;
  if (open.info.task !== 'image-to-text' || !side) {
    throw new InferenceFault(InferenceErrorCode.model, `${open.info.id} reads no images, or not as Headlight knows it; choose a model that captions.`);
  }
  // A model without this file takes what most do.
  const text = await readFile(path.join(open.reference.folder, 'preprocessor_config.json'), 'utf8').catch(() => '{}');
  const { do_pad, image_mean, image_std } = JSON.parse(text) as { do_pad?: boolean; image_mean?: number[]; image_std?: number[] };
  return { side, padded: do_pad === true, mean: image_mean ?? [0.5, 0.5, 0.5], deviation: image_std ?? [0.5, 0.5, 0.5] };
}
