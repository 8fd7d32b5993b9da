/** Rows that are drawn beyond those that can be seen, on either side. */
const spare = 8;

/** Which of many rows of one height are drawn, and the room that the others take, in CSS pixels. */
export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
  readonly before: number;
  readonly after: number;
}

/** The rows of a list that scrolls: those in a view of some height, and a few around them. */
export function rowWindow(rows: number, rowHeight: number, scrolled: number, viewHeight: number): RowWindow {
  const first = Math.min(rows, Math.max(0, Math.floor(scrolled / rowHeight) - spare));
  const last = Math.min(rows, Math.ceil((scrolled + viewHeight) / rowHeight) + spare);
  return { first, last, before: first * rowHeight, after: (rows - last) * rowHeight };
}
