import { heatOpacity } from '../images/heatOpacity';
import type { ImageRegion } from '../images/image';

/** A region of a picture with its number: a token's attention, a region's fall. */
export interface RegionHeat {
  readonly region: ImageRegion;
  readonly value: number;
  /** What it is called. */
  readonly name: string;
}

/** A line on a picture, in parts of its width and height: from one point to another. */
export type RegionEdge = readonly [x1: number, y1: number, x2: number, y2: number];

/** A region is among the strongest from this part of the strongest one's number on. */
export const strongFrom = 0.5;

/** How opaque each region is painted, the strongest the most; none where its number is 0 or below. [region] */
export function regionOpacity(regions: readonly RegionHeat[]): Float32Array {
  return heatOpacity(Float32Array.from(regions, ({ value }) => value));
}

/**
 * The outline of the regions that have at least half of the strongest one's number: edges that two of them share are
 * left out. It is what is seen of the heat where a picture has the heat's own colour.
 */
export function strongOutline(regions: readonly RegionHeat[]): RegionEdge[] {
  const most = regions.reduce((largest, { value }) => Math.max(largest, value), 0);
  if (most <= 0) return [];
  return outlineOf(regions.filter(({ value }) => value >= most * strongFrom).map(({ region }) => region));
}

/** The edges of regions of equal size, without those that lie between two of them. */
export function outlineOf(regions: readonly ImageRegion[]): RegionEdge[] {
  const edges = new Map<string, RegionEdge>();
  const flip = (edge: RegionEdge) => {
    const key = edge.map(place => place.toFixed(5)).join();
    if (!edges.delete(key)) edges.set(key, edge);
  };
  for (const { left, top, width, height } of regions) {
    const [right, bottom] = [left + width, top + height];
    flip([left, top, right, top]);
    flip([left, bottom, right, bottom]);
    flip([left, top, left, bottom]);
    flip([right, top, right, bottom]);
  }
  return [...edges.values()];
}
