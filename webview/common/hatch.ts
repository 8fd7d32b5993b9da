import { cssColor } from './colorScale';
import type { Theme } from './theme';

/** A part of a canvas, in the units of its context. */
export type Rectangle = readonly [x: number, y: number, width: number, height: number];

/** Hatches an area in the theme's quietest colour: what a query cannot see. */
export function hatch(
  context: CanvasRenderingContext2D,
  theme: Theme,
  [x, y, width, height]: Rectangle,
  pitch = 6,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = cssColor(theme.foreground, theme.highContrast ? 0.25 : 0.07);
  context.lineWidth = 1;
  context.beginPath();
  for (let offset = -height; offset < width; offset += pitch) {
    context.moveTo(x + offset, y + height);
    context.lineTo(x + offset + height, y);
  }
  context.stroke();
  context.restore();
}
