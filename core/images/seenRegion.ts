import type { GridSize } from './gridSize';
import type { ImageRegion } from './image';

/** What of an image a model's preprocessor keeps, as preprocessor_config.json says. */
export interface CropRule {
  readonly do_center_crop?: boolean;
  readonly crop_size?: number | { readonly height: number; readonly width: number };
  readonly size?: number | { readonly shortest_edge?: number; readonly height?: number; readonly width?: number };
}

/**
 * The part of an image that is left after it was resized and its middle cut out, in parts of its width and height.
 * @returns the whole image where nothing is cut.
 */
export function seenRegion({ do_center_crop, crop_size, size }: CropRule, width: number, height: number): ImageRegion {
  if (!do_center_crop || crop_size === undefined) return { left: 0, top: 0, width: 1, height: 1 };
  const crop = typeof crop_size === 'number' ? { width: crop_size, height: crop_size } : crop_size;
  const shortest = typeof size === 'number' ? size : size?.shortest_edge;
  const [resizedWidth, resizedHeight] =
    shortest === undefined
      ? [
          typeof size === 'object' ? (size.width ?? crop.width) : crop.width,
          typeof size === 'object' ? (size.height ?? crop.height) : crop.height,
        ]
      : [width, height].map(side => (side * shortest) / Math.min(width, height));
  // Where the crop is larger than the picture, the rest is padding: the region reaches beyond the image.
  const [w, h] = [crop.width / resizedWidth, crop.height / resizedHeight];
  return { left: (1 - w) / 2, top: (1 - h) / 2, width: w, height: h };
}

/** A size in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
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
