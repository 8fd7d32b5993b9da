import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { gridCell, gridCellAt } from '../../core/images/seenRegion';
import type { ImageExplanation } from '../../core/protocol/imageExplanation';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { css as cssom } from '../common/cssom';
import { FittedSize } from '../common/fittedSize';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';

const mostOpaque = 0.75;
const mostHeight = 520;

/** An image with heat on its cells and the boxes of objects. Fires `cell-choose` (detail: a cell) at a click, arrow key or Enter. */
@customElement('headlight-heat-picture')
export class HeatPicture extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: block; }
    .frame { box-sizing: content-box; position: relative; max-width: 100%; cursor: crosshair; border: 1px solid var(--vscode-contrastBorder, var(--headlight-line)); }
    img { display: block; width: 100%; height: 100%; user-select: none; }
    canvas { position: absolute; inset: 0; pointer-events: none; }
    .frame:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
  `];

  @property({ attribute: false }) explanation!: ImageExplanation;
  @property() source = '';
  /** [cell] */
  @property({ attribute: false }) heat?: Float32Array;
  /** The cell that is looked from. */
  @property({ attribute: false }) cell?: number;
  /** The object whose box stands out. */
  @property({ attribute: false }) answer?: number;
  @property() label = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.frame') private readonly frame!: HTMLElement;
  private readonly themes = new ThemeController(this);
  private readonly fitted = new FittedSize(this);

  override render() {
    const [width, height] = this.fitted.of(this.explanation.image, mostHeight);
    return html`<div class="frame" tabindex="0" role="application" aria-label=${this.label} ${cssom({ width: `${width}px`, height: `${height}px` })}
      @click=${this.onClick} @keydown=${this.onKey}><img src=${this.source} alt="" draggable="false"><canvas></canvas></div>`;
  }

  protected override updated(): void {
    const [width, height] = this.fitted.of(this.explanation.image, mostHeight);
    const context = fitCanvas(this.canvas, width, height);
    if (!context) return;
    const { heat, explanation: { grid, seen, answers } } = this;
    const { theme } = this.themes;
    const color = theme.heat.colors[theme.heat.colors.length - 1];
    const largest = heat?.reduce((most, value) => Math.max(most, value), 0) ?? 0;
    const rectangle = (region: { left: number; top: number; width: number; height: number }) =>
      [region.left * width, region.top * height, region.width * width, region.height * height] as const;
    heat?.forEach((value, cell) => {
      if (largest <= 0) return;
      context.fillStyle = cssColor(color, value / largest * mostOpaque);
      context.fillRect(...rectangle(gridCell(cell, grid, seen)));
    });
    answers.forEach(({ box }, i) => {
      if (!box) return;
      const chosen = i === this.answer;
      context.lineWidth = chosen ? 3 : 1;
      context.strokeStyle = chosen ? cssColor(theme.focus) : cssColor(theme.foreground, 0.6);
      context.strokeRect(...rectangle(box));
    });
    if (this.cell === undefined) return;
    context.lineWidth = 2;
    context.strokeStyle = cssColor(theme.focus);
    context.strokeRect(...rectangle(gridCell(this.cell, grid, seen)));
  }

  private choose(cell: number | undefined): void {
    if (cell !== undefined) this.dispatchEvent(componentEvent('cell-choose', cell));
  }

  private readonly onClick = (event: MouseEvent) => {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    const { grid, seen } = this.explanation;
    this.choose(gridCellAt((event.clientX - left) / width, (event.clientY - top) / height, grid, seen));
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const { rows, columns } = this.explanation.grid;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = this.cell === undefined ? 0 : this.cell + step;
    if (to >= 0 && to < rows * columns) this.choose(to);
  };
}
