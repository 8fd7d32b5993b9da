import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { LayerAttention } from '../../core/run/explanation';
import { fromThumbnail } from '../run/headMatrix';
import { MatrixPainter } from '../matrix/matrixPainter';
import { fitCanvas } from '../common/canvas';
import { ThemeController } from '../common/theme';

/** One head as small as a line of text. For the eye only: what stands beside it names the head. */
@customElement('headlight-thumbnail')
export class HeadThumbnail extends LitElement {
  static override styles = css`
    :host {
      display: block;
      flex: none;
      border: 1px solid var(--headlight-border);
    }
    canvas {
      display: block;
    }
  `;

  @property({ attribute: false }) layer?: LayerAttention;
  @property({ attribute: false }) head = 0;
  @property({ attribute: false }) causal = false;
  @property() scale: MatrixScale = 'sqrt';
  /** Its side, in CSS pixels. */
  @property({ type: Number }) size = 18;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  private readonly painter = new MatrixPainter();

  override render() {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  protected override updated(): void {
    const { theme } = this.themes;
    const context = fitCanvas(this.canvas, this.size, this.size);
    if (!context || !this.layer) return;
    const { size, scale, causal } = this;
    const matrix = fromThumbnail(this.layer, this.head);
    this.painter.paint(
      context,
      matrix,
      { query: 0, key: 0, queries: matrix.queries, keys: matrix.keys },
      { left: 0, top: 0, width: size, height: size },
      { scale, theme, causal },
    );
  }
}
