import type { MatrixScale } from '../../core/attention/weightScale';
import type { Theme } from '../common/theme';
import { type HeadMatrix, type MatrixRegion } from '../run/headMatrix';
import { paintRegion } from './regionPainter';

/** How weights are painted. */
export interface Paint {
  readonly scale: MatrixScale;
  readonly theme: Theme;
  /** Whether what a query cannot see (the keys after it) is left transparent. */
  readonly causal: boolean;
  /** The keys that no query can see, by their place: left transparent too. */
  readonly hidden?: Uint8Array;
  /** Where the numbers are differences: the colours of those below zero, as the theme has them of weights. */
  readonly below?: Uint32Array;
}

/** Where something is painted, in CSS pixels. */
export interface PaintedBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Paints cells of a matrix on a canvas. */
export class MatrixPainter {
  private image?: HTMLCanvasElement;

  /** Fills a box with a part of a matrix. */
  paint(
    context: CanvasRenderingContext2D,
    matrix: HeadMatrix,
    region: MatrixRegion,
    { left, top, width, height }: PaintedBox,
    paint: Paint,
  ): void {
    const [cellWidth, cellHeight] = [width / region.keys, height / region.queries];
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.imageSmoothingEnabled = false;
    if (Math.min(cellWidth, cellHeight) * devicePixelRatio >= 1) {
      // A pixel for each cell, made larger by the canvas: far fewer than the screen's.
      const [query, queries] = wholeCells(region.query, region.queries, matrix.queries);
      const [key, keys] = wholeCells(region.key, region.keys, matrix.keys);
      const image = this.imageOf(matrix, { query, key, queries, keys }, keys, queries, paint);
      context.drawImage(
        image,
        left + (key - region.key) * cellWidth,
        top + (query - region.query) * cellHeight,
        keys * cellWidth,
        queries * cellHeight,
      );
    } else {
      const [across, down] = [width, height].map(side => Math.max(1, Math.round(side * devicePixelRatio)));
      context.drawImage(this.imageOf(matrix, region, across, down, paint), left, top, width, height);
    }
    context.restore();
  }

  private imageOf(
    matrix: HeadMatrix,
    region: MatrixRegion,
    width: number,
    height: number,
    paint: Paint,
  ): HTMLCanvasElement {
    const image = (this.image ??= document.createElement('canvas'));
    if (image.width !== width) image.width = width;
    if (image.height !== height) image.height = height;
    const pixels = new ImageData(width, height);
    paintRegion(matrix, region, new Uint32Array(pixels.data.buffer), width, height, paint);
    image.getContext('2d')?.putImageData(pixels, 0, 0);
    return image;
  }
}

/** The cells that a part of an axis touches: the first, and how many. */
function wholeCells(at: number, length: number, all: number): readonly [number, number] {
  const first = Math.max(0, Math.floor(at + 1e-6));
  return [first, Math.min(all, Math.ceil(at + length - 1e-6)) - first];
}
