import { contrast, type Rgb } from './colorScale';
import type { Theme } from './theme';

/** The colours of numbers above and below zero. */
export interface DivergingColors {
  readonly positive: Rgb;
  readonly negative: Rgb;
}

const oranges: readonly Rgb[] = [
  [209, 134, 22],
  [184, 100, 0],
  [255, 179, 71],
];

/**
 * Blue above zero and orange below, which also eyes that do not see red or green tell apart. The theme's `charts.orange`
 * is translucent in VS Code's own themes, so the orange is ours: the first that stands off the background.
 */
export function divergingColors({ heat, background, foreground }: Theme): DivergingColors {
  const forced = matchMedia('(forced-colors: active)').matches;
  return {
    positive: heat.colors[heat.colors.length - 1],
    negative: forced ? foreground : (oranges.find(orange => contrast(orange, background) >= 3) ?? foreground),
  };
}
