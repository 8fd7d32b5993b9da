import type { ImageRegion } from '../images/image';

/**
 * A part of a picture that a vision-language model reads as a grid of tokens: the whole picture, a tile of one that is
 * split, or the thumbnail that a split one ends with.
 */
export interface PicturePart {
  readonly kind: 'whole' | 'tile' | 'thumbnail';
  /** Where on the picture it lies, in parts of the picture's width and height; of a padded part it may reach beyond. */
  readonly region: ImageRegion;
  readonly rows: number;
  readonly columns: number;
  /** The number of its first token among the picture's tokens, which go on row by row. */
  readonly from: number;
}

/** Where a token of a part lies on the picture. @param token counted within the part, row by row. */
export function tokenRegion({ region, rows, columns }: PicturePart, token: number): ImageRegion {
  const [width, height] = [region.width / columns, region.height / rows];
  return {
    left: region.left + (token % columns) * width,
    top: region.top + Math.floor(token / columns) * height,
    width,
    height,
  };
}
