/** A size in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A size as settings write it: a side, height and width as a list, both by name, or one of the sides that a picture is
 * brought to.
 */
export type GivenSize =
  | number
  | readonly number[]
  | {
      readonly height?: number;
      readonly width?: number;
      readonly shortest_edge?: number;
      readonly longest_edge?: number;
    };

/** Height and width of a size in which both are stated or equal; undefined where it has none, or those of a picture. */
export function pixelSizeOf(size: GivenSize | null | undefined): PixelSize | undefined {
  if (size === undefined || size === null) return undefined;
  const [height, width = height] =
    typeof size === 'object' && !('length' in size) ? [size.height, size.width ?? size.height] : [size].flat();
  return height !== undefined && width !== undefined && height > 0 && width > 0 ? { width, height } : undefined;
}
