import path from 'node:path';
import { AutoImageProcessor, RawImage, Tensor } from '@huggingface/transformers';
import { detections } from '../../core/images/detections';
import type { GridSize } from '../../core/images/gridSize';
import { imageGround } from '../../core/images/heatOpacity';
import type { HeatLayer } from '../../core/images/imageHeat';
import { type GivenSize, type PixelSize, pixelSizeOf } from '../../core/images/pixelSize';
import { patchedRegion, seenRegion, type CropRule } from '../../core/images/seenRegion';
import { windowedGrids } from '../../core/images/windowedGrid';
import type { ImageSource } from '../../core/images/image';
import type { ImageAnswer, ImageExplanation, ImageLayer } from '../../core/images/explained';
import { fileLimits } from '../../core/files/fileLimits';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { workLimits } from '../../core/protocol/workLimits';
import { classNames } from '../models/classNames';
import { decoding, type ReadImage } from './decodeImage';
import { layersOverCells, scoresEach } from '../../core/models/modelTask';
import { InferenceFault } from '../models/inferenceFault';
import { likeliestTokens } from '../text/likeliestTokens';
import type { TransformersModel } from '../models/openModel';
import { readLimitedText } from '../models/readLimited';
import { Recorder } from '../models/recorder';
import { comparedTexts, halves, readTexts } from './comparedTexts';

/** How many classes are told. */
const mostClasses = 10;
/** Boxes below this probability are not told, and no more than so many. */
const leastProbability = 0.3;
const mostBoxes = 30;
/** An image is decoded at most so large: more than any of these models sees. */
const longestSide = 2048;
/** The side of a mask that says which pixels are the picture's. */
const maskSide = 64;
/** What is said of a detector whose queries have no weights over cells. */
const pointsNote =
  'The decoder’s queries look at a few points that they choose (deformable attention), which has no weights over cells: an object’s box has no heat of its own, and what is shown is where cells look in the encoder.';

/** What of a config.json tells where an image's cells are. */
interface CellConfig {
  readonly patch_size?: GivenSize;
  readonly vision_config?: { readonly patch_size?: GivenSize; readonly num_hidden_layers?: number };
  readonly num_detection_tokens?: number;
  /** Swin's: cells along a window's side, and layers of each stage. */
  readonly window_size?: number;
  readonly depths?: readonly number[];
}

/** One layer's attention over an image's cells, and whose it is. */
export type ImageHeatLayer = HeatLayer & Pick<ImageLayer, 'kind'>;

/** What an image model computed. */
export interface ImageRun {
  readonly explanation: Omit<ImageExplanation, 'run'>;
  readonly attention: readonly ImageHeatLayer[];
  /** That of the half for texts: [texts][heads][queries][keys]. */
  readonly textAttention: readonly HeatLayer[];
}

/**
 * Runs an image classifier, encoder or detector (ViT, DINOv2, DeiT, CLIP, SigLIP, Swin, DETR, RT-DETR, YOLOS, …).
 * @param texts what a model that reads images and texts compares the image with.
 * @throws {InferenceFault} where the model reads no images, or its attention lies over no grid.
 */
export async function explainImage(
  open: TransformersModel,
  source: ImageSource,
  image: ReadImage,
  texts: readonly string[] = [],
): Promise<ImageRun> {
  const { info } = open;
  if (
    info.task !== 'image-classification' &&
    info.task !== 'image-feature-extraction' &&
    info.task !== 'object-detection'
  ) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${info.id} is no image classifier, encoder or detector; choose another model for images.`,
    );
  }
  const { processor, rule } = await processorOf(open);
  const { data, width, height, channels } = await decoding(source, () =>
    image.render({ side: longestSide, ground: imageGround, as: 'pixels' }),
  );
  const rgb = new RawImage(new Uint8ClampedArray(data), width, height, channels).rgb();
  const inputs = (await processor(rgb).catch(cause => unreadable(open, cause))) as Record<string, unknown> & {
    pixel_values: Tensor;
  };
  // The graph computes both halves at once, so without texts it is given an empty one.
  const read = open.readsTexts ? readTexts(open, texts.length > 0 ? texts : ['']) : undefined;
  const started = performance.now();
  const recorder = new Recorder(open, { windows: true });
  let outputs: Record<string, Tensor | undefined>;
  try {
    outputs = (await open.model({
      ...read?.inputs,
      pixel_values: inputs.pixel_values,
      ...maskOf(open, inputs),
    })) as typeof outputs;
  } catch (error) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${info.id} failed on ${source.name}; see the log for the reason, or choose another model.`,
      error,
    );
  } finally {
    recorder.stop();
  }
  const runTime = performance.now() - started;
  const recorded = recorder.attention();
  const { image: layers, text: textLayers } = read
    ? halves(recorded, read.length, (open.model.config as unknown as CellConfig).vision_config?.num_hidden_layers)
    : { image: recorded, text: [] };
  const detects = info.task === 'object-detection';
  // SigLIP pools its cells by cross-attention too, but nothing that is shown looks by it.
  const cross = detects ? recorded.filter(({ kind }) => kind === 'cross') : [];
  const overCells = detects ? layersOverCells(open.model.config as unknown as Record<string, unknown>) : undefined;
  const own = read
    ? layers
    : recorded
        .filter(({ kind, queries, keys }) => (kind === 'self' || kind === 'encoder') && queries === keys)
        // The queries of such a decoder look at each other: that comes after the encoder's.
        .slice(0, overCells);
  const {
    grid,
    special,
    patch,
    layers: placed,
  } = placeCells(open, inputs.pixel_values.dims, cross.length > 0 ? cross : own);
  const cells = grid.rows * grid.columns;
  const attention: ImageHeatLayer[] =
    cross.length > 0
      ? [
          ...cross.map(layer => ({ ...layer, kind: 'cross' as const })),
          ...own.filter(({ keys }) => keys === cells).map(layer => ({ ...layer, kind: 'encoder' as const })),
        ]
      : placed.map(layer => ({ ...layer, kind: overCells === undefined ? 'self' : 'encoder' }));
  const seen = seenRegion(rule, width, height);
  const [pixelHeight, pixelWidth] = inputs.pixel_values.dims.slice(2);
  return {
    explanation: {
      image: image.facts,
      model: info,
      grid,
      special: cross.length > 0 ? 0 : special,
      seen: patch === undefined ? seen : patchedRegion(seen, grid, patch, { width: pixelWidth, height: pixelHeight }),
      layers: attention.map(({ kind, layer, heads }) => ({ kind, layer, heads })),
      answers: detects
        ? boxesOf(open, outputs, cross.length > 0 || overCells !== undefined ? 0 : special + cells)
        : classesOf(open, outputs),
      ...(read
        ? { compared: comparedTexts(open, texts, read, outputs.logits_per_image, textLayers) }
        : open.readsTexts === false
          ? {
              compared: `Only the image half of ${info.id} is there (vision_model.onnx), so it is compared with no texts; put model.onnx and tokenizer.json into its folder, or download it again.`,
            }
          : {}),
      ...(overCells === undefined ? {} : { notes: [pointsNote] }),
      runTime,
    },
    attention,
    textAttention: textLayers,
  };
}

/** Which pixels are the picture's, where the graph asks for it: all of them, since one picture is not padded. */
function maskOf(
  { sessions }: TransformersModel,
  { pixel_mask: given }: Record<string, unknown>,
): Record<string, unknown> {
  if (given) return { pixel_mask: given };
  const asked = Object.values(sessions).some(({ inputNames }) => inputNames.includes('pixel_mask'));
  // DETR's graphs are exported with a mask of this size, which they scale to their cells.
  return asked
    ? { pixel_mask: new Tensor('int64', new BigInt64Array(maskSide ** 2).fill(1n), [1, maskSide, maskSide]) }
    : {};
}

async function processorOf({
  reference,
}: TransformersModel): Promise<{ processor: (image: RawImage) => Promise<unknown>; rule: CropRule }> {
  try {
    const rule = JSON.parse(
      await readLimitedText(path.join(reference.folder, 'preprocessor_config.json'), fileLimits.modelJson),
    ) as CropRule;
    checkSides(rule);
    const processor = await AutoImageProcessor.from_pretrained(reference.folder, { local_files_only: true });
    // transformers.js knows sides and names, no lists.
    for (const name of ['size', 'crop_size'] as const) {
      if (Array.isArray(rule[name])) Object.assign(processor, { [name]: pixelSizeOf(rule[name]) });
    }
    return { processor: processor as never, rule };
  } catch (error) {
    return unreadable({ reference }, error);
  }
}

/** @throws {Error} where a picture would be made of no size, or of one that fills the memory. */
function checkSides({ size, crop_size }: CropRule): void {
  for (const side of [size, crop_size].flatMap(given =>
    typeof given === 'object' ? Object.values(given ?? {}) : [given],
  )) {
    if (side !== undefined && side !== null && !(Number.isInteger(side) && side >= 1 && side <= workLimits.imageSide)) {
      throw new Error(`A side of ${JSON.stringify(side)} pixels`);
    }
  }
}

function unreadable({ reference: { id, folder } }: Pick<TransformersModel, 'reference'>, cause: unknown): never {
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${id} has no preprocessor_config.json that can be read in ${folder}; put the model’s own file there.`,
    cause,
  );
}

/** Where a model's cells lie: so many rows and columns, behind so many special tokens; where they are patches, their size in pixels; with windows, also those of each layer. */
function placeCells(
  { info, model }: TransformersModel,
  [, , height, width]: readonly number[],
  layers: readonly HeatLayer[],
): { grid: GridSize; special: number; patch?: PixelSize; layers: readonly HeatLayer[] } {
  const config = model.config as unknown as CellConfig;
  const patch = pixelSizeOf(config.patch_size ?? config.vision_config?.patch_size);
  const keys = layers.at(0)?.keys ?? 0;
  const gridOf = (side: number, down = side) => ({ rows: Math.ceil(height / down), columns: Math.ceil(width / side) });
  if (patch !== undefined) {
    const grid =
      config.window_size === undefined
        ? { rows: Math.floor(height / patch.height), columns: Math.floor(width / patch.width) }
        : gridOf(patch.width, patch.height);
    if (config.window_size !== undefined && config.depths) {
      const windows = windowedGrids({ depths: config.depths, window: config.window_size }, grid.rows, grid.columns);
      const fits =
        layers.length === windows.length &&
        layers.every(
          ({ heads, queries, data }, i) =>
            data.length === windows[i].cells.length * heads * queries && queries === windows[i].size,
        );
      if (fits) {
        return { grid, special: 0, patch, layers: layers.map((layer, i) => ({ ...layer, windows: windows[i] })) };
      }
    } else {
      const special = keys - grid.rows * grid.columns - (config.num_detection_tokens ?? 0);
      if (special >= 0 && special < 64) return { grid, special, patch, layers };
    }
  } else if (config.vision_config) {
    // The size of a patch is left out where it is the usual one, and so are special tokens.
    for (const side of [16, 32, 14]) {
      const grid = gridOf(side);
      const special = keys - grid.rows * grid.columns;
      if (special === 0 || special === 1) return { grid, special, layers };
    }
  } else {
    // A convolutional backbone makes the cells: 32 times smaller in DETR; else by their number and the picture's proportions.
    const gridOfCells = (count: number) =>
      [32, 16, 8, 64].map(stride => gridOf(stride)).find(({ rows, columns }) => rows * columns === count);
    const grid = gridOfCells(Math.max(...layers.map(layer => layer.keys)));
    if (grid) {
      return { grid, special: 0, layers: layers.flatMap(layer => onGrid(layer, grid, gridOfCells(layer.keys))) };
    }
  }
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${info.id} does not attend over one grid of cells (${info.found}), so there is no heat to paint; explain its .onnx file with inputs to see its numbers.`,
  );
}

/** A layer over cells of the grid that is shown, or over larger ones (RT-DETR may have several levels); none over another. */
function onGrid(layer: HeatLayer, shown: GridSize, own: GridSize | undefined): HeatLayer[] {
  if (!own) return [];
  if (own.rows === shown.rows && own.columns === shown.columns) return [layer];
  const cells = Int32Array.from({ length: layer.keys }, (_, cell) => cell);
  return [{ ...layer, windows: { ...own, cells, size: layer.keys } }];
}

function classesOf(open: TransformersModel, { logits }: Record<string, Tensor | undefined>): ImageAnswer[] {
  if (open.info.task !== 'image-classification' || !logits) return [];
  const columns = logits.dims[logits.dims.length - 1];
  const name = classNames(open.model);
  return likeliestTokens(
    logits.data as Float32Array,
    0,
    columns,
    Math.min(mostClasses, columns),
    open.info.outputs,
  ).map(({ id, probability }) => ({ label: name(id), probability, query: 0 }));
}

function boxesOf(
  open: TransformersModel,
  { logits, pred_boxes: boxes }: Record<string, Tensor | undefined>,
  firstQuery: number,
): ImageAnswer[] {
  if (!logits || !boxes) return [];
  const name = classNames(open.model);
  const [, queries, columns] = logits.dims;
  const each = scoresEach(open.model.config as unknown as Record<string, unknown>, columns);
  return detections(logits.data as Float32Array, boxes.data as Float32Array, queries, leastProbability, each)
    .slice(0, mostBoxes)
    .map(({ id, probability, query, box }) => ({ label: name(id), probability, query: firstQuery + query, box }));
}
