import path from 'node:path';
import { fileLimits } from '../../core/files/fileLimits';
import type { DeclaredInput } from '../../core/graph/graphInputs';
import { pictureNameOf } from '../../core/graph/pictureName';
import type { NumberArray } from '../../core/graph/readNpy';
import type { ImageRegion, ImageSource } from '../../core/images/image';
import { isObject } from '../../core/models/isObject';
import { workLimits } from '../../core/protocol/workLimits';
import { readLimitedText } from '../models/readLimited';
import { readImage, type ReadImage } from '../images/decodeImage';
import { besideInputs } from './besideInputs';
import { framePixels } from '../images/framePixels';
import { pictureSize, type Preprocessor, seenBy } from '../images/preprocessor';

/** A picture that a file of inputs names, as the pixels of one of a graph's inputs. */
export interface PictureInputs {
  readonly source: ImageSource;
  readonly image: ReadImage;
  /** The input that takes it, and its numbers. */
  readonly input: DeclaredInput;
  readonly pixels: NumberArray;
  readonly width: number;
  readonly height: number;
  /** What of the picture the numbers are. */
  readonly seen: ImageRegion;
  /** How it was made ready, in one sentence. */
  readonly note: string;
  /** The file of inputs without what it says of the picture, the picture's input as the name of an NPY file. */
  readonly rest: string;
}

/** What stands in {@link PictureInputs.rest} for the picture's numbers. */
export const pictureName = 'the picture';

/** Where nothing says how large a picture is to be, or how its values are scaled. */
const usual = { size: 224, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] } as const;
const white = [255, 255, 255] as const;

/**
 * The picture that a file of inputs names (`"image": "cat.png"`, beside the file), scaled as the file says (`mean`, `std`,
 * `size`), as preprocessor_config.json beside the graph or its folder says, or as is usual.
 * @param home the folder of the inputs.
 * @param graphFolder the folder of the graph.
 * @returns undefined where the file names none, or an input of the graph is called so.
 * @throws Error with one sentence that names what is wrong.
 */
export async function pictureInputs(
  json: string,
  inputs: readonly DeclaredInput[],
  home: string,
  graphFolder: string,
): Promise<PictureInputs | undefined> {
  const name = inputs.some(input => input.name === 'image') ? undefined : pictureNameOf(json);
  if (name === undefined) return undefined;
  const { mean, std, size, ...others } = JSON.parse(json) as Record<string, unknown>;
  delete others.image;
  const input = pixelInput(inputs);
  if (!input) {
    throw new Error(
      `“image” names a picture, and no input of this model takes one: it takes ${inputs.map(({ name: own, type, shape }) => `${own} (${type} [${shape.join(', ')}])`).join(', ')}.`,
    );
  }
  const beside = await preprocessorBeside(graphFolder);
  const rule = (beside ?? {}) as Preprocessor;
  const last = channelsLast(input);
  const channels = input.shape[last ? 3 : 1] === 1 ? 1 : 3;
  const means = channelValues(mean, 'mean') ?? channelValues(rule.image_mean, 'image_mean') ?? usual.mean;
  const deviations = channelValues(std, 'std') ?? channelValues(rule.image_std, 'image_std') ?? usual.deviation;
  const stated = size === undefined ? undefined : ({ size } as Preprocessor);
  const fixed = (last ? input.shape.slice(1, 3) : input.shape.slice(2)).filter(
    (side): side is number => typeof side === 'number' && side > 0,
  );
  const frame = pictureSize({ size: fixed.length === 2 ? fixed : undefined }) ??
    pictureSize(stated ?? {}) ??
    pictureSize(rule) ?? { width: usual.size, height: usual.size };
  if (![frame.width, frame.height].every(side => Number.isInteger(side) && side <= workLimits.imageSide)) {
    throw new Error(`The picture cannot be ${frame.width} × ${frame.height} pixels; write another size.`);
  }
  const source = { name, path: await besideInputs(home, name), background: white };
  const image = await readImage(source);
  const seen = seenBy(stated ?? rule, image.facts, frame);
  const { data } = await framePixels(source, image, { ...frame, seen });
  const raw = input.type === 'uint8';
  const plane = frame.width * frame.height;
  const numbers = new Float32Array(plane * channels);
  for (let i = 0; i < plane; i++) {
    const rgb = data.subarray(i * 3, i * 3 + 3);
    for (let c = 0; c < channels; c++) {
      const value = channels === 1 ? rgb[0] * 0.299 + rgb[1] * 0.587 + rgb[2] * 0.114 : rgb[c];
      const to = last ? i * channels + c : c * plane + i;
      numbers[to] = raw
        ? Math.round(value)
        : (value / 255 - means[c % means.length]) / deviations[c % deviations.length];
    }
  }
  const list = (values: readonly number[]) => [...new Set(values)].map(value => Number(value.toFixed(3))).join(', ');
  const from =
    mean !== undefined || std !== undefined
      ? 'as the inputs say'
      : rule.image_mean || rule.image_std
        ? 'as preprocessor_config.json says'
        : 'as is usual; write "mean" and "std" beside "image" for others';
  return {
    source,
    image,
    input,
    pixels: {
      shape: last ? [1, frame.height, frame.width, channels] : [1, channels, frame.height, frame.width],
      data: numbers,
    },
    ...frame,
    seen,
    note: raw
      ? `${name} was read at ${frame.width} × ${frame.height} pixels, its values as they are (0 to 255).`
      : `${name} was read at ${frame.width} × ${frame.height} pixels, mean ${list(means)} and deviation ${list(deviations)} (${from}).`,
    rest: JSON.stringify({ ...others, [input.name]: pictureName }),
  };
}

/** The input that takes pixels: the one called so, or the only one of four axes of which one has channels. */
function pixelInput(inputs: readonly DeclaredInput[]): DeclaredInput | undefined {
  const four = inputs.filter(
    ({ type, shape }) =>
      shape.length === 4 &&
      /^(float|uint8)/.test(type) &&
      [shape[1], shape[3]].some(axis => typeof axis !== 'number' || axis <= 0 || axis === 1 || axis === 3),
  );
  return four.find(({ name }) => /pixel|image/i.test(name)) ?? (four.length === 1 ? four[0] : undefined);
}

function channelsLast({ shape }: DeclaredInput): boolean {
  return shape[1] !== 3 && shape[1] !== 1 && (shape[3] === 3 || shape[3] === 1);
}

/** A value for all channels, or one for each. */
function channelValues(given: unknown, name: string): readonly number[] | undefined {
  if (given === undefined) return undefined;
  const values = [given].flat() as unknown[];
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const fits = (values.length === 1 || values.length === 3) && numbers.length === values.length;
  if (!fits || (/std/.test(name) && numbers.includes(0))) {
    throw new Error(`“${name}” must be a number or three of them, one for each channel.`);
  }
  return numbers;
}

async function preprocessorBeside(folder: string): Promise<Record<string, unknown> | undefined> {
  for (const candidate of [folder, path.dirname(folder)]) {
    try {
      const value: unknown = JSON.parse(
        await readLimitedText(path.join(candidate, 'preprocessor_config.json'), fileLimits.modelJson),
      );
      if (isObject(value)) return value;
    } catch {
      // None there, or none that can be read: what is usual is told.
    }
  }
  return undefined;
}
