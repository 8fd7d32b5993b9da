import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import { fitCanvas, onPixelRatioChange } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { type Cell, panelEvent } from './events';
import { keysByWeight, rowAt, type HeadMatrix } from './headMatrix';
import { matrixKey } from './matrixKeys';
import { labelLengths, MatrixLabels } from './matrixLabels';
import { cellAt, layOutMatrix, type MatrixLayout } from './matrixLayout';
import { hatch, matrixImage } from './matrixPainter';

/**
 * The matrix of one head: a row for each query, a column for each key. The picture is painted when the numbers, the scale,
 * the size or the theme change; what follows the pointer lies on a second canvas.
 */
@customElement('headlight-matrix')
export class MatrixView extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: block; position: relative; flex: none; }
    .frame { position: absolute; inset: 0 auto auto 0; cursor: default; border-radius: 2px; }
    canvas { position: absolute; inset: 0 auto auto 0; display: block; }
    canvas.over { pointer-events: none; }
    .frame:focus { outline: none; }
    .frame:focus-visible .ring { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
    .ring { position: absolute; pointer-events: none; }
  `];

  @property({ attribute: false }) matrix?: HeadMatrix;
  /** The tokens' names, for the axes. */
  @property({ attribute: false }) rowLabels: readonly string[] = [];
  @property({ attribute: false }) columnLabels: readonly string[] = [];
  @property({ attribute: false }) causal = false;
  @property() scale: MatrixScale = 'sqrt';
  /** The row that the rest of the panel tells about. */
  @property({ attribute: false }) shownQuery = 0;
  @property({ attribute: false }) locked = false;
  /** What the pointer or the keyboard is on. */
  @property({ attribute: false }) pointed?: Cell;
  /** Height within the parent that is for what stands below the picture, in CSS pixels. */
  @property({ type: Number }) reserved = 0;
  /** What the picture shows, for assistive technology. */
  @property() label = '';

  @query('.frame') private readonly frame!: HTMLElement;
  @query('.under') private readonly under!: HTMLCanvasElement;
  @query('.over') private readonly over!: HTMLCanvasElement;
  @query('.ring') private readonly ring!: HTMLElement;

  private readonly themes = new ThemeController(this);
  private readonly resizes = new ResizeObserver(() => this.requestUpdate());
  private endRatioWatch?: () => void;
  private layout?: MatrixLayout;
  private labels?: MatrixLabels;
  private painted?: unknown[];

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this.parentElement ?? this);
    this.endRatioWatch = onPixelRatioChange(() => this.requestUpdate());
    addEventListener('resize', this.windowResized);
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    this.endRatioWatch?.();
    removeEventListener('resize', this.windowResized);
    super.disconnectedCallback();
  }

  override render() {
    return html`<div class="frame" tabindex="0" role="application" aria-roledescription="attention matrix" aria-label=${this.label}
      aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageUp PageDown Enter"
      @pointermove=${this.onPointer} @pointerleave=${this.onLeave} @click=${this.onClick} @keydown=${this.onKey} @focus=${this.onFocus} @blur=${this.onLeave}
    ><div class="ring"></div><canvas class="under"></canvas><canvas class="over"></canvas></div>`;
  }

  /** Puts the keyboard's focus on the matrix. */
  override focus(): void {
    this.frame.focus();
  }

  protected override updated(): void {
    if (!this.matrix) return;
    this.paintUnder(this.matrix);
    this.paintOver();
  }

  private paintUnder(matrix: HeadMatrix): void {
    const { theme } = this.themes;
    const stage = this.parentElement ?? this;
    const fitsBoth = getComputedStyle(this).getPropertyValue('--matrix-fit').trim() !== 'width';
    const width = Math.floor(this.clientWidth);
    const height = fitsBoth ? Math.floor(stage.clientHeight) - this.reserved : Math.max(240, Math.floor(innerHeight * 0.86));
    const inputs = [matrix, theme, this.rowLabels, this.columnLabels, this.causal, this.scale, width, height, devicePixelRatio];
    if (width === 0 || inputs.every((value, i) => value === this.painted?.[i])) return;
    this.painted = inputs;
    const layout = this.layout = layOutMatrix({
      width, height, rows: matrix.queries, columns: matrix.keys, pixelRatio: devicePixelRatio,
      rowLabel: labelLengths(this.rowLabels, theme).reduce((most, length) => Math.max(most, length), 0),
      columnLabels: labelLengths(this.columnLabels, theme),
    });
    this.labels = new MatrixLabels(layout, theme, this.rowLabels, this.columnLabels);
    this.style.height = `${Math.ceil(layout.height)}px`;
    this.frame.style.width = `${layout.width}px`;
    this.frame.style.height = `${layout.height}px`;
    const { left, top, matrixWidth, matrixHeight } = layout;
    Object.assign(this.ring.style, { left: `${left}px`, top: `${top}px`, width: `${matrixWidth}px`, height: `${matrixHeight}px` });
    const context = fitCanvas(this.under, layout.width, layout.height);
    if (!context) return;
    if (this.causal) hatch(context, theme, left, top, matrixWidth, matrixHeight);
    const limit = Math.min(matrixWidth, matrixHeight) * devicePixelRatio;
    const image = matrixImage(matrix, { scale: this.scale, theme, causal: this.causal }, Math.max(limit, 64));
    context.imageSmoothingEnabled = false;
    context.drawImage(image, left, top, matrixWidth, matrixHeight);
    context.strokeStyle = cssColor(theme.line);
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, top - 0.5, matrixWidth + 1, matrixHeight + 1);
  }

  private paintOver(): void {
    const { layout, labels, matrix } = this;
    if (!layout || !labels || !matrix) return;
    const { theme } = this.themes;
    const context = fitCanvas(this.over, layout.width, layout.height);
    if (!context) return;
    const { left, top, cellWidth, cellHeight } = layout;
    const { query, key } = this.pointed ?? {};
    const frame = (row: number, column: number, columns: number, color: string, lineWidth: number) => {
      const out = Math.min(cellWidth, cellHeight) < 6 ? lineWidth : 0;
      context.lineWidth = lineWidth;
      context.strokeStyle = color;
      const inset = lineWidth / 2 - out;
      context.strokeRect(left + column * cellWidth + inset, top + row * cellHeight + inset,
        columns * cellWidth - 2 * inset, cellHeight - 2 * inset);
    };
    const seen = (row: number) => this.causal ? Math.min(matrix.keys, row + 1) : matrix.keys;
    if (key !== undefined) {
      context.fillStyle = cssColor(theme.foreground, theme.highContrast ? 0.2 : 0.1);
      const bottom = query === undefined ? matrix.queries : query;
      context.fillRect(left + key * cellWidth, top, cellWidth, bottom * cellHeight);
    }
    frame(this.shownQuery, 0, seen(this.shownQuery), cssColor(theme.focus), this.locked ? 2 : 1.5);
    if (query !== undefined && query !== this.shownQuery) frame(query, 0, seen(query), cssColor(theme.dim), 1);
    if (query !== undefined && key !== undefined) frame(query, key, 1, cssColor(theme.foreground), 1.5);
    const rows = query === undefined || query === this.shownQuery ? [this.shownQuery] : [this.shownQuery, query];
    labels.paint(context, rows, key === undefined ? [] : [key]);
  }

  private readonly windowResized = () => this.requestUpdate();

  private cellOf(event: MouseEvent): Cell | undefined {
    const box = this.frame.getBoundingClientRect();
    return this.layout && this.matrix
      && cellAt(this.layout, this.matrix.queries, this.matrix.keys, event.clientX - box.left, event.clientY - box.top);
  }

  /** Where a cell, or the label of a row or column, is on the screen. */
  private anchorOf({ query, key }: Cell): DOMRect | undefined {
    if (!this.layout) return undefined;
    const { left, top, cellWidth, cellHeight } = this.layout;
    const box = this.frame.getBoundingClientRect();
    return new DOMRect(
      box.left + (key === undefined ? 0 : left + key * cellWidth), box.top + (query === undefined ? 0 : top + query * cellHeight),
      key === undefined ? left : cellWidth, query === undefined ? top : cellHeight);
  }

  private readonly onPointer = (event: PointerEvent) => {
    const cell = this.cellOf(event);
    if (cell?.query === this.pointed?.query && cell?.key === this.pointed?.key && cell !== undefined) return;
    this.dispatchEvent(panelEvent('cell-point', cell && { ...cell, anchor: this.anchorOf(cell) }));
  };

  private readonly onLeave = () => {
    this.dispatchEvent(panelEvent('cell-point', undefined));
  };

  private readonly onClick = (event: MouseEvent) => {
    const cell = this.cellOf(event);
    if (cell) this.dispatchEvent(panelEvent('cell-choose', { ...cell, anchor: this.anchorOf(cell) }));
  };

  private readonly onFocus = () => {
    if (this.frame.matches(':focus-visible') && this.pointed === undefined) this.moveTo(this.cursor);
  };

  /** The cell that the keyboard is on: the one pointed at, else the strongest of the shown row. */
  private get cursor(): Required<Cell> {
    const query = this.pointed?.query ?? this.shownQuery;
    const key = this.pointed?.key ?? (this.matrix ? keysByWeight(rowAt(this.matrix, query), 1)[0] : 0) ?? 0;
    return { query, key };
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (!this.matrix || event.altKey || event.metaKey) return;
    if (event.key === 'Enter') {
      this.dispatchEvent(panelEvent('lock', undefined));
    } else {
      const next = matrixKey(event.key, event.ctrlKey, this.cursor, this.matrix);
      if (!next) return;
      this.moveTo(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  private moveTo(cell: Required<Cell>): void {
    this.dispatchEvent(panelEvent('cell-move', { ...cell, anchor: this.anchorOf(cell) }));
  }
}
