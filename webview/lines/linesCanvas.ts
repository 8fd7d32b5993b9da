import type { HeadMatrix } from '../run/headMatrix';
import { fitCanvas } from '../common/canvas';
import type { Theme } from '../common/theme';
import { headPens } from '../common/headPens';
import { LineRaster } from './lineRaster';
import type { ColumnToken, LinesLayout } from './linesLayout';
import { paintLines, paintToken } from './linesPainter';
import { countFrom, type SortedEdges } from '../../core/attention/sortedEdges';

/** Of more lines than this, finer pixels show nothing that coarser ones do not. */
const mostFine = 600;

/** What the canvas is to show. */
export interface LinesScene {
  readonly layout: LinesLayout;
  readonly edges: readonly SortedEdges[];
  readonly matrices: readonly HeadMatrix[];
  /** The token whose lines are shown alone. */
  readonly token?: ColumnToken;
  readonly level: number;
  readonly theme: Theme;
}

/** Keeps the canvas between the columns up to date. It covers more than is in sight, so that scrolling moves lines and tokens together. */
export class LinesCanvas {
  private painted: readonly unknown[] = [];
  private image?: ImageData;
  private covered = { from: 0, to: 0 };

  /** Paints where something is another than before, or where what was painted has been scrolled away. */
  update(canvas: HTMLCanvasElement, { scrollTop, clientHeight }: HTMLElement, scene: LinesScene): void {
    const { layout, edges, matrices, token, level, theme } = scene;
    const covers =
      this.covered.from <= scrollTop && this.covered.to >= Math.min(layout.height, scrollTop + clientHeight);
    const inputs = [
      canvas,
      JSON.stringify(layout),
      edges,
      token?.side,
      token?.index,
      level,
      theme,
      devicePixelRatio,
      clientHeight,
    ];
    if (covers && inputs.every((value, i) => value === this.painted[i])) return;
    this.painted = inputs;
    const from = Math.max(0, scrollTop - clientHeight / 2);
    const to = Math.min(layout.height, scrollTop + clientHeight * 1.5);
    this.covered = { from, to };
    Object.assign(canvas.style, { left: `${layout.left}px`, top: `${from}px` });
    const ratio = !token && countFrom(edges, level) > mostFine ? Math.min(1, devicePixelRatio) : devicePixelRatio;
    const context = fitCanvas(canvas, layout.width, to - from, ratio);
    if (!context) return;
    const { width, height } = canvas;
    if (this.image?.width !== width || this.image.height !== height) this.image = new ImageData(width, height);
    const { image } = this;
    const raster = new LineRaster(new Int32Array(image.data.buffer), width, height);
    raster.fill(theme.background);
    const paper = {
      raster,
      ratio,
      layout,
      from,
      to,
      pens: headPens(theme, edges.length),
      highContrast: theme.highContrast,
    };
    if (token) paintToken(paper, matrices, token, level);
    else paintLines(paper, edges, level);
    context.putImageData(image, 0, 0);
  }
}
