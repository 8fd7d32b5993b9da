import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import { fitCanvas } from '../common/canvas';
import { cssColor, legendMarks, rampLength, scaleWeight } from '../common/colorScale';
import { hatch } from '../common/hatch';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';

const width = 150;
const bar = 8;
const height = 26;
const side = 2;
/** The room for the hatching and its name. */
const unseenWidth = 92;

/** Which colour stands for which weight, with a mark at the weight that is pointed at. */
@customElement('headlight-legend')
export class ColorLegend extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        flex: none;
        margin-left: -1px;
      }
      canvas {
        display: block;
      }
    `,
  ];

  @property() scale: MatrixScale = 'sqrt';
  @property({ attribute: false }) weight?: number;
  /** What the hatching is called, where some is. */
  @property() unseen = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);

  override render() {
    const from = this.scale === 'log' ? '0.0001 or less, logarithmic,' : '0';
    const hatched = this.unseen ? `; hatched: ${this.unseen}` : '';
    const name = `Colours from weight ${from} to weight 1${hatched}`;
    return html`<canvas role="img" aria-label=${name}></canvas>`;
  }

  protected override updated(): void {
    const { theme } = this.themes;
    const context = fitCanvas(this.canvas, width + 2 * side + (this.unseen ? unseenWidth : 0), height);
    if (!context) return;
    if (this.unseen) this.paintUnseen(context, theme);
    for (let x = 0; x < width; x++) {
      context.fillStyle = cssColor(theme.heat.colors[Math.round((x / (width - 1)) * (rampLength - 1))]);
      context.fillRect(side + x, 4, 1, bar);
    }
    context.strokeStyle = cssColor(theme.line);
    context.strokeRect(side - 0.5, 3.5, width + 1, bar + 1);
    context.fillStyle = cssColor(theme.dim);
    context.font = `10px ${theme.monospace}`;
    const marks = legendMarks(this.scale);
    for (const [i, mark] of marks.entries()) {
      const x = side + scaleWeight(mark, this.scale) * width;
      context.fillRect(Math.round(x) - 0.5, 4 + bar, 1, 2);
      context.textAlign = i === 0 ? 'left' : i === marks.length - 1 ? 'right' : 'center';
      context.fillText(
        mark >= 0.01 || mark === 0 ? String(mark).replace(/^0\./, '.') : `10${superscript(Math.log10(mark))}`,
        x,
        height - 2,
      );
    }
    if (this.weight === undefined) return;
    const x = side + scaleWeight(this.weight, this.scale) * width;
    context.strokeStyle = cssColor(theme.foreground);
    context.lineWidth = 2;
    context.strokeRect(Math.round(x) - 2, 2, 4, bar + 4);
  }

  /** A piece of hatching and its name, right of the colours. */
  private paintUnseen(context: CanvasRenderingContext2D, theme: Theme): void {
    const x = width + 2 * side + 14;
    hatch(context, theme, [x, 3, 16, bar + 2], 4);
    context.strokeStyle = cssColor(theme.line);
    context.strokeRect(x + 0.5, 3.5, 15, bar + 1);
    context.fillStyle = cssColor(theme.dim);
    context.font = `10px ${theme.monospace}`;
    context.textAlign = 'left';
    context.fillText(this.unseen, x + 22, 4 + bar);
  }
}

function superscript(value: number): string {
  return String(value).replace(/[-\d]/g, character => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(character)]);
}
