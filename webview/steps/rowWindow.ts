/** Rows that are drawn beyond those that can be seen, on either side: as many as are drawn anew at a time. */
const spare = 6;

/** Which of many rows of one height are drawn, and the room that the others take, in CSS pixels. */
export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
  readonly before: number;
  readonly after: number;
}

/** A place of the scrollbar as far as it matters to {@link rowWindow}: the same for a few rows. */
export function windowStart(scrolled: number, rowHeight: number): number {
  return Math.floor(scrolled / (spare * rowHeight)) * spare * rowHeight;
}

/** The rows of a list that scrolls to {@link windowStart}: those in a view of some height, and a few around them. */
export function rowWindow(rows: number, rowHeight: number, scrolled: number, viewHeight: number): RowWindow {
  const first = Math.min(rows, Math.max(0, Math.floor(scrolled / rowHeight) - spare));
  const last = Math.min(rows, Math.ceil((scrolled + viewHeight) / rowHeight) + 2 * spare);
  return { first, last, before: first * rowHeight, after: (rows - last) * rowHeight };
}

/** How far to scroll so that a row is in a view of some height, and no further. */
export function scrollFor(row: number, rowHeight: number, scrolled: number, viewHeight: number): number {
  return Math.max(Math.min(scrolled, row * rowHeight), (row + 1) * rowHeight - viewHeight);
}
