import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { ThemeController } from '../common/theme';
import { divergingColors } from '../common/divergingColors';

/** In CSS pixels. */
const height = 16;

/**
 * A vector as a strip of cells: blue in the upper half for numbers above zero, orange in the lower half for those below,
 * the stronger the larger. The halves tell the sign where colours do not.
 */
@customElement('headlight-vector')
export class VectorStrip extends LitElement {
  static override styles = css`
    :host {
      display: block;
      height: 16px;
    }
    canvas {
      display: block;
    }
  `;

  /** [d] */
  @property({ attribute: false }) vector: Float32Array = new Float32Array();
  /** The size that has the full colour. */
  @property({ attribute: false }) full = 1;
  /** In CSS pixels. */
  @property({ attribute: false }) width = 128;
  /** The number that a frame is drawn around. */
  @property({ attribute: false }) marked?: number;
  /** Changes with the screen's resolution, so that the strip is painted again. */
  @property({ attribute: false }) ratio = 1;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);

  override render() {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  /** The place of the number at an x of the window. */
  indexAt(clientX: number): number {
    const { left } = this.canvas.getBoundingClientRect();
    const { length } = this.vector;
    return Math.min(length - 1, Math.max(0, Math.floor(((clientX - left) / this.width) * length)));
  }

  /** Where a number is, in the window. */
  anchorOf(index: number): DOMRect {
    const { left, top } = this.canvas.getBoundingClientRect();
    const cell = this.width / Math.max(1, this.vector.length);
    return new DOMRect(left + index * cell, top, cell, height);
  }

  protected override updated(): void {
    const { vector, full, width, marked } = this;
    const { theme } = this.themes;
    const context = fitCanvas(this.canvas, width, height);
    if (!context) return;
    const { positive, negative } = divergingColors(theme);
    const cell = width / Math.max(1, vector.length);
    const gap = cell >= 3 ? 0.5 : 0;
    const half = height / 2;
    for (const [i, value] of vector.entries()) {
      // A number that is there shows, however small.
      const strength = Math.min(1, 0.08 + (0.92 * Math.abs(value)) / full);
      context.fillStyle = cssColor(value >= 0 ? positive : negative, strength);
      context.fillRect(i * cell, value >= 0 ? 1 : half, cell - gap, half - 1);
    }
    if (marked === undefined) return;
    context.strokeStyle = cssColor(theme.foreground);
    context.lineWidth = 1;
    context.strokeRect(Math.floor(marked * cell) + 0.5, 0.5, Math.max(2, Math.ceil(cell) - 1), height - 1);
  }
}
