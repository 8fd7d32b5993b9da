import { elsewhere } from '../images/imageHeat';
import { gridCell } from '../images/seenRegion';
import type { ImageRegion } from '../images/image';
import type { HeatWish, ImageExplanation, TextHeatWish } from '../images/explained';
import { readable } from './attentionCsv';
import { csv } from '../tables/csv';
import { float32Text } from './float32Text';

/** What is shown of an explained image, in numbers. */
export interface ImageNumbers {
  /** The image's path, as the panel calls it. */
  readonly path: string;
  readonly explanation: ImageExplanation;
  readonly wish: HeatWish;
  /** What is looked from, in words. */
  readonly from: string;
  /** [cell] */
  readonly heat: Float32Array;
  /** What of a text is shown, and what its token looks at: [token]. */
  readonly text?: { readonly wish: TextHeatWish; readonly heat: Float32Array };
}

/** A rectangle in pixels of the image, from its top left. */
export type PixelBox = readonly [left: number, top: number, width: number, height: number];

/** A region in pixels, to a thousandth. */
export function pixelBox(
  { left, top, width, height }: ImageRegion,
  image: { readonly width: number; readonly height: number },
): PixelBox {
  const round = (pixels: number) => Number(pixels.toFixed(3));
  return [
    round(left * image.width),
    round(top * image.height),
    round(width * image.width),
    round(height * image.height),
  ];
}

/** A cell's box in pixels of the image. */
export function cellBox(cell: number, { grid, seen, image }: ImageExplanation): PixelBox {
  return pixelBox(gridCell(cell, grid, seen), image);
}

/**
 * The heat as CSV (RFC 4180): `kind,layer,head,from,row,column,left,top,width,height,attention`, a row a cell; `mean` where
 * several layers or heads are made one, boxes in pixels of the image.
 */
export function imageCellsCsv({ explanation, wish, from, heat }: ImageNumbers): string {
  const { columns } = explanation.grid;
  const start = [wish.kind, nameOf(wish.layer), nameOf(wish.head), readable(from)];
  const lines = Array.from(heat, (value, cell) => [
    ...start,
    Math.floor(cell / columns),
    cell % columns,
    ...cellBox(cell, explanation),
    float32Text(value),
  ]);
  return csv([
    ['kind', 'layer', 'head', 'from', 'row', 'column', 'left', 'top', 'width', 'height', 'attention'],
    ...lines,
  ]);
}

/**
 * What the model says as CSV, likeliest first: `class,probability`; of a detector `object,probability,query,left,top,width,height`
 * with boxes in pixels; of a model that compares with texts `text,probability`, in the order of the texts.
 */
export function imageAnswersCsv({ explanation: { answers, compared, image, model } }: ImageNumbers): string {
  if (model.task === 'object-detection') {
    return csv([
      ['object', 'probability', 'query', 'left', 'top', 'width', 'height'],
      ...answers.map(({ label, probability, query, box }) => [
        readable(label),
        probability,
        query,
        ...(box ? pixelBox(box, image) : ['', '', '', '']),
      ]),
    ]);
  }
  if (typeof compared === 'object') {
    const rows = compared.texts.map(({ text, probability }) => [readable(text), probability]);
    return csv([['text', 'probability'], ...rows]);
  }
  return csv([['class', 'probability'], ...answers.map(({ label, probability }) => [readable(label), probability])]);
}

/** What {@link imageJson} writes, as `JSON.parse` gives it. */
export interface ImageJson {
  readonly format: 'headlight-image';
  /** Raised when a reader of the old shape would misread the new one. */
  readonly version: 1;
  readonly image: ImageExplanation['image'] & { readonly path: string };
  readonly model: ImageExplanation['model'];
  readonly grid: ImageExplanation['grid'];
  /** Tokens before the cells. */
  readonly special: number;
  readonly layers: ImageExplanation['layers'];
  /** Whose attention is given; `all`: the mean. `query` is its row among special tokens, cells and a detector's own. */
  readonly from: HeatWish & { readonly name: string };
  /** [row][column] */
  readonly attention: readonly (readonly number[])[];
  /** What of it no cell has. */
  readonly elsewhere: number;
  /** [row][column]: the cell in pixels of the image. */
  readonly boxes: readonly (readonly PixelBox[])[];
  readonly answers: readonly {
    readonly label: string;
    readonly probability: number;
    readonly query?: number;
    readonly box?: PixelBox;
  }[];
  readonly texts?: readonly {
    readonly text: string;
    readonly probability: number;
    readonly tokens: readonly string[];
    readonly cut: boolean;
  }[];
  /** What a token of a text looks at among that text's tokens. */
  readonly textAttention?: TextHeatWish & { readonly attention: readonly number[] };
}

/** All numbers that are shown of an explained image as JSON (RFC 8259), in the shape of {@link ImageJson}. */
export function imageJson({ path, explanation, wish, from, heat, text }: ImageNumbers): string {
  const { image, model, grid, special, layers, answers, compared } = explanation;
  const byPlace = <Value>(value: (cell: number) => Value) =>
    Array.from({ length: grid.rows }, (_, row) =>
      Array.from({ length: grid.columns }, (__, column) => value(row * grid.columns + column)),
    );
  // Numbers as they are told apart in 32 bits, not as JavaScript's 64 write them.
  const shortest = (value: number) => Number(float32Text(value));
  const json: ImageJson = {
    format: 'headlight-image',
    version: 1,
    image: { path, ...image },
    model,
    grid,
    special,
    layers,
    from: { ...wish, name: from },
    attention: byPlace(cell => shortest(heat[cell])),
    elsewhere: elsewhere(heat),
    boxes: byPlace(cell => cellBox(cell, explanation)),
    answers: answers.map(({ label, probability, query, box }) => ({
      label,
      probability,
      ...(box ? { query, box: pixelBox(box, image) } : {}),
    })),
    ...(typeof compared === 'object' ? { texts: compared.texts } : {}),
    ...(text ? { textAttention: { ...text.wish, attention: Array.from(text.heat, shortest) } } : {}),
  };
  return `${JSON.stringify(json)}\n`;
}

function nameOf(chosen: number | 'all'): string {
  return chosen === 'all' ? 'mean' : String(chosen);
}
