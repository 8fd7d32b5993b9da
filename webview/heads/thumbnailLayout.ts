/** How the heads of a layer are laid out, in CSS pixels. */
export interface ThumbnailLayout {
  readonly size: number;
  readonly gap: number;
  readonly perLine: number;
}

const largest = 32;
const smallest = 13;

/** Lays out a layer's heads in a line as wide as the room; where they would become too small, in several lines. */
export function thumbnailLayout(room: number, heads: number): ThumbnailLayout {
  const gap = heads > 8 ? 2 : 3;
  const fitting = Math.floor((room + gap) / heads) - gap;
  if (fitting >= smallest) return { size: Math.min(largest, fitting), gap, perLine: heads };
  const most = Math.max(1, Math.floor((room + gap) / (smallest + gap)));
  const lines = Math.ceil(heads / most);
  const perLine = Math.ceil(heads / lines);
  return { size: Math.max(smallest, Math.min(largest, Math.floor((room + gap) / perLine) - gap)), gap, perLine };
}

/** How high a line of so many heads is, with the gap below it, in CSS pixels. */
export function rowHeight({ size, gap, perLine }: ThumbnailLayout, heads: number): number {
  return Math.ceil(heads / perLine) * (size + gap);
}
