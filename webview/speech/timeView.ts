import type { TimeRange } from '../../core/speech/transcript';

/** No less than so many seconds are in sight. */
const leastSeconds = 0.5;

/** How far a key or a button zooms. */
export const zoomStep = 1.5;

/** A view zoomed by a factor (above 1: closer) around a moment that keeps its place. */
export function zoomed({ start, end }: TimeRange, factor: number, around: number, seconds: number): TimeRange {
  const length = Math.min(seconds, Math.max(Math.min(leastSeconds, seconds), (end - start) / factor));
  return inside({ start: around - ((around - start) * length) / (end - start), end: 0 }, length, seconds);
}

/** A view moved by some seconds, as far as there is audio. */
export function moved({ start, end }: TimeRange, by: number, seconds: number): TimeRange {
  return inside({ start: start + by, end: 0 }, end - start, seconds);
}

/** A view that shows a range: the same one where it does, else moved there. */
export function showing(view: TimeRange, range: TimeRange, seconds: number): TimeRange {
  if (range.start >= view.start && range.end <= view.end) return view;
  const length = view.end - view.start;
  return inside({ start: (range.start + range.end - length) / 2, end: 0 }, length, seconds);
}

function inside({ start }: TimeRange, length: number, seconds: number): TimeRange {
  const from = Math.max(0, Math.min(start, seconds - length));
  return { start: from, end: from + length };
}
