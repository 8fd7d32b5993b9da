import type { PageColors } from './pageData';

/** The page's colours in the scheme that the reader prefers. Runs in the page: it uses nothing outside itself. */
export function readColors(): PageColors {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const canvas = Object.assign(document.createElement('canvas'), { width: 256, height: 1 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const [background, heat] = [color('--background'), color('--heat')];
  if (context) {
    // What a browser cannot parse leaves the fill style as it was: then the gradient stays, less even to the eye.
    const gradient = context.createLinearGradient(0, 0, 256, 0);
    gradient.addColorStop(0, background);
    gradient.addColorStop(1, heat);
    context.fillStyle = gradient;
    for (let i = 0; i < 256; i++) {
      context.fillStyle = `color-mix(in oklab, ${heat} ${i / 2.55}%, ${background})`;
      context.fillRect(i, 0, 1, 1);
    }
  }
  const ramp = context?.getImageData(0, 0, 256, 1).data ?? new Uint8ClampedArray(1024);
  return {
    background,
    foreground: color('--foreground'),
    dim: color('--dim'),
    line: color('--line'),
    focus: color('--focus'),
    ramp,
  };
}
