import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import type { LayerAttention } from '../../core/protocol/explanation';
import { fromThumbnail } from '../attention/headMatrix';
import { matrixImage } from '../attention/matrixPainter';
import { fitCanvas } from '../common/canvas';
import { prop } from '../common/prop';
import { ThemeController } from '../common/theme';

/** One head as small as a line of text. For the eye only: what stands beside it names the head. */
@customElement('headlight-thumbnail')
export class HeadThumbnail extends LitElement {
  static override styles = css`:host { display: block; flex: none; border: 1px solid var(--headlight-border); } canvas { display: block; }`;

  @prop() layer?: LayerAttention;
  @prop() head = 0;
  @prop() causal = false;
  @property() scale: MatrixScale = 'sqrt';
  /** Its side, in CSS pixels. */
  @property({ type: Number }) size = 18;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);

  override render() {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  protected override updated(): void {
    const { theme } = this.themes;
    const context = fitCanvas(this.canvas, this.size, this.size);
    if (!context || !this.layer) return;
    context.imageSmoothingEnabled = false;
    context.drawImage(matrixImage(fromThumbnail(this.layer, this.head), { scale: this.scale, theme, causal: this.causal }, this.size * devicePixelRatio), 0, 0, this.size, this.size);
  }
}
