/** How the thumbnails of some lines are laid out, in CSS pixels. */
export interface ThumbnailLayout {
  /** The width of each, and the height where that is no other. */
  readonly size: number;
  readonly height?: number;
  readonly gap: number;
  /** How many stand beside each other at most. */
  readonly perLine: number;
  /** The height of what is written below each, where something is. */
  readonly caption?: number;
}

/** Smaller thumbnails, a head cannot be told from another in; they are that small only where the user wants it. */
const smallest = 24;
/** Few heads, or many. */
const [largest, largestOfMany] = [32, 40];
/** So wide a head's name and value are. */
const smallestNamed = 28;
/** Name and value in two lines. */
export const captionHeight = 25;

/**
 * Lays out thumbnails as wide as the room.
 * @param most how many are to stand beside each other, where there is room for so many of a size that can be read.
 * @param size that was chosen; absent: as large as the room lets them be.
 */
export function thumbnailLayout(room: number, most: number, size?: number): ThumbnailLayout {
  const gap = most > 8 ? 2 : 3;
  const fitting = Math.max(1, Math.floor((room + gap) / ((size ?? smallest) + gap)));
  const perLine = balanced(most, fitting);
  return { size: size ?? clamped(room, perLine, gap, smallest, most > 8 ? largestOfMany : largest), gap, perLine };
}

/** The same of sorted heads, each with its name and value below it where that is as wide: as many a line as the room has. */
export function sortedLayout(room: number, size?: number): ThumbnailLayout {
  const gap = 3;
  const least = size ?? smallestNamed;
  const perLine = Math.max(1, Math.floor((room + gap) / (least + gap)));
  const named = least >= smallestNamed ? { caption: captionHeight } : {};
  return { size: size ?? clamped(room, perLine, gap, least, 40), gap, perLine, ...named };
}

/** As many a line as there is room for, all lines about equally long. */
function balanced(all: number, fitting: number): number {
  return Math.ceil(all / Math.ceil(all / Math.min(all, fitting)));
}

/** As large as so many in a line can be, within limits. */
export function clamped(room: number, perLine: number, gap: number, least: number, most: number): number {
  return Math.max(Math.min(room, least), Math.min(most, Math.floor((room + gap) / perLine) - gap));
}

/** How high a line is, with the gap below it, in CSS pixels. */
export function rowHeight({ size, gap, caption = 0 }: ThumbnailLayout): number {
  return size + gap + caption;
}

/** The cells of the folded overview: as wide as the room lets them be, all lines together some 60 pixels high. */
export function stripLayout(room: number, columns: number, lines: number): ThumbnailLayout {
  const within = (least: number, value: number, most: number) => Math.min(most, Math.max(least, Math.floor(value)));
  return {
    size: within(3, (room + 1) / columns - 1, 40),
    height: within(3, 60 / lines - 1, 9),
    gap: 1,
    perLine: columns,
  };
}
