/** The part of a matrix that is seen: its left and top edge and its side, as parts of the whole (0 to 1). */
export interface ZoomWindow {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** All of it. */
export const wholeWindow: ZoomWindow = { left: 0, top: 0, side: 1 };

/** Makes the window `factor` times as large around a point of the picture (0 to 1), within the whole. */
export function zoomAt(
  { left, top, side }: ZoomWindow,
  factor: number,
  x: number,
  y: number,
  least: number,
): ZoomWindow {
  const next = Math.min(1, Math.max(least, side * factor));
  return moved({ left: left + x * (side - next), top: top + y * (side - next), side: next }, 0, 0);
}

/** Moves the window by parts of itself, within the whole. */
export function moved({ left, top, side }: ZoomWindow, right: number, down: number): ZoomWindow {
  const within = (value: number) => Math.min(1 - side, Math.max(0, value));
  return { left: within(left + right * side), top: within(top + down * side), side };
}
