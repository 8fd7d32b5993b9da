import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { ComputedMechanism } from '../../core/attention/mechanisms/compareMechanisms';
import type { MatrixScale } from '../../core/attention/weightScale';
import { fitCanvas } from '../common/canvas';
import { cssColor, scaleWeight } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { WidthController } from '../common/widthController';
import { paintRegion } from '../matrix/regionPainter';
import type { HeadMatrix } from '../run/headMatrix';

/** The height of the row's bars below the matrix, in CSS pixels. */
const barsHeight = 34;

/** A cell that is pointed at. */
export interface MechanismCell {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
  /** Whether the weight is the largest of several that share the cell. */
  readonly pooled: boolean;
  readonly anchor: DOMRect;
}

/** A mechanism's matrix with the chosen row in a frame, and that row as bars below it. Fires `cell-point`; the parent says it in words. */
@customElement('headlight-mechanism-picture')
export class MechanismPicture extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      canvas {
        display: block;
      }
    `,
  ];

  @property({ attribute: false }) mechanism!: ComputedMechanism;
  @property({ attribute: false }) queries = 0;
  @property({ attribute: false }) keys = 0;
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) causal = false;
  @property({ attribute: false }) scale: MatrixScale = 'sqrt';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  private readonly room = new WidthController(this);

  override render() {
    return html`<canvas
      aria-hidden="true"
      @pointermove=${this.onPoint}
      @pointerleave=${() => this.dispatchEvent(componentEvent('cell-point', undefined))}
    ></canvas>`;
  }

  /** The cell below a place in the window; undefined beside all of them. */
  cellAt({ clientX, clientY }: MouseEvent): MechanismCell | undefined {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const { matrix, row } = this.mechanism;
    const [x, y] = [(clientX - left) / width, (clientY - top) / width];
    if (x < 0 || x >= 1 || y < 0 || width === 0) return undefined;
    const key = Math.floor(x * this.keys);
    if (y >= 1) {
      const anchor = new DOMRect(left + (key / this.keys) * width, top + width, width / this.keys, barsHeight);
      return { query: this.query, key, weight: row[key], pooled: false, anchor };
    }
    const query = Math.floor(y * this.queries);
    const cell = Math.floor(y * matrix.rows) * matrix.columns + Math.floor(x * matrix.columns);
    const pooled = matrix.rows !== this.queries || matrix.columns !== this.keys;
    return { query, key, weight: matrix.data[cell], pooled, anchor: new DOMRect(clientX - 4, clientY - 4, 8, 8) };
  }

  protected override updated(): void {
    const { width } = this.room;
    if (width < 8) return;
    const context = fitCanvas(this.canvas, width, width + barsHeight);
    if (!context) return;
    const { theme } = this.themes;
    const { matrix, row } = this.mechanism;
    const side = Math.round(width * devicePixelRatio);
    const image = new ImageData(side, side);
    const head: HeadMatrix = { ...matrix, queries: this.queries, keys: this.keys, exact: false };
    const all = { query: 0, key: 0, queries: this.queries, keys: this.keys };
    const { causal, scale } = this;
    paintRegion(head, all, new Uint32Array(image.data.buffer), side, side, { scale, theme, causal });
    context.putImageData(image, 0, 0);
    context.strokeStyle = cssColor(theme.line);
    context.strokeRect(0.5, 0.5, width - 1, width - 1);
    const rowHeight = Math.max(3, width / this.queries);
    const top = Math.min(width - rowHeight, (this.query / this.queries) * width);
    context.strokeStyle = cssColor(theme.focus);
    context.strokeRect(0.5, Math.round(top) + 0.5, width - 1, Math.max(2, Math.round(rowHeight) - 1));
    context.fillStyle = cssColor(theme.heat.colors[theme.heat.colors.length - 1]);
    const bar = width / this.keys;
    // Of a long text the largest of the keys that share a pixel shows.
    row.forEach((weight, key) => {
      const height = scaleWeight(weight, 'linear') * (barsHeight - 6);
      if (weight > 0) {
        context.fillRect(key * bar, width + barsHeight - 1 - height, Math.max(1, bar - (bar > 3 ? 1 : 0)), height);
      }
    });
    context.fillStyle = cssColor(theme.line);
    context.fillRect(0, width + barsHeight - 1, width, 1);
  }

  private readonly onPoint = (event: PointerEvent) => {
    this.dispatchEvent(componentEvent('cell-point', this.cellAt(event)));
  };
}
