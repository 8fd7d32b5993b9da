import { RawImage, Tensor } from '@huggingface/transformers';
import type { CancellationToken } from 'vscode-jsonrpc';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ImageFacts, ImageRegion, ImageSource } from '../../core/images/image';
import { seenRegion, type CropRule } from '../../core/images/seenRegion';
import type { PicturePart } from '../../core/vision/picturePart';
import { decoding, type ReadImage } from '../images/decodeImage';
import { onBackground } from '../images/framePixels';
import { InferenceFault } from '../models/inferenceFault';
import { floatNumbers } from '../models/floatNumbers';
import { stopIfCancelled } from '../models/stopIfCancelled';
import { methodsOf, type VisionModel } from './visionModel';

/** A picture is decoded with at most so many pixels on its longer side: SmolVLM's largest, four tiles of 512. */
const longestSide = 2048;
/** Models of any size (Qwen2-VL) are given at most so many pixels, 1,280 tokens of 28 × 28, as their authors advise for a balance. */
const mostPixels = 1280 * 28 * 28;

/** No picture is read that is more than so many times as long as wide: processors make its width 0, its length too much to hold, or refuse it. */
const mostElongated = 200;

/** A picture in pixels, upright, on its background. */
export interface RawPicture {
  readonly facts: ImageFacts;
  readonly width: number;
  readonly height: number;
  /** [row][column][red, green, blue], 0 to 255. */
  readonly data: Uint8ClampedArray;
  readonly decodeTime: number;
}

/** What a picture is to a model. */
export interface VisionPicture {
  /** What the processor made of it. */
  readonly inputs: Readonly<Record<string, unknown>> & { readonly pixel_values: Tensor };
  /** [picture token][width] */
  readonly features: Float32Array;
  readonly tokens: number;
  readonly parts: readonly PicturePart[];
  /** Milliseconds that the vision encoder took. */
  readonly encodeTime: number;
}

/** Decodes a picture. */
export async function rawPicture(source: ImageSource, read: () => Promise<ReadImage>): Promise<RawPicture> {
  const started = performance.now();
  const image = await read();
  const { width, height } = image.facts;
  if (Math.max(width, height) > mostElongated * Math.min(width, height)) {
    throw new InferenceFault(
      InferenceErrorCode.image,
      `${source.name} is more than ${mostElongated} times as long as it is wide, which vision-language models cannot read; crop it.`,
    );
  }
  const { data, ...info } = await decoding(source, () =>
    image.render({ side: Math.min(longestSide, Math.max(width, height, 64)), as: 'pixels' }),
  );
  return {
    facts: image.facts,
    width: info.width,
    height: info.height,
    data: new Uint8ClampedArray(onBackground(data, source.background).data),
    decodeTime: performance.now() - started,
  };
}

/** A picture with regions of it, in parts of its width and height, grey. */
export function coverPicture(picture: RawPicture, cover: readonly ImageRegion[]): RawPicture {
  if (cover.length === 0) return picture;
  const { width, height } = picture;
  const data = picture.data.slice();
  const edge = (at: number, side: number) => Math.max(0, Math.min(side, Math.round(at * side)));
  for (const region of cover) {
    const [left, right] = [edge(region.left, width), edge(region.left + region.width, width)];
    const [top, bottom] = [edge(region.top, height), edge(region.top + region.height, height)];
    for (let y = top; y < bottom; y++) data.fill(127, (y * width + left) * 3, (y * width + right) * 3);
  }
  return { ...picture, data };
}

/** What the model's processor makes of a picture, without what the vision encoder makes of that. */
export async function processPicture(
  open: VisionModel,
  { width, height, data }: RawPicture,
): Promise<VisionPicture['inputs']> {
  const processor = open.processor.image_processor as unknown as {
    (image: RawImage, options?: object): Promise<VisionPicture['inputs']>;
    max_pixels?: number;
  };
  if (processor.max_pixels !== undefined) processor.max_pixels = Math.min(processor.max_pixels, mostPixels);
  try {
    return await processor(new RawImage(data, width, height, 3), { return_row_col_info: true });
  } catch (error) {
    throw new InferenceFault(
      InferenceErrorCode.image,
      `The processor of ${open.info.id} cannot read a picture of ${width} × ${height} pixels; crop it where it is a strip, or choose another vision-language model.`,
      error,
    );
  }
}

/** What reading a picture is told and tells. */
export interface EncodeOptions {
  /** The same picture as it was: of its tiles only those that differ are encoded again. */
  readonly known?: VisionPicture;
  readonly cancelled?: CancellationToken;
  /** Is told how many tiles are read. */
  readonly onTile?: (done: number, tiles: number) => void;
}

/** Runs the vision encoder on a picture. @throws {InferenceFault} where its features form no grid. */
export async function encodePicture(
  open: VisionModel,
  inputs: VisionPicture['inputs'],
  picture: Pick<RawPicture, 'width' | 'height'>,
  options: EncodeOptions = {},
): Promise<VisionPicture> {
  const started = performance.now();
  const { features, width } = await encodeTiles(open, inputs, options);
  const tokens = features.length / width;
  return {
    inputs,
    features,
    tokens,
    parts: pictureParts(open, inputs, tokens, picture),
    encodeTime: performance.now() - started,
  };
}

/** [picture token][width]. Tiles of a split picture are encoded one by one: side by side they would take memory each. */
async function encodeTiles(
  open: VisionModel,
  inputs: VisionPicture['inputs'],
  { known, cancelled, onTile }: EncodeOptions,
): Promise<{ features: Float32Array; width: number }> {
  const encode = async (of: object) => {
    const output = await methodsOf(open.model).encode_image(of);
    return { features: floatNumbers(output as never)!, width: output.dims[output.dims.length - 1] };
  };
  const tiles = tilesOf(inputs);
  if (tiles === 1) return encode(inputs);
  const changed = known && changedTiles(inputs.pixel_values, known.inputs.pixel_values);
  let [features, width] = [changed && known.features.slice(), changed ? known.features.length / known.tokens : 0];
  for (const tile of changed ?? Array.from({ length: tiles }, (_, i) => i)) {
    if (cancelled) stopIfCancelled(cancelled);
    onTile?.(tile, tiles);
    const encoded = await encode(inputsOfTile(inputs, tile));
    features ??= new Float32Array(encoded.features.length * tiles);
    features.set(encoded.features, tile * encoded.features.length);
    width = encoded.width;
  }
  return { features: features!, width };
}

/** How many tiles a picture was split into, [1, tiles, 3, height, width]; 1 where it is no more than one. */
function tilesOf({ pixel_values }: VisionPicture['inputs']): number {
  return pixel_values.dims.length === 5 ? pixel_values.dims[1] : 1;
}

/** The tiles of a split picture, [1, tiles, 3, height, width], whose pixels differ; undefined where it is not split alike. */
function changedTiles(now: Tensor, before: Tensor): number[] | undefined {
  if (now.dims.length !== 5 || now.dims.join() !== before.dims.join()) return undefined;
  const [a, b] = [now.data as Float32Array, before.data as Float32Array];
  const size = a.length / now.dims[1];
  return Array.from({ length: now.dims[1] }, (_, tile) => tile).filter(tile => {
    for (let i = tile * size; i < (tile + 1) * size; i++) if (a[i] !== b[i]) return true;
    return false;
  });
}

/** What the encoder is fed of one tile of a split picture: tiles are read side by side, each by itself. */
export function inputsOfTile(inputs: VisionPicture['inputs'], tile: number): object {
  const tiles = tilesOf(inputs);
  if (tiles === 1) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      value instanceof Tensor && value.dims[1] === tiles ? value.slice(null, [tile, tile + 1]) : value,
    ]),
  );
}

const whole: ImageRegion = { left: 0, top: 0, width: 1, height: 1 };

/** How a model's picture tokens lie on the picture. */
function pictureParts(
  open: VisionModel,
  inputs: VisionPicture['inputs'],
  tokens: number,
  { width, height }: Pick<RawPicture, 'width' | 'height'>,
): PicturePart[] {
  const {
    rows,
    cols,
    image_grid_thw: grid,
  } = inputs as {
    rows?: readonly (readonly number[])[];
    cols?: readonly (readonly number[])[];
    image_grid_thw?: Tensor;
  };
  if (grid) {
    const merge = open.config.vision_config?.spatial_merge_size ?? 2;
    const [, high, wide] = Array.from(grid.data as BigInt64Array, Number);
    return [{ kind: 'whole', region: whole, rows: high / merge, columns: wide / merge, from: 0 }];
  }
  if (rows && cols) {
    const [tileRows, tileColumns] = [rows[0][0], cols[0][0]];
    const each = tokens / (tileRows * tileColumns + 1);
    const side = sideOf(open, each);
    const tiles = Array.from({ length: tileRows * tileColumns }, (_, tile): PicturePart => ({
      kind: 'tile',
      region: {
        left: (tile % tileColumns) / tileColumns,
        top: Math.floor(tile / tileColumns) / tileRows,
        width: 1 / tileColumns,
        height: 1 / tileRows,
      },
      rows: side,
      columns: side,
      from: tile * each,
    }));
    const kind = tiles.length > 0 ? 'thumbnail' : 'whole';
    return [...tiles, { kind, region: whole, rows: side, columns: side, from: tiles.length * each }];
  }
  const side = sideOf(open, tokens);
  const rule = (open.processor.image_processor as unknown as { config: CropRule }).config;
  return [{ kind: 'whole', region: seenRegion(rule, width, height), rows: side, columns: side, from: 0 }];
}

function sideOf({ info }: VisionModel, tokens: number): number {
  const side = Math.sqrt(tokens);
  if (Number.isInteger(side)) return side;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${info.id} makes ${tokens} tokens of a picture, which are no square that could be laid on it; choose another vision-language model, such as SmolVLM.`,
  );
}
