/** How many rows a page key goes. */
const page = 10;

/** The row of a list of `count` that a key goes to from another; undefined where the key goes nowhere. */
export function rowAfterKey(key: string, row: number, count: number): number | undefined {
  const to = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}
