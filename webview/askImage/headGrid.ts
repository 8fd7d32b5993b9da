import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatWeight } from '../../core/attention/formatWeight';
import { arrowStep } from '../common/arrowStep';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import '../common/hoverNote';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { WidthController } from '../common/widthController';

/** A head of the decoder. */
export interface DecoderHead {
  readonly layer: number;
  readonly head: number;
}

/** Room for the numbers at the left and below, and the most that a cell is high. */
const [left, below, mostCell] = [24, 14, 12];

/** All heads as a grid, layers from left to right, each coloured by a number. Fires `head-choose` (detail: {@link DecoderHead}) at a click or an arrow key. */
@customElement('headlight-head-grid')
export class HeadGrid extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .grid {
        position: relative;
        cursor: pointer;
      }
      .grid:focus-visible {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      canvas {
        display: block;
      }
    `,
  ];

  @property({ attribute: false }) layers = 0;
  @property({ attribute: false }) heads = 0;
  /** [layer][head], 0 to 1; none while it is on its way. */
  @property({ attribute: false }) values?: Float32Array;
  @property({ attribute: false }) chosen?: DecoderHead;
  @property() label = '';

  @state() private hovered?: DecoderHead & { readonly at: DOMRect };
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  private readonly widths = new WidthController(this);

  override render() {
    const { hovered, chosen } = this;
    return html`<div
        class="grid"
        tabindex="0"
        role="application"
        aria-label=${this.label}
        @click=${this.onClick}
        @keydown=${this.onKey}
        @pointermove=${this.onMove}
        @pointerleave=${this.onLeave}
      >
        <canvas></canvas>
      </div>
      ${
        hovered
          ? html`<headlight-hover-note
              .anchor=${hovered.at}
              .from=${`head ${hovered.layer}.${hovered.head}`}
              .value=${this.worded(hovered)}
            ></headlight-hover-note>`
          : ''
      }<span class="visually-hidden" aria-live="polite"
        >${chosen ? `layer ${chosen.layer}, head ${chosen.head}: ${this.worded(chosen)}` : ''}</span
      >`;
  }

  protected override updated(): void {
    const { layers, heads, values, chosen } = this;
    const { width } = this.widths;
    const [w, h] = this.cell;
    const context = fitCanvas(this.canvas, Math.max(1, width), heads * h + below);
    if (!context || layers === 0) return;
    const { theme } = this.themes;
    const most = values?.reduce((largest, value) => Math.max(largest, value), 0) ?? 0;
    const { colors } = theme.heat;
    const gap = w > 4 ? 0.7 : 0;
    for (let layer = 0; layer < layers; layer++) {
      for (let head = 0; head < heads; head++) {
        const value = most > 0 && values ? values[layer * heads + head] / most : 0;
        context.fillStyle = cssColor(colors[Math.round(Math.min(1, Math.max(0, value)) * (colors.length - 1))]);
        context.fillRect(left + layer * w, head * h, w - gap, h - gap);
      }
    }
    context.strokeStyle = cssColor(theme.line);
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, -0.5, layers * w + 1, heads * h + 1);
    context.fillStyle = cssColor(theme.dim);
    context.font = `9px ${theme.monospace}`;
    context.textAlign = 'right';
    for (let head = 0; head < heads; head += heads > 12 ? 4 : heads > 5 ? 2 : 1) {
      context.fillText(`.${head}`, left - 4, head * h + h / 2 + 3);
    }
    context.textAlign = 'center';
    const step = [1, 2, 5, 10, 20].find(each => each * w >= 18) ?? 50;
    for (let layer = 0; layer < layers; layer += step) {
      context.fillText(String(layer), left + (layer + 0.5) * w, heads * h + 11);
    }
    if (!chosen) return;
    for (const [color, lineWidth] of [
      [theme.background, 4],
      [theme.focus, 2],
    ] as const) {
      Object.assign(context, { strokeStyle: cssColor(color), lineWidth });
      context.strokeRect(left + chosen.layer * w, chosen.head * h, w - gap, h - gap);
    }
  }

  /** Width and height of a head's cell in CSS pixels. */
  private get cell(): readonly [number, number] {
    const width = Math.min(24, Math.max(2, (this.widths.width - left - 1) / Math.max(1, this.layers)));
    return [width, Math.min(mostCell, Math.max(4, Math.min(width * 1.2, 200 / Math.max(1, this.heads))))];
  }

  private worded({ layer, head }: DecoderHead): string {
    return this.values ? formatWeight(this.values[layer * this.heads + head]) : '';
  }

  private headAt(event: MouseEvent): DecoderHead | undefined {
    const box = this.canvas.getBoundingClientRect();
    const [w, h] = this.cell;
    const layer = Math.floor((event.clientX - box.left - left) / w);
    const head = Math.floor((event.clientY - box.top) / h);
    return layer >= 0 && layer < this.layers && head >= 0 && head < this.heads ? { layer, head } : undefined;
  }

  private choose(head: DecoderHead): void {
    this.dispatchEvent(componentEvent('head-choose', head));
  }

  private readonly onClick = (event: MouseEvent) => {
    const head = this.headAt(event);
    if (head) this.choose(head);
  };

  private readonly onMove = (event: PointerEvent) => {
    const head = this.headAt(event);
    this.hovered = head && { ...head, at: new DOMRect(event.clientX, event.clientY, 0, 0) };
  };

  private readonly onLeave = () => {
    this.hovered = undefined;
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const step = arrowStep(event.key);
    if (!step) return;
    event.preventDefault();
    const { layer, head } = this.chosen ?? { layer: -step[0], head: -step[1] };
    const inside = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
    this.choose({ layer: inside(layer + step[0], this.layers), head: inside(head + step[1], this.heads) });
  };
}
