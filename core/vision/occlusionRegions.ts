import type { ImageRegion } from '../images/image';

/** About so many regions of a picture are covered one by one. */
const about = 24;

/** A picture in about 24 regions, as near to squares as that allows, row by row. */
export function occlusionRegions({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): ImageRegion[] {
  const columns = Math.min(about, Math.max(1, Math.round(Math.sqrt((about * width) / height))));
  const rows = Math.max(1, Math.round(about / columns));
  return Array.from({ length: rows * columns }, (_, i) => ({
    left: (i % columns) / columns,
    top: Math.floor(i / columns) / rows,
    width: 1 / columns,
    height: 1 / rows,
  }));
}
