import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AutoImageProcessor, RawImage, type Tensor } from '@huggingface/transformers';
import { detections } from '../../../../core/images/detections';
import { seenRegion, type CropRule } from '../../../../core/images/seenRegion';
import type { ImageSource } from '../../../../core/protocol/captionProtocol';
import type { ImageAnswer, ImageExplanation } from '../../../../core/protocol/imageExplanation';
import { InferenceErrorCode } from '../../../../core/protocol/inferenceProtocol';
import { classNames } from '../classNames';
import { decoding, type ReadImage } from '../decodeImage';
import { InferenceFault } from '../inferenceFault';
import { likeliestTokens } from '../likeliestTokens';
import type { OpenModel } from '../openModel';
import { Recorder, type LayerTensor } from '../recorder';

/** How many classes are told. */
const mostClasses = 10;
/** Boxes below this probability are not told, and no more than so many. */
const leastProbability = 0.3;
const mostBoxes = 30;
/** An image is decoded at most so large: more than any of these models sees. */
const longestSide = 2048;

/** What an image model computed. */
export interface ImageRun {
  readonly explanation: Omit<ImageExplanation, 'run'>;
  /** [heads, rows, cells and special tokens]. */
  readonly attention: readonly LayerTensor[];
}

/**
 * Runs an image classifier, encoder or detector (ViT, DINOv2, DeiT, DETR, YOLOS, …).
 * @throws {InferenceFault} where the model reads no images, or its attention lies over no grid (Swin's lies in windows).
 */
export async function explainImage(open: OpenModel, source: ImageSource, image: ReadImage): Promise<ImageRun> {
  const { info } = open;
  if (info.task !== 'image-classification' && info.task !== 'image-feature-extraction' && info.task !== 'object-detection') {
    throw new InferenceFault(InferenceErrorCode.model, `${info.id} is no image classifier, encoder or detector; choose another model for images.`);
  }
  const { processor, rule } = await processorOf(open);
  const { data, info: { width, height } } = await decoding(source, () => image.pixels(longestSide).flatten({ background: '#ffffff' }).removeAlpha()
    .raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }));
  const inputs = await processor(new RawImage(new Uint8ClampedArray(data), width, height, 3)) as Record<string, unknown> & { pixel_values: Tensor };
  const started = performance.now();
  const recorder = new Recorder(open);
  let outputs: Record<string, Tensor | undefined>;
  try {
    outputs = await open.model({ pixel_values: inputs.pixel_values, ...(inputs.pixel_mask ? { pixel_mask: inputs.pixel_mask } : {}) }) as typeof outputs;
  } catch (error) {
    throw new InferenceFault(InferenceErrorCode.run, `${info.id} failed on ${source.name}; see the log for the reason, or choose another model.`, error);
  } finally {
    recorder.stop();
  }
  const runTime = performance.now() - started;
  const layers = recorder.attention();
  const cross = layers.filter(({ kind }) => kind === 'cross');
  const attention = cross.length > 0 ? cross : layers.filter(({ kind }) => kind !== 'decoder');
  const detects = info.task === 'object-detection';
  const { grid, special } = gridOf(open, inputs.pixel_values.dims, attention[0].keys);
  return {
    explanation: {
      image: image.facts, model: info, grid, special: cross.length > 0 ? 0 : special,
      seen: seenRegion(rule, width, height),
      layers: attention.map(({ layer, heads }) => ({ kind: cross.length > 0 ? 'cross' : 'self', layer, heads })),
      answers: detects ? boxesOf(open, outputs, cross.length > 0 ? 0 : special + grid.rows * grid.columns) : classesOf(open, outputs),
      runTime,
    },
    attention,
  };
}

async function processorOf({ reference }: OpenModel): Promise<{ processor: (image: RawImage) => Promise<unknown>; rule: CropRule }> {
  try {
    const rule = JSON.parse(await readFile(path.join(reference.folder, 'preprocessor_config.json'), 'utf8')) as CropRule;
    return { processor: await AutoImageProcessor.from_pretrained(reference.folder, { local_files_only: true }) as never, rule };
  } catch (error) {
    throw new InferenceFault(InferenceErrorCode.model,
      `${reference.id} has no preprocessor_config.json that can be read in ${reference.folder}; put the model’s own file there.`, error);
  }
}

/** How a model's cells lie: so many rows and columns, behind so many special tokens. */
function gridOf({ info, model }: OpenModel, [, , height, width]: readonly number[], keys: number): { grid: { rows: number; columns: number }; special: number } {
  const { patch_size, num_detection_tokens = 0 } = model.config as unknown as { patch_size?: number | readonly number[]; num_detection_tokens?: number };
  const patch = patch_size === undefined ? undefined : [patch_size].flat()[0];
  if (patch !== undefined) {
    const grid = { rows: Math.floor(height / patch), columns: Math.floor(width / patch) };
    const special = keys - grid.rows * grid.columns - num_detection_tokens;
    if (special >= 0 && special < 64) return { grid, special };
  } else {
    // A convolutional backbone makes the cells: 32 times smaller in DETR; else by their number and the picture's proportions.
    for (const stride of [32, 16, 8, 64]) {
      const grid = { rows: Math.ceil(height / stride), columns: Math.ceil(width / stride) };
      if (grid.rows * grid.columns === keys) return { grid, special: 0 };
    }
  }
  throw new InferenceFault(InferenceErrorCode.model,
    `${info.id} does not attend over one grid of cells (${info.found}), so there is no heat to paint; explain its .onnx file with inputs to see its numbers.`);
}

function classesOf(open: OpenModel, { logits }: Record<string, Tensor | undefined>): ImageAnswer[] {
  if (open.info.task !== 'image-classification' || !logits) return [];
  const columns = logits.dims[logits.dims.length - 1];
  const name = classNames(open);
  return likeliestTokens(logits.data as Float32Array, 0, columns, Math.min(mostClasses, columns))
    .map(({ id, probability }) => ({ label: name(id), probability, query: 0 }));
}

function boxesOf(open: OpenModel, { logits, pred_boxes: boxes }: Record<string, Tensor | undefined>, firstQuery: number): ImageAnswer[] {
  if (!logits || !boxes) return [];
  const name = classNames(open);
  return detections(logits.data as Float32Array, boxes.data as Float32Array, logits.dims[1], leastProbability).slice(0, mostBoxes)
    .map(({ id, probability, query, box }) => ({ label: name(id), probability, query: firstQuery + query, box }));
}
