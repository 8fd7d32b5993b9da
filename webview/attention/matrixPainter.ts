import { poolMaximum, pooledStart } from '../../core/attention/poolMaximum';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import { cssColor, rampIndex } from '../common/colorScale';
import type { Theme } from '../common/theme';
import type { HeadMatrix } from './headMatrix';

/** How weights are painted. */
export interface Paint {
  readonly scale: MatrixScale;
  readonly theme: Theme;
  /** Whether what a query cannot see (the keys after it) is left transparent. */
  readonly causal: boolean;
  /** The keys that no query can see, by their place: left transparent too. */
  readonly hidden?: Uint8Array;
}

/** A matrix as an image of one pixel a cell; pooled where it has more cells than `limit` device pixels. */
export function matrixImage(matrix: HeadMatrix, { scale, theme, causal }: Paint, limit: number): HTMLCanvasElement {
  const { rows, columns, data } = poolTo(matrix, Math.max(1, Math.floor(limit)));
  const image = new ImageData(Math.max(1, columns), Math.max(1, rows));
  const pixels = new Uint32Array(image.data.buffer);
  const { pixels: ramp } = theme.heat;
  for (let row = 0; row < rows; row++) {
    const lastQuery = pooledStart(row + 1, matrix.queries, rows) - 1;
    for (let column = 0; column < columns; column++) {
      if (causal && pooledStart(column, matrix.keys, columns) > lastQuery) break;
      const cell = row * columns + column;
      pixels[cell] = ramp[rampIndex(data[cell], scale)];
    }
  }
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

function poolTo(matrix: HeadMatrix, limit: number): { rows: number; columns: number; data: Float32Array } {
  if (matrix.rows <= limit && matrix.columns <= limit) return matrix;
  return poolMaximum(matrix.data, matrix.rows, matrix.columns, limit);
}

/** Hatches an area in the theme's quietest colour: what a query cannot see. */
export function hatch(context: CanvasRenderingContext2D, theme: Theme, x: number, y: number, width: number, height: number, pitch = 6): void {
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
