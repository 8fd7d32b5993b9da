import { colorRamp, contrast, type Rgb } from './colorScale';
import type { Theme } from './theme';

/** How one head's lines are drawn. */
export interface HeadPen {
  readonly color: Rgb;
  /** Lengths of dashes and gaps in CSS pixels; none for a solid line. */
  readonly dash: readonly number[];
}

// Not the theme's orange: it is translucent in some themes and missing in others.
const variables = [
  '--vscode-charts-blue',
  '--vscode-charts-yellow',
  '--vscode-charts-red',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-foreground',
];
const dashes: readonly (readonly number[])[] = [[], [9, 4], [2, 3], [9, 3, 2, 3], [5, 3], [14, 4, 2, 4, 2, 4]];

const palettes = new WeakMap<Theme, readonly Rgb[]>();

/** A pen for each of so many heads: no two of the first 36 are the same, nor of the first six without their colours. */
export function headPens(theme: Theme, heads: number): HeadPen[] {
  let palette = palettes.get(theme);
  if (!palette) palettes.set(theme, (palette = readPalette(theme)));
  const colors = palette;
  return Array.from({ length: heads }, (_, i) => ({
    color: colors[i % colors.length],
    dash: dashes[(i + Math.floor(i / dashes.length)) % dashes.length],
  }));
}

/** The theme's chart colours, as far towards the text's as it takes to read numbers in them. */
function readPalette(theme: Theme): readonly Rgb[] {
  const strongest = theme.heat.colors[theme.heat.colors.length - 1];
  if (matchMedia('(forced-colors: active)').matches) return [strongest, theme.foreground];
  const style = getComputedStyle(document.body);
  const found = variables
    .map(name => style.getPropertyValue(name).trim())
    .filter(value => value !== '')
    .map(value => toRgb(value, theme.background));
  return (found.length > 0 ? found : [strongest]).map(
    color =>
      colorRamp(color, theme.foreground).colors.find(candidate => contrast(candidate, theme.background) >= 4.5) ??
      theme.foreground,
  );
}

let pixel: CanvasRenderingContext2D | null | undefined;

function toRgb(color: string, [red, green, blue]: Rgb): Rgb {
  pixel ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  if (!pixel) return [red, green, blue];
  pixel.fillStyle = `rgb(${red}, ${green}, ${blue})`;
  pixel.fillRect(0, 0, 1, 1);
  pixel.fillStyle = color;
  pixel.fillRect(0, 0, 1, 1);
  const { data } = pixel.getImageData(0, 0, 1, 1);
  return [data[0], data[1], data[2]];
}
