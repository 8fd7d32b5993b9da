import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { PictureColors } from '../../core/export/pictureColors';
import { colorRamp, type ColorRamp, contrast, cssColor, type Rgb } from './colorScale';

/** The colours that canvases are painted with, read from the editor's theme. */
export interface Theme {
  readonly background: Rgb;
  readonly foreground: Rgb;
  /** Of what is read second: labels, notes. */
  readonly dim: Rgb;
  /** Of hairlines. */
  readonly line: Rgb;
  /** Of the frame around what is chosen. */
  readonly focus: Rgb;
  /** From the background to the chart colour. */
  readonly heat: ColorRamp;
  readonly highContrast: boolean;
  readonly monospace: string;
}

/** In high contrast even the least weight can be told from none: black swallows dark colours. */
const leastHighContrast = 1.2;

const forcedColors = matchMedia('(forced-colors: active)');
let current: Theme | undefined;
const listeners = new Set<() => void>();
let observer: MutationObserver | undefined;

/** Of a theme, the colours that pictures to be saved are drawn with. */
export function pictureColors({ background, foreground, dim, line }: Theme): PictureColors {
  return { background, foreground, dim, line };
}

/** The theme as it is now. */
export function currentTheme(): Theme {
  return (current ??= readTheme());
}

/** Gives a component `theme` and renders it again when the user changes the theme, or the screen its resolution (another monitor, zoom). */
export class ThemeController implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  get theme(): Theme {
    return currentTheme();
  }

  /** Gives an element, and all in it, the theme's colours that are no variables of VS Code. */
  setColors({ style }: HTMLElement): void {
    const { dim, line } = this.theme;
    style.setProperty('--headlight-dim', cssColor(dim));
    style.setProperty('--headlight-line', cssColor(line));
  }

  hostConnected(): void {
    listeners.add(this.changed);
    observe();
  }

  hostDisconnected(): void {
    listeners.delete(this.changed);
  }

  private readonly changed = () => this.host.requestUpdate();
}

/** VS Code tells of a new theme by the class of the body and by the variables in the style of the root. */
function observe(): void {
  if (observer) return;
  observer = new MutationObserver(forget);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  forcedColors.addEventListener('change', forget);
  watchPixelRatio();
}

function watchPixelRatio(): void {
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
    'change',
    () => {
      tell();
      watchPixelRatio();
    },
    { once: true },
  );
}

function forget(): void {
  current = undefined;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** Where the system forces its colours on pages, canvases use them, too. */
function systemTheme(monospace: string): Theme {
  const background = resolve('Canvas');
  const foreground = resolve('CanvasText');
  return {
    background,
    foreground,
    dim: foreground,
    line: foreground,
    focus: resolve('Highlight'),
    highContrast: true,
    monospace,
    heat: colorRamp(background, resolve('LinkText'), leastHighContrast),
  };
}

function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const monospace = style.getPropertyValue('--vscode-editor-font-family').trim() || 'monospace';
  if (forcedColors.matches) return systemTheme(monospace);
  const highContrast = document.body.matches('.vscode-high-contrast, .vscode-high-contrast-light');
  const light = document.body.matches('.vscode-light, .vscode-high-contrast-light');
  const read = (names: readonly string[], fallback: string, over?: Rgb): Rgb => {
    const value = names.map(name => style.getPropertyValue(name).trim()).find(found => found !== '');
    return resolve(value ?? fallback, over);
  };
  const background = read(['--vscode-editor-background'], light ? '#ffffff' : '#1f1f1f');
  const foreground = read(
    ['--vscode-editor-foreground', '--vscode-foreground'],
    light ? '#3b3b3b' : '#cccccc',
    background,
  );
  const chart = read(['--vscode-charts-blue'], light ? '#1a85ff' : '#3794ff', background);
  const line = highContrast
    ? read(['--vscode-contrastBorder'], light ? '#0f4a85' : '#6fc3df', background)
    : read(['--vscode-panel-border', '--vscode-editorWidget-border'], light ? '#e5e5e5' : '#2b2b2b', background);
  const focus = highContrast
    ? read(['--vscode-contrastActiveBorder', '--vscode-focusBorder'], '#f38518', background)
    : read(['--vscode-focusBorder'], '#0078d4', background);
  return {
    background,
    foreground,
    line,
    focus,
    highContrast,
    monospace,
    dim: quieter(
      foreground,
      read(['--vscode-descriptionForeground'], light ? '#6e6e6e' : '#9d9d9d', background),
      background,
      highContrast,
    ),
    heat: colorRamp(background, chart, highContrast ? leastHighContrast : 1),
  };
}

/** Some themes describe in the colour that they write in: then the same, as quiet as can still be read. */
function quieter(foreground: Rgb, description: Rgb, background: Rgb, highContrast: boolean): Rgb {
  if (highContrast || contrast(foreground, description) > 1.25) return description;
  const { colors } = colorRamp(background, foreground);
  return colors.find(color => contrast(color, background) >= 5.6) ?? description;
}

let pixel: CanvasRenderingContext2D | null | undefined;

/** Any CSS colour as red, green and blue, laid over another where it is translucent. */
function resolve(color: string, over: Rgb = [0, 0, 0]): Rgb {
  pixel ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  if (!pixel) return over;
  pixel.fillStyle = `rgb(${over.join(', ')})`;
  pixel.fillRect(0, 0, 1, 1);
  pixel.fillStyle = color;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
