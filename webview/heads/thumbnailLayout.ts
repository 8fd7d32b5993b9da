/** How the heads of a line are laid out, in CSS pixels. */
export interface ThumbnailLayout {
  readonly size: number;
  readonly gap: number;
  readonly perLine: number;
  /** The height of what is written below each, where something is. */
  readonly caption?: number;
}

const largest = 32;
const smallest = 13;
/** So wide a head's name and value are. */
const smallestNamed = 28;
const captionHeight = 25;

/**
 * Lays out the heads of a line as wide as the room; where they would become too small, in several lines.
 * @param named Whether name and value stand below each.
 */
export function thumbnailLayout(room: number, heads: number, named = false): ThumbnailLayout {
  const gap = heads > 8 && !named ? 2 : 3;
  const least = named ? smallestNamed : smallest;
  const below = named ? { caption: captionHeight } : {};
  const fitting = Math.floor((room + gap) / heads) - gap;
  if (fitting >= least) return { size: Math.min(largest, fitting), gap, perLine: heads, ...below };
  const most = Math.max(1, Math.floor((room + gap) / (least + gap)));
  const lines = Math.ceil(heads / most);
  const perLine = Math.ceil(heads / lines);
  const size = Math.max(least, Math.min(largest, Math.floor((room + gap) / perLine) - gap));
  return { size, gap, perLine, ...below };
}

/** How many heads with name and value a line holds in so much room. */
export function namedPerLine(room: number): number {
  return Math.floor((room + 3) / (smallestNamed + 4));
}

/** How high a line of so many heads is, with the gap below it, in CSS pixels. */
export function rowHeight({ size, gap, perLine, caption = 0 }: ThumbnailLayout, heads: number): number {
  return Math.ceil(heads / perLine) * (size + gap + caption);
}

/** The cells of the folded overview: as wide as the room lets them be, all lines together some 60 pixels high. */
export function stripLayout(room: number, columns: number, lines: number): { width: number; height: number } {
  const within = (least: number, value: number, most: number) => Math.min(most, Math.max(least, Math.floor(value)));
  return { width: within(3, (room + 1) / columns - 1, 40), height: within(3, 60 / lines - 1, 9) };
}
