import type { GridSize } from './gridSize';
import type { ImageRegion } from './image';
import { pixelSizeOf, type GivenSize, type PixelSize } from './pixelSize';

/** What of an image a model's preprocessor keeps, as preprocessor_config.json says. */
export interface CropRule {
  readonly do_center_crop?: boolean;
  readonly crop_size?: GivenSize;
  readonly size?: GivenSize;
}

/**
 * The part of an image that is left after it was resized and its middle cut out, in parts of its width and height.
 * @returns the whole image where nothing is cut.
 */
export function seenRegion({ do_center_crop, crop_size, size }: CropRule, width: number, height: number): ImageRegion {
  const crop = pixelSizeOf(crop_size);
  if (!do_center_crop || !crop) return wholeImage;
  const shortest = typeof size === 'number' ? size : (size as { shortest_edge?: number } | undefined)?.shortest_edge;
  const stretched = pixelSizeOf(size) ?? crop;
  const [resizedWidth, resizedHeight] =
    shortest === undefined
      ? [stretched.width, stretched.height]
      : [width, height].map(side => (side * shortest) / Math.min(width, height));
  // Where the crop is larger than the picture, the rest is padding: the region reaches beyond the image.
  const [w, h] = [crop.width / resizedWidth, crop.height / resizedHeight];
  return { left: (1 - w) / 2, top: (1 - h) / 2, width: w, height: h };
}

/** All of an image. */
export const wholeImage: ImageRegion = { left: 0, top: 0, width: 1, height: 1 };

/** What a model sees into whose frame the whole image is fitted: more than the image, which lies in the middle. */
export function paddedRegion(image: PixelSize, frame: PixelSize): ImageRegion {
  const scale = Math.min(frame.width / image.width, frame.height / image.height);
  const [width, height] = [frame.width / image.width / scale, frame.height / image.height / scale];
  return { left: (1 - width) / 2, top: (1 - height) / 2, width, height };
}

/** Where an image lies in what a model sees of it, in parts of that: the other way round. */
export function placeInSeen({ left, top, width, height }: ImageRegion): ImageRegion {
  return { left: -left / width, top: -top / height, width: 1 / width, height: 1 / height };
}

/**
 * The part of an image that patches of a model lie over: a little less than what it saw where the pixels are no multiple of a
 * patch and the rest is left out, a little more where they are filled up.
 * @param patch the size of a patch, in the model's pixels.
 * @param pixels how many the model saw.
 */
export function patchedRegion(seen: ImageRegion, grid: GridSize, patch: PixelSize, pixels: PixelSize): ImageRegion {
  return {
    ...seen,
    width: (seen.width * grid.columns * patch.width) / pixels.width,
    height: (seen.height * grid.rows * patch.height) / pixels.height,
  };
}

/** A cell of a grid that lies over a region, in parts of the image's width and height. */
export function gridCell(
  cell: number,
  grid: { readonly rows: number; readonly columns: number },
  seen: ImageRegion,
): ImageRegion {
  const [width, height] = [seen.width / grid.columns, seen.height / grid.rows];
  return {
    left: seen.left + (cell % grid.columns) * width,
    top: seen.top + Math.floor(cell / grid.columns) * height,
    width,
    height,
  };
}

/** The cell under a point of the image; undefined outside of what the model saw. */
export function gridCellAt(
  x: number,
  y: number,
  grid: { readonly rows: number; readonly columns: number },
  seen: ImageRegion,
): number | undefined {
  const column = Math.floor(((x - seen.left) / seen.width) * grid.columns);
  const row = Math.floor(((y - seen.top) / seen.height) * grid.rows);
  return column < 0 || row < 0 || column >= grid.columns || row >= grid.rows ? undefined : row * grid.columns + column;
}

/** How much of a cell shows the image and not the padding around it: 0 to 1. */
export function cellCoverage(cell: number, grid: GridSize, seen: ImageRegion): number {
  const { left, top, width, height } = gridCell(cell, grid, seen);
  const part = (from: number, size: number) => Math.max(0, Math.min(1, from + size) - Math.max(0, from)) / size;
  return part(left, width) * part(top, height);
}
