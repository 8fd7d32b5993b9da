import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { divergingColors } from '../common/divergingColors';
import { formatNumber } from './stepNumbers';
import { outputReadout } from './stepReadout';
import { stepsEvent } from './stepsEvents';
import type { AttentionSteps } from '../../core/run/explanation';

/** In CSS pixels. */
const height = 84;
const foot = 14;

/** The output of a head, a bar for each of its numbers: up and blue above zero, down and orange below. */
@customElement('headlight-output')
export class OutputBars extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      canvas {
        display: block;
      }
      canvas:focus-visible {
        outline-offset: 2px;
      }
    `,
  ];

  @property({ attribute: false }) steps!: AttentionSteps;
  @property({ attribute: false }) nameOf: (key: number) => string = String;
  @property({ attribute: false }) width = 320;
  /** Changes with the screen's resolution, so that the bars are painted again. */
  @property({ attribute: false }) ratio = 1;

  @state() private marked?: number;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);

  override render() {
    const { valueSize } = this.steps;
    return html`<canvas
      tabindex="0"
      role="application"
      aria-roledescription="bar chart"
      aria-label="Output of this head, ${valueSize} numbers. The arrow keys go through them."
      @pointermove=${this.onPointer}
      @pointerleave=${this.onLeave}
      @blur=${this.onLeave}
      @keydown=${this.onKey}
    ></canvas>`;
  }

  protected override updated(): void {
    const {
      steps: { output },
      width,
      marked,
    } = this;
    const { theme } = this.themes;
    const context = fitCanvas(this.canvas, width, height);
    if (!context) return;
    const { positive, negative } = divergingColors(theme);
    const cell = width / Math.max(1, output.length);
    const gap = cell >= 6 ? 2 : cell >= 3 ? 1 : 0;
    const most = output.reduce((largest, value) => Math.max(largest, value), 0);
    const least = output.reduce((smallest, value) => Math.min(smallest, value), 0);
    const unit = (height - foot) / (most - least || 1);
    const zero = most * unit;
    for (const [i, value] of output.entries()) {
      context.fillStyle = cssColor(value >= 0 ? positive : negative, marked === undefined || marked === i ? 1 : 0.55);
      context.fillRect(
        i * cell,
        Math.min(zero, zero - value * unit),
        cell - gap,
        Math.max(0.5, Math.abs(value) * unit),
      );
    }
    context.fillStyle = cssColor(theme.dim);
    context.fillRect(0, Math.round(zero) - 0.5, width, 1);
    context.font = `10px ${theme.monospace}`;
    context.textBaseline = 'bottom';
    context.fillText('0', 0, height);
    context.textAlign = 'right';
    context.fillText(String(output.length - 1), width - gap, height);
    context.textAlign = 'center';
    context.fillText(`${formatNumber(least)} to ${formatNumber(most)}`, width / 2, height);
  }

  private mark(index: number | undefined): void {
    if (index === this.marked) return;
    this.marked = index;
    if (index === undefined) {
      this.dispatchEvent(stepsEvent('step-point', undefined));
      return;
    }
    const { left, top } = this.canvas.getBoundingClientRect();
    const cell = this.width / this.steps.valueSize;
    this.dispatchEvent(
      stepsEvent('step-point', {
        readout: outputReadout(this.steps, index, this.nameOf),
        anchor: new DOMRect(left + index * cell, top, cell, height - foot),
        column: 'output',
      }),
    );
  }

  private readonly onPointer = (event: PointerEvent) => {
    const { left } = this.canvas.getBoundingClientRect();
    const { valueSize } = this.steps;
    this.mark(Math.min(valueSize - 1, Math.max(0, Math.floor(((event.clientX - left) / this.width) * valueSize))));
  };

  private readonly onLeave = () => this.mark(undefined);

  private readonly onKey = (event: KeyboardEvent) => {
    const last = this.steps.valueSize - 1;
    const at = this.marked ?? -1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.mark(Math.min(last, Math.max(0, to)));
  };
}
