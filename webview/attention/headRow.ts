import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import { fitCanvas } from '../common/canvas';
import { prop } from '../common/prop';
import { ThemeController } from '../common/theme';
import { fromThumbnail } from './headMatrix';
import type { OrderedHead } from './headOrder';
import { paintRegion } from './regionPainter';
import type { ThumbnailLayout } from './thumbnailLayout';

/** The thumbnails of one line of heads on one canvas, painted once it scrolls into view. */
@customElement('headlight-head-row')
export class HeadRow extends LitElement {
  static override styles = css`:host { display: block; } canvas { display: block; }`;

  @prop() heads: readonly OrderedHead[] = [];
  @prop() causal = false;
  @property() scale: MatrixScale = 'sqrt';
  @prop() layout!: ThumbnailLayout;
  /** Whether it is in sight from the start, so that nothing need be waited for. */
  @prop() atOnce = false;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  private seen = false;
  private painted?: unknown[];
  private readonly sight = new IntersectionObserver(entries => {
    this.seen = entries.some(entry => entry.isIntersecting);
    if (this.seen) this.requestUpdate();
  }, { rootMargin: '200px' });

  override connectedCallback(): void {
    super.connectedCallback();
    this.sight.observe(this);
  }

  override disconnectedCallback(): void {
    this.sight.disconnect();
    super.disconnectedCallback();
  }

  override render() {
    return html`<canvas></canvas>`;
  }

  protected override updated(): void {
    const { theme } = this.themes;
    const { size, gap, perLine } = this.layout;
    const inputs = [this.heads, this.causal, this.scale, size, gap, perLine, theme, devicePixelRatio];
    if (!(this.seen || this.atOnce) || size <= 0 || inputs.every((input, i) => input === this.painted?.[i])) return;
    this.painted = inputs;
    const step = size + gap;
    const lines = Math.ceil(this.heads.length / perLine);
    const context = fitCanvas(this.canvas, perLine * step, lines * step);
    if (!context) return;
    const side = Math.max(1, Math.round(size * devicePixelRatio));
    const one = new Uint32Array(side * side);
    const row = new ImageData(this.canvas.width, this.canvas.height);
    const pixels = new Uint32Array(row.data.buffer);
    for (const [i, { of, head }] of this.heads.entries()) {
      const matrix = fromThumbnail(of, head);
      paintRegion(matrix, { query: 0, key: 0, queries: matrix.queries, keys: matrix.keys }, one, side, side, { scale: this.scale, theme, causal: this.causal });
      const [left, top] = [i % perLine, Math.floor(i / perLine)].map(place => Math.round(place * step * devicePixelRatio));
      for (let y = 0; y < side && top + y < row.height; y++) pixels.set(one.subarray(y * side, y * side + Math.min(side, row.width - left)), (top + y) * row.width + left);
    }
    context.putImageData(row, 0, 0);
  }
}
