/** A part of a row of things: the place of the first, and how many. */
export interface OrderWindow {
  readonly first: number;
  readonly count: number;
}

/** Fewer are never seen at once. */
const fewest = 6;

/** A part that is so many times larger round a place, of so many in all. */
export function zoomedOrder({ first, count }: OrderWindow, factor: number, all: number, at?: number): OrderWindow {
  const next = Math.max(Math.min(fewest, all), Math.min(all, Math.round(count / factor)));
  const middle = at === undefined ? first + count / 2 : at + 0.5;
  return within({ first: Math.round(middle - next / 2), count: next }, all);
}

/** The same part moved so far that a place is seen. */
export function orderWith({ first, count }: OrderWindow, place: number, all: number): OrderWindow {
  if (place < first) return within({ first: place, count }, all);
  return within({ first: Math.max(first, place - count + 1), count }, all);
}

/** A part that does not go beyond the ends. */
export function within({ first, count }: OrderWindow, all: number): OrderWindow {
  return { first: Math.max(0, Math.min(all - count, first)), count };
}
