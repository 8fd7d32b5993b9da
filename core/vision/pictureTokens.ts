import type { ImageRegion } from '../images/image';
import { type PicturePart, tokenRegion } from './picturePart';

/** Which parts of a picture are shown: of one that is not split, the whole counts as tiles. */
export type ShownParts = 'tiles' | 'thumbnail' | 'both';

/** A token of the picture with where it lies. */
export interface PlacedToken {
  /** Its number among the picture's tokens. */
  readonly token: number;
  readonly part: PicturePart;
  /** What of it lies on the picture, in parts of the picture's width and height. */
  readonly region: ImageRegion;
}

/** The parts that are shown. */
export function partsShown(parts: readonly PicturePart[], shown: ShownParts): PicturePart[] {
  return parts.filter(({ kind }) => shown === 'both' || (kind === 'thumbnail') === (shown === 'thumbnail'));
}

/** Whether a picture was split into tiles and a thumbnail, so that one may choose between them. */
export function hasThumbnail(parts: readonly PicturePart[]): boolean {
  return parts.some(({ kind }) => kind === 'thumbnail') && parts.some(({ kind }) => kind !== 'thumbnail');
}

/** The tokens of parts, in their order, with what of each lies on the picture; those on padding alone are left out. */
export function placedTokens(parts: readonly PicturePart[]): PlacedToken[] {
  return parts.flatMap(part =>
    Array.from({ length: part.rows * part.columns }, (_, i) => ({
      token: part.from + i,
      part,
      region: onPicture(tokenRegion(part, i)),
    })).filter(({ region: { width, height } }) => width > 1e-6 && height > 1e-6),
  );
}

/** What of a region lies on the picture; without width or height where nothing does. */
export function onPicture({ left, top, width, height }: ImageRegion): ImageRegion {
  const inside = (from: number, size: number) => {
    const start = Math.min(1, Math.max(0, from));
    return [start, Math.max(0, Math.min(1, from + size) - start)];
  };
  const [x, w] = inside(left, width);
  const [y, h] = inside(top, height);
  return { left: x, top: y, width: w, height: h };
}

/** A token in words: "tile 3, row 2, column 5", "thumbnail, row 0, column 1", "row 4, column 4"; all but tiles counted from 0. */
export function tokenName(parts: readonly PicturePart[], token: number): string {
  const part = parts.find(({ from, rows, columns }) => token >= from && token < from + rows * columns);
  if (!part) return `token ${token}`;
  const within = token - part.from;
  const place = `row ${Math.floor(within / part.columns)}, column ${within % part.columns}`;
  return part.kind === 'whole' ? place : `${partName(parts, part)}, ${place}`;
}

/** A part in words: "tile 3", counted from 1 row by row, "thumbnail", "whole picture". */
export function partName(parts: readonly PicturePart[], part: PicturePart): string {
  if (part.kind === 'thumbnail') return 'thumbnail';
  if (part.kind === 'whole') return 'whole picture';
  return `tile ${parts.filter(({ kind }) => kind === 'tile').indexOf(part) + 1}`;
}

/** How a picture was read, in words: "tiles 4 × 3 and thumbnail", "24 × 24". Columns first, as pictures are measured. */
export function partsInWords(parts: readonly PicturePart[]): string {
  const tiles = parts.filter(({ kind }) => kind === 'tile');
  const [first] = parts;
  if (tiles.length === 0) return first ? `${first.columns} × ${first.rows}` : '';
  const distinct = (values: readonly number[]) => new Set(values.map(value => value.toFixed(4))).size;
  const columns = distinct(tiles.map(({ region }) => region.left));
  const rows = distinct(tiles.map(({ region }) => region.top));
  return `tiles ${columns} × ${rows}${hasThumbnail(parts) ? ' and thumbnail' : ''}`;
}

/** The regions that hold a place of the picture; those that lie on top come last. */
export function regionsAt(regions: readonly ImageRegion[], x: number, y: number): number[] {
  return [...regions.keys()].filter(i => {
    const { left, top, width, height } = regions[i];
    return x >= left && x < left + width && y >= top && y < top + height;
  });
}

/** The region at a place of the picture that lies on top; undefined where none does. */
export function regionAt(regions: readonly ImageRegion[], x: number, y: number): number | undefined {
  return regionsAt(regions, x, y).at(-1);
}

/**
 * The region beside another in a direction: the one just across its border at the height of its middle.
 * @param columns −1, 0 or 1; @param rows the same.
 */
export function regionBeside(
  regions: readonly ImageRegion[],
  from: number,
  columns: number,
  rows: number,
): number | undefined {
  const { left, top, width, height } = regions[from];
  const past = 1e-4;
  const x = columns === 0 ? left + width / 2 : columns > 0 ? left + width + past : left - past;
  const y = rows === 0 ? top + height / 2 : rows > 0 ? top + height + past : top - past;
  return regionAt(regions, x, y);
}

/** The least region that holds both. */
export function regionOver(a: ImageRegion, b: ImageRegion): ImageRegion {
  const left = Math.min(a.left, b.left);
  const top = Math.min(a.top, b.top);
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  };
}
