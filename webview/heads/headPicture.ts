import type { MatrixScale } from '../../core/attention/weightScale';
import { fitCanvas } from '../common/canvas';
import { element } from '../common/element';
import type { Theme } from '../common/theme';
import { fromThumbnail } from '../run/headMatrix';
import type { HeadLine } from './headOrder';
import { paintRegion } from '../matrix/regionPainter';
import { rowHeight, type ThumbnailLayout } from './thumbnailLayout';

/** The thumbnails of some lines of heads, one below the other, on one canvas. */
export class HeadPicture {
  readonly canvas = element('canvas', { 'aria-hidden': 'true' }) as HTMLCanvasElement;
  /** What it was painted from. */
  private painted?: readonly unknown[];

  /** @param seen whether it is in sight, so that it is to be painted. */
  constructor(
    public lines: readonly HeadLine[],
    public layout: ThumbnailLayout,
    public seen: boolean,
  ) {}

  /** Paints it, where something is to be seen and is other than before. */
  paint(scale: MatrixScale, causal: boolean, theme: Theme): void {
    const { lines, layout, canvas } = this;
    const { size, gap, perLine, caption = 0 } = layout;
    const inputs = [lines, causal, scale, size, gap, perLine, caption, theme, devicePixelRatio];
    if (!this.seen || size <= 0 || inputs.every((input, i) => input === this.painted?.[i])) return;
    this.painted = inputs;
    const step = size + gap;
    const high = rowHeight(layout);
    const context = fitCanvas(canvas, perLine * step, lines.length * high);
    if (!context) return;
    const side = Math.max(1, Math.round(size * devicePixelRatio));
    const one = new Uint32Array(side * side);
    const image = new ImageData(canvas.width, canvas.height);
    const pixels = new Uint32Array(image.data.buffer);
    for (const [line, { heads }] of lines.entries()) {
      for (const [i, { of, head }] of heads.entries()) {
        const matrix = fromThumbnail(of, head);
        paintRegion(matrix, { query: 0, key: 0, queries: matrix.queries, keys: matrix.keys }, one, side, side, {
          scale,
          theme,
          causal,
        });
        const [left, top] = [i * step, line * high].map(place => Math.round(place * devicePixelRatio));
        for (let y = 0; y < side && top + y < image.height; y++) {
          pixels.set(
            one.subarray(y * side, y * side + Math.min(side, image.width - left)),
            (top + y) * image.width + left,
          );
        }
      }
    }
    context.putImageData(image, 0, 0);
  }
}
