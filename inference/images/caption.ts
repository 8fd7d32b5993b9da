import { Tensor } from '@huggingface/transformers';
import { captionWords } from '../../core/captions/captionWords';
import { gridCells, type GridCells } from '../../core/images/gridCells';
import { pixelSizeOf, type GivenSize } from '../../core/images/pixelSize';
import { gridCell, patchedRegion } from '../../core/images/seenRegion';
import { windowedGrids, type WindowedGrid } from '../../core/images/windowedGrid';
import { windowedRows } from '../../core/images/windowedRows';
import type { AttentionTensor } from '../../core/run/explanation';
import type { Caption, CaptionText, CaptionWord, CoveredCaption } from '../../core/captions/caption';
import type { ImageFacts, ImageRegion, ImageSource } from '../../core/images/image';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ReadImage } from './decodeImage';
import { imageInput, type ImageInput } from './imageInput';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { probabilityOf } from '../text/probabilityOf';
import { textModel } from '../models/textModel';
import { Recorder, type LayerTensor } from '../models/recorder';
import { int64 } from '../models/tokenInputs';
import { drawnKind, kindOfPixels } from './drawnKind';
import { coverRegion, framePixels, type FramePixels } from './framePixels';

/** A caption is cut after so many tokens: a model that repeats itself would go on to the end of its context. */
const longestCaption = 64;
/** More numbers of the encoder are not sent to the panel, which shows means: 32 MB. */
const mostEncoderNumbers = 2 ** 23;
/** Of an encoder that looks in windows, so many places in all windows and layers are recorded at most. */
const mostWindowed = 2 ** 23;

/** A picture that is ready for the model. */
export interface PreparedImage {
  readonly facts: ImageFacts;
  readonly input: ImageInput;
  /** What of the image the pixels are, in parts of its width and height. */
  readonly seen: ImageRegion;
  /** Whether it looks like a photograph or a screenshot, where that is not seen from the pixels. */
  readonly kind?: Pick<CaptionText, 'photo' | 'screenshot'>;
  readonly pixels: FramePixels;
  readonly decodeTime: number;
}

/** Decodes an image at the size the model takes. */
export async function prepareImage(
  open: TransformersModel,
  source: ImageSource,
  read: () => Promise<ReadImage>,
): Promise<PreparedImage> {
  const started = performance.now();
  const input = await imageInput(open);
  const image = await read();
  const { width, height, padding } = input;
  const seen = input.seen(image.facts);
  const whole = seen.left <= 0 && seen.top <= 0;
  return {
    facts: image.facts,
    input,
    seen,
    kind: width === height && whole ? undefined : await drawnKind(source, image),
    pixels: await framePixels(source, image, { width, height, seen, padding }),
    decodeTime: performance.now() - started,
  };
}

/**
 * Captions an image, the likeliest token each time, with the attention of every word.
 * @param cover regions of the image that the model is not to see: grey.
 */
export async function caption(
  open: TransformersModel,
  image: PreparedImage,
  cover: readonly ImageRegion[] = [],
): Promise<Caption> {
  const pixels = covered(image, cover);
  const windows = encoderWindows(open, image);
  const records =
    windows.length === 0 || windows.reduce((sum, { cells, size }) => sum + cells.length * size, 0) <= mostWindowed;
  const recorder = new Recorder(open, {
    windows: true,
    wants: (kind, _layer, what) => (kind === 'cross' || (kind === 'encoder' && records)) && what === 'probabilities',
  });
  let written: Written;
  try {
    written = await write(open, image, pixels, recorder);
  } finally {
    recorder.stop();
  }
  const attention = recorder.attention();
  const cross = attention.filter(layer => layer.kind === 'cross');
  const encoder = attention.filter(layer => layer.kind === 'encoder');
  if (cross.length === 0) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} holds no cross-attention to show; choose another captioner.`,
    );
  }
  const grid = cellsOf(open, image, cross[0].keys);
  return {
    ...written.text,
    grid: { rows: grid.rows, columns: grid.columns },
    background: pixels.background,
    seen: seenByCells(image, grid),
    cross: wordRows(cross, written.text.words, grid),
    encoder: encoderRows(encoder, windows, grid),
  };
}

/** Captions an image without recording attention. */
export async function captionText(open: TransformersModel, image: PreparedImage): Promise<CaptionText> {
  const recorder = new Recorder(open, { wants: () => false });
  try {
    return (await write(open, image, image.pixels, recorder)).text;
  } finally {
    recorder.stop();
  }
}

/** Captions an image with regions of it covered, and tells what that does to the words of the whole image's caption. */
export async function coveredCaption(
  open: TransformersModel,
  image: PreparedImage,
  cover: readonly ImageRegion[],
): Promise<CoveredCaption> {
  const {
    text: { words },
    ids,
  } = await captionIds(open, image);
  const plain = await wordLogProbabilities(open, image, image.pixels, ids, words);
  const after = await wordLogProbabilities(open, image, covered(image, cover), ids, words);
  return { caption: await caption(open, image, cover), changes: after.map((value, word) => value - plain[word]) };
}

/**
 * Covers cells one after another and measures every word of the caption, held fixed (teacher forcing): the occlusion of
 * Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 3.
 * @returns [cell given][word]: how far the word's log-probability falls, in nats.
 */
export async function occlusion(
  open: TransformersModel,
  image: PreparedImage,
  cells: readonly number[],
  isCancelled: () => boolean,
): Promise<Float32Array> {
  const {
    text: { words },
    ids,
    encoderPositions,
  } = await captionIds(open, image);
  const plain = await wordLogProbabilities(open, image, image.pixels, ids, words);
  const falls = new Float32Array(cells.length * words.length);
  const grid = cellsOf(open, image, encoderPositions);
  const seen = seenByCells(image, grid);
  for (const [i, cell] of cells.entries()) {
    if (isCancelled()) break;
    const pixels = covered(image, [gridCell(cell, grid, seen)]);
    const after = await wordLogProbabilities(open, image, pixels, ids, words);
    after.forEach((value, word) => {
      falls[i * words.length + word] = plain[word] - value;
    });
  }
  return falls;
}

function covered({ pixels, seen }: PreparedImage, cover: readonly ImageRegion[]): FramePixels {
  return cover.reduce((p, region) => coverRegion(p, region, seen), pixels);
}

interface Written {
  readonly text: CaptionText;
  readonly ids: readonly number[];
}

async function captionIds(
  open: TransformersModel,
  image: PreparedImage,
): Promise<Written & { encoderPositions: number }> {
  const recorder = new Recorder(open, {
    wants: (kind, layer, what) => kind === 'cross' && layer === 0 && what === 'probabilities',
  });
  try {
    const written = await write(open, image, image.pixels, recorder);
    return { ...written, encoderPositions: recorder.attention()[0]?.keys ?? 0 };
  } finally {
    recorder.stop();
  }
}

async function write(
  open: TransformersModel,
  image: PreparedImage,
  pixels: FramePixels,
  recorder: Recorder,
): Promise<Written> {
  const started = performance.now();
  const generated = open.model.generate({
    ...modelInputs(open, image, pixels),
    max_new_tokens: Math.min(longestCaption, open.info.contextLength - 1),
    do_sample: false,
    num_beams: 1,
  }) as Promise<Tensor>;
  const result = await generated.catch((error: unknown) => {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${open.info.id} failed while it wrote a caption; see the log for the reason, or choose another captioner.`,
      error,
    );
  });
  const all = Array.from(result.data as BigInt64Array, Number);
  const logits = recorder.logits();
  const end = [open.model.generation_config, open.model.config]
    .map(config => (config as { eos_token_id?: number | number[] | null } | null | undefined)?.eos_token_id)
    .find(id => id != null);
  const isEnd = (id: number) => (Array.isArray(end) ? end.includes(id) : id === end);
  const special: readonly number[] = textModel(open).tokenizer.all_special_ids;
  // The first is the start token; logits' row i says what follows the i-th.
  const ids = all.slice(1).filter((id, i, rest) => !(i === rest.length - 1 && isEnd(id)));
  const tokens = ids.map((id, i) => ({
    text: special.includes(id) ? '' : open.predictionText(id, all),
    probability: logits ? probabilityOf(logits, i, id) : 1,
  }));
  const words = captionWords(tokens);
  return {
    ids: all.slice(0, ids.length + 1),
    text: {
      image: image.facts,
      words,
      text: words.map(({ text }) => text).join(' '),
      ...(image.kind ?? kindOfPixels(pixels, image.seen, image.facts)),
      times: { decode: image.decodeTime, run: performance.now() - started },
    },
  };
}

async function wordLogProbabilities(
  open: TransformersModel,
  image: PreparedImage,
  pixels: FramePixels,
  ids: readonly number[],
  words: readonly CaptionWord[],
): Promise<number[]> {
  const recorder = new Recorder(open, { wants: () => false });
  try {
    await open.model({ ...modelInputs(open, image, pixels), decoder_input_ids: int64(ids) });
    const logits = recorder.logits()!;
    return words.map(({ from, to }) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += Math.log(Math.max(1e-30, probabilityOf(logits, i, ids[i + 1])));
      return sum;
    });
  } finally {
    recorder.stop();
  }
}

/** What the model is given: the pixels, and what it is asked where it is. */
function modelInputs(open: TransformersModel, { input }: PreparedImage, pixels: FramePixels): Record<string, Tensor> {
  return { pixel_values: pixelValues(pixels, input), ...promptInputs(open, input) };
}

function promptInputs(open: TransformersModel, { prompt }: ImageInput): Record<string, Tensor> {
  return prompt === undefined ? {} : textModel(open).tokenizer(prompt);
}

/** How many of the encoder's positions stand for the image: they come first, then those of the prompt. */
function imagePositions(open: TransformersModel, { input }: PreparedImage, positions: number): number {
  return positions - (promptInputs(open, input).input_ids?.dims[1] ?? 0);
}

/** [1, 3, height, width]; (value / 255 − mean) / deviation of each channel. */
function pixelValues({ width, height, data }: FramePixels, { mean, deviation }: ImageInput): Tensor {
  const plane = width * height;
  const values = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) values[c * plane + i] = (data[i * 3 + c] / 255 - mean[c]) / deviation[c];
  }
  return new Tensor('float32', values, [1, 3, height, width]);
}

/** What of a captioner's config.json tells where its cells are. */
interface EncoderConfig {
  readonly encoder?: {
    readonly patch_size?: GivenSize;
    /** Swin's: cells along a window's side, and layers of each stage. */
    readonly window_size?: number;
    readonly depths?: readonly number[];
  };
}

/** The grid that a captioner's cross-attention lies over. @throws {InferenceFault} where its positions make none. */
function cellsOf(open: TransformersModel, image: PreparedImage, keys: number): GridCells {
  const { encoder } = open.model.config as unknown as EncoderConfig;
  const grid = gridCells(imagePositions(open, image, keys), image.pixels, pixelSizeOf(encoder?.patch_size));
  if (grid) return grid;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${open.info.id} looks at ${keys} positions of ${image.pixels.width} × ${image.pixels.height} pixels, which make no grid that could be laid on the picture; choose another captioner.`,
  );
}

/** What of the image the cells lie over: a little less or more than the pixels where these are no multiple of a cell. */
function seenByCells({ seen, pixels }: PreparedImage, grid: GridCells): ImageRegion {
  return grid.cell === undefined ? seen : patchedRegion(seen, grid, grid.cell, pixels);
}

/** The windows of a hierarchical encoder's layers; none of another. */
function encoderWindows(open: TransformersModel, { pixels }: PreparedImage): WindowedGrid[] {
  const { patch_size, window_size: window, depths } = (open.model.config as unknown as EncoderConfig).encoder ?? {};
  const patch = pixelSizeOf(patch_size);
  if (!patch || window === undefined || !depths) return [];
  return windowedGrids(
    { depths, window },
    Math.ceil(pixels.height / patch.height),
    Math.ceil(pixels.width / patch.width),
  );
}

/** {@link Caption.encoder} */
function encoderRows(
  layers: readonly LayerTensor[],
  windows: readonly WindowedGrid[],
  grid: GridCells,
): AttentionTensor {
  const cells = grid.rows * grid.columns;
  const none = { shape: [0, 0, cells, cells] as const, data: new Float32Array(0) };
  if (layers.length * cells * cells > mostEncoderNumbers) return none;
  if (windows.length === 0) {
    const whole = layers.every(({ queries, keys }) => queries === keys && keys >= grid.before + cells);
    return whole ? cellRows(layers, grid) : none;
  }
  const fits =
    layers.length === windows.length &&
    layers.every(
      ({ heads, queries, data }, i) =>
        data.length === windows[i].cells.length * heads * queries && queries === windows[i].size,
    );
  if (!fits) return none;
  const data = new Float32Array(layers.length * cells * cells);
  layers.forEach((layer, i) => data.set(windowedRows(layer, windows[i], grid), i * cells * cells));
  return { shape: [layers.length, 1, cells, cells], data };
}

/** The mean over each word's tokens of the rows of [heads, tokens, positions], all layers as [layer][head][word][cell]. */
function wordRows(
  layers: readonly LayerTensor[],
  words: readonly CaptionWord[],
  { rows, columns, before }: GridCells,
): AttentionTensor {
  const { heads, keys } = layers[0];
  const cells = rows * columns;
  const data = new Float32Array(layers.length * heads * words.length * cells);
  let to = 0;
  for (const layer of layers) {
    for (let head = 0; head < heads; head++) {
      for (const word of words) {
        for (let token = word.from; token < word.to; token++) {
          // Row i is where the decoder looked as it read the i-th token and wrote the next: the caption's token i.
          const from = (head * layer.queries + token) * keys + before;
          for (let key = 0; key < cells; key++) data[to + key] += layer.data[from + key] / (word.to - word.from);
        }
        to += cells;
      }
    }
  }
  return { shape: [layers.length, heads, words.length, cells], data };
}

/** What cells look at, without the positions that stand for none: [layer][head][cell][cell]; where that is much or layers differ in heads, the mean of a layer's heads. */
function cellRows(layers: readonly LayerTensor[], { rows, columns, before }: GridCells): AttentionTensor {
  const cells = rows * columns;
  const all = layers.reduce((sum, { heads }) => sum + heads, 0) * cells * cells;
  if (all > mostEncoderNumbers || layers.some(({ heads }) => heads !== layers[0].heads)) {
    return { shape: [layers.length, 1, cells, cells], data: meanRows(layers, cells, before) };
  }
  const parts = layers.flatMap(({ heads, queries, keys, data }) =>
    Array.from({ length: heads * cells }, (_, i) => {
      const from = (Math.floor(i / cells) * queries + before + (i % cells)) * keys + before;
      return data.subarray(from, from + cells);
    }),
  );
  const data = new Float32Array(parts.length * cells);
  parts.forEach((part, i) => data.set(part, i * cells));
  return { shape: [layers.length, layers[0]?.heads ?? 0, cells, cells], data };
}

/** The mean of each layer's heads: [layer][cell][cell]. */
function meanRows(layers: readonly LayerTensor[], cells: number, before: number): Float32Array {
  const data = new Float32Array(layers.length * cells * cells);
  layers.forEach(({ heads, queries, keys, data: from }, layer) => {
    for (let head = 0; head < heads; head++) {
      for (let cell = 0; cell < cells; cell++) {
        const row = (head * queries + before + cell) * keys + before;
        const to = (layer * cells + cell) * cells;
        for (let key = 0; key < cells; key++) data[to + key] += from[row + key] / heads;
      }
    }
  });
  return data;
}
