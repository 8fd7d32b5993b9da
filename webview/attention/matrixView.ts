import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { type Cell, panelEvent } from './events';
import { keysByWeight, rowAt, type HeadMatrix } from './headMatrix';
import { matrixKey } from './matrixKeys';
import { labelLengths, MatrixLabels } from './matrixLabels';
import { cellAt, layOutMatrix, type MatrixLayout, zoomLayout } from './matrixLayout';
import { hatch } from './matrixPainter';
import { type FittedMatrix, mostZoom, type MatrixViewport, panBy, revealCell, wholeMatrix, zoomAt } from './matrixViewport';
import { paintRegion } from './regionPainter';

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
  /** Where all of the matrix would be, and where what is in sight is. */
  private fitted?: MatrixLayout;
  private layout?: MatrixLayout;
  private viewport = wholeMatrix;
  private drag?: { x: number; y: number; moved: boolean };
  private image?: HTMLCanvasElement;
  private frameRequest = 0;
  private labels?: MatrixLabels;
  private painted?: unknown[];

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this.parentElement ?? this);
    addEventListener('resize', this.windowResized);
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    cancelAnimationFrame(this.frameRequest);
    this.frameRequest = 0;
    removeEventListener('resize', this.windowResized);
    super.disconnectedCallback();
  }

  override render() {
    return html`<div class="frame" tabindex="0" role="application" aria-roledescription="attention matrix" aria-label=${this.label}
      aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageUp PageDown Enter + - 0 Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight"
      @wheel=${this.onWheel} @dblclick=${this.onDoubleClick} @pointerdown=${this.onDown} @pointerup=${this.onUp} @pointercancel=${this.onUp} @pointermove=${this.onPointer} @pointerleave=${this.onLeave} @click=${this.onClick} @keydown=${this.onKey} @focus=${this.onFocus} @blur=${this.onLeave}
    ><div class="ring"></div><canvas class="under"></canvas><canvas class="over"></canvas></div>`;
  }

  /** Puts the keyboard's focus on the matrix. */
  override focus(): void {
    this.frame.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('matrix');
    if (before && (before.queries !== this.matrix?.queries || before.keys !== this.matrix.keys)) this.viewport = wholeMatrix;
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
    const { viewport } = this;
    const inputs = [viewport, matrix, theme, this.rowLabels, this.columnLabels, this.causal, this.scale, width, height, devicePixelRatio];
    if (width === 0 || inputs.every((value, i) => value === this.painted?.[i])) return;
    this.painted = inputs;
    const fitted = this.fitted = layOutMatrix({
      width, height, rows: matrix.queries, columns: matrix.keys, pixelRatio: devicePixelRatio,
      rowLabel: labelLengths(this.rowLabels, theme).reduce((most, length) => Math.max(most, length), 0),
      columnLabels: labelLengths(this.columnLabels, theme),
    });
    const layout = this.layout = zoomLayout(fitted, viewport);
    this.labels = new MatrixLabels(layout, theme, this.rowLabels, this.columnLabels);
    this.style.height = `${Math.ceil(layout.height)}px`;
    this.frame.style.width = `${layout.width}px`;
    this.frame.style.height = `${layout.height}px`;
    const { left, top, matrixWidth, matrixHeight } = layout;
    Object.assign(this.ring.style, { left: `${left}px`, top: `${top}px`, width: `${matrixWidth}px`, height: `${matrixHeight}px` });
    const context = fitCanvas(this.under, layout.width, layout.height);
    if (!context) return;
    if (this.causal) hatch(context, theme, left, top, matrixWidth, matrixHeight);
    const region = { query: viewport.row, key: viewport.column, queries: matrix.queries / viewport.zoom, keys: matrix.keys / viewport.zoom };
    const image = this.image ??= document.createElement('canvas');
    image.width = Math.max(1, Math.round(matrixWidth * devicePixelRatio));
    image.height = Math.max(1, Math.round(matrixHeight * devicePixelRatio));
    const pixels = new ImageData(image.width, image.height);
    paintRegion(matrix, region, new Uint32Array(pixels.data.buffer), image.width, image.height, { scale: this.scale, theme, causal: this.causal });
    image.getContext('2d')?.putImageData(pixels, 0, 0);
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
    const { left, top, matrixWidth, matrixHeight, firstX, firstY, cellWidth, cellHeight } = layout;
    const { query, key } = this.pointed ?? {};
    context.save();
    context.beginPath();
    context.rect(left - 3, top - 3, matrixWidth + 6, matrixHeight + 6);
    context.clip();
    const frame = (row: number, column: number, columns: number, color: string, lineWidth: number) => {
      const out = Math.min(cellWidth, cellHeight) < 6 ? lineWidth : 0;
      context.lineWidth = lineWidth;
      context.strokeStyle = color;
      const inset = lineWidth / 2 - out;
      context.strokeRect(firstX + column * cellWidth + inset, firstY + row * cellHeight + inset,
        columns * cellWidth - 2 * inset, cellHeight - 2 * inset);
    };
    const seen = (row: number) => this.causal ? Math.min(matrix.keys, row + 1) : matrix.keys;
    if (key !== undefined) {
      context.fillStyle = cssColor(theme.foreground, theme.highContrast ? 0.2 : 0.1);
      const bottom = query === undefined ? matrix.queries : query;
      context.fillRect(firstX + key * cellWidth, firstY, cellWidth, bottom * cellHeight);
    }
    frame(this.shownQuery, 0, seen(this.shownQuery), cssColor(theme.focus), this.locked ? 2 : 1.5);
    if (query !== undefined && query !== this.shownQuery) frame(query, 0, seen(query), cssColor(theme.dim), 1);
    if (query !== undefined && key !== undefined) frame(query, key, 1, cssColor(theme.foreground), 1.5);
    this.paintPosition(context, layout);
    context.restore();
    const rows = query === undefined || query === this.shownQuery ? [this.shownQuery] : [this.shownQuery, query];
    labels.paint(context, rows, key === undefined ? [] : [key]);
  }

  /** Which part of the matrix is in sight: bars along its right and its bottom edge. */
  private paintPosition(context: CanvasRenderingContext2D, { left, top, matrixWidth, matrixHeight }: MatrixLayout): void {
    const { viewport: { zoom, column, row }, matrix } = this;
    if (zoom === 1 || !matrix) return;
    context.fillStyle = cssColor(this.themes.theme.foreground, this.themes.theme.highContrast ? 1 : 0.45);
    context.fillRect(left + column / matrix.keys * matrixWidth, top + matrixHeight - 3, matrixWidth / zoom, 3);
    context.fillRect(left + matrixWidth - 3, top + row / matrix.queries * matrixHeight, 3, matrixHeight / zoom);
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
    const { left, top, firstX, firstY, cellWidth, cellHeight } = this.layout;
    const box = this.frame.getBoundingClientRect();
    return new DOMRect(
      box.left + (key === undefined ? 0 : firstX + key * cellWidth), box.top + (query === undefined ? 0 : firstY + query * cellHeight),
      key === undefined ? left : cellWidth, query === undefined ? top : cellHeight);
  }

  /** How often larger than the whole its cells are. */
  get zoom(): number {
    return this.viewport.zoom;
  }

  /** Makes cells so much larger or smaller, round a point of the window, else round the middle; 0 shows all of the matrix. */
  zoomBy(factor: number, at?: { readonly clientX: number; readonly clientY: number }): void {
    const { size, fitted } = this;
    if (!size || !fitted) return;
    const box = this.frame.getBoundingClientRect();
    const x = at ? at.clientX - box.left - fitted.left : fitted.matrixWidth / 2;
    const y = at ? at.clientY - box.top - fitted.top : fitted.matrixHeight / 2;
    this.see(factor === 0 ? wholeMatrix : zoomAt(this.viewport, factor, x, y, size));
  }

  private get size(): FittedMatrix | undefined {
    const { fitted, matrix } = this;
    return fitted && matrix && { rows: matrix.queries, columns: matrix.keys, cellWidth: fitted.cellWidth, cellHeight: fitted.cellHeight };
  }

  /** Shows another part, at most once a frame. */
  private see(viewport: MatrixViewport): void {
    const { zoom, column, row } = this.viewport;
    if (viewport.zoom === zoom && viewport.column === column && viewport.row === row) return;
    this.viewport = viewport;
    this.frameRequest ||= requestAnimationFrame(() => {
      this.frameRequest = 0;
      this.requestUpdate();
      this.dispatchEvent(componentEvent('zoom-change', this.viewport.zoom));
    });
  }

  private readonly onWheel = (event: WheelEvent) => {
    const { size } = this;
    if (!size) return;
    const before = this.viewport;
    // A pinch on a touchpad arrives as a wheel with Ctrl.
    if (event.ctrlKey || event.metaKey) this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 0.06 : 0.004)), event);
    else if (before.zoom > 1) this.see(event.shiftKey ? panBy(before, event.deltaY, event.deltaX, size) : panBy(before, event.deltaX, event.deltaY, size));
    if (event.ctrlKey || event.metaKey || this.viewport !== before) event.preventDefault();
  };

  private readonly onDoubleClick = (event: MouseEvent) => {
    if (this.size && mostZoom(this.size) > 1) this.zoomBy(event.shiftKey ? 0.5 : 2, event);
  };

  private readonly onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    this.drag = { x: event.clientX, y: event.clientY, moved: false };
    if (this.viewport.zoom > 1) this.frame.setPointerCapture(event.pointerId);
  };

  private readonly onUp = () => {
    // The click that ends a drag comes right after.
    setTimeout(() => { this.drag = undefined; });
  };

  private readonly onPointer = (event: PointerEvent) => {
    const { drag, size } = this;
    if (drag && event.buttons === 1 && size && this.viewport.zoom > 1 && (drag.moved || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 3)) {
      this.see(panBy(this.viewport, drag.x - event.clientX, drag.y - event.clientY, size));
      this.drag = { x: event.clientX, y: event.clientY, moved: true };
      this.dispatchEvent(panelEvent('cell-point', undefined));
      return;
    }
    const cell = this.cellOf(event);
    if (cell?.query === this.pointed?.query && cell?.key === this.pointed?.key && cell !== undefined) return;
    this.dispatchEvent(panelEvent('cell-point', cell && { ...cell, anchor: this.anchorOf(cell) }));
  };

  private readonly onLeave = () => {
    this.dispatchEvent(panelEvent('cell-point', undefined));
  };

  private readonly onClick = (event: MouseEvent) => {
    if (this.drag?.moved) return;
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
    if (!this.matrix || event.metaKey) return;
    if (event.altKey) {
      const [x, y] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key] ?? [0, 0];
      if ((x === 0 && y === 0) || !this.size || !this.fitted) return;
      this.see(panBy(this.viewport, x * this.fitted.matrixWidth / 8, y * this.fitted.matrixHeight / 8, this.size));
    } else if (!event.ctrlKey && ['+', '=', '-', '0'].includes(event.key)) {
      this.zoomBy({ '-': 1 / 1.5, '0': 0 }[event.key] ?? 1.5, this.middleOf(this.pointed));
    } else if (event.key === 'Enter') {
      this.dispatchEvent(panelEvent('lock', undefined));
    } else {
      const next = matrixKey(event.key, event.ctrlKey, this.cursor, this.matrix);
      if (!next) return;
      this.moveTo(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  /** The middle of a cell in the window, to zoom round it. */
  private middleOf(cell: Cell | undefined): { clientX: number; clientY: number } | undefined {
    const box = cell?.query === undefined || cell.key === undefined ? undefined : this.anchorOf(cell);
    return box && { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  }

  private moveTo(cell: Required<Cell>): void {
    if (this.size && this.fitted && this.viewport.zoom > 1) {
      this.see(revealCell(this.viewport, cell.query, cell.key, this.size));
      this.layout = zoomLayout(this.fitted, this.viewport);
    }
    this.dispatchEvent(panelEvent('cell-move', { ...cell, anchor: this.anchorOf(cell) }));
  }
}
