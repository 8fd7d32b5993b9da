import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import { fitCanvas } from '../common/canvas';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { type CellRange, rangeBetween } from '../../core/attention/cellRange';
import { type Cell, panelEvent } from '../run/events';
import { type HeadMatrix, keysByWeight, rowAt } from '../run/headMatrix';
import { MatrixGestures } from './matrixGestures';
import { matrixKey } from './matrixKeys';
import { labelLengths, MatrixLabels } from './matrixLabels';
import { matrixCellAt, layOutMatrix, type MatrixLayout, nearestCell, zoomLayout } from './matrixLayout';
import { paintMarks } from './matrixMarks';
import { MatrixPicture, regionInSight } from './matrixPicture';
import { clampViewport, type FittedMatrix, panBy, revealCell, viewportOf, wholeMatrix, zoomAt } from './matrixViewport';
import { type MatrixViewport } from '../run/choice';

/**
 * The matrix of one head: a row for each query, a column for each key. The picture is painted when the numbers, the scale,
 * the size or the theme change; what follows the pointer lies on a second canvas.
 */
@customElement('headlight-matrix')
export class MatrixView extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        flex: none;
      }
      .frame {
        position: absolute;
        inset: 0 auto auto 0;
        cursor: default;
        border-radius: 2px;
      }
      .brushing {
        cursor: crosshair;
      }
      canvas {
        position: absolute;
        inset: 0 auto auto 0;
        display: block;
      }
      canvas.over {
        pointer-events: none;
      }
      .frame:focus {
        outline: none;
      }
      .frame:focus-visible .ring {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 2px;
      }
      .ring {
        position: absolute;
        pointer-events: none;
      }
    `,
  ];

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
  /** The range that stands out. */
  @property({ attribute: false }) brushed?: CellRange;
  /** Of a pair of texts: the place of the second's first token, on both axes. */
  @property({ attribute: false }) boundary?: number;
  /** What alone is shown. */
  @property({ attribute: false }) only?: CellRange;
  /** Whether dragging brushes a range without Shift. */
  @property({ attribute: false }) brushing = false;
  /** The part that is in sight. The view itself moves it, and paints at most once a frame. */
  @property({ attribute: false, hasChanged: () => false }) viewport: MatrixViewport = wholeMatrix;
  /** Height within the parent that is for what stands below the picture, in CSS pixels. */
  @property({ type: Number }) reserved = 0;
  /** What the picture shows, for assistive technology. */
  @property() label = '';

  @query('.frame') readonly frame!: HTMLElement;
  @query('.under') private readonly under!: HTMLCanvasElement;
  @query('.over') private readonly over!: HTMLCanvasElement;
  @query('.ring') private readonly ring!: HTMLElement;

  private readonly themes = new ThemeController(this);
  private readonly resizes = new ResizeObserver(() => {
    this.measurable = true;
    this.requestUpdate();
  });
  private readonly gestures = new MatrixGestures(this);
  private readonly picture = new MatrixPicture();
  /** Where all of the matrix would be, and where what is in sight is. */
  private fitted?: MatrixLayout;
  private layout?: MatrixLayout;
  private frameRequest = 0;
  private labels?: MatrixLabels;
  private painted?: unknown[];
  /** Whether the panel was laid out: to measure before would lay it out once more, with parts still missing. */
  private measurable = false;
  /** Where the keyboard began to brush. */
  private corner?: Required<Cell>;

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
    const { onWheel, onDoubleClick, onDown, onUp, onMove } = this.gestures;
    return html`<div
      class="frame ${this.brushing ? 'brushing' : ''}"
      tabindex="0"
      role="application"
      aria-roledescription="attention matrix"
      aria-label=${this.label}
      aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageUp PageDown Enter + - 0 Shift+ArrowUp Shift+ArrowDown Shift+ArrowLeft Shift+ArrowRight Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight"
      @wheel=${onWheel}
      @dblclick=${onDoubleClick}
      @pointerdown=${onDown}
      @pointerup=${onUp}
      @pointercancel=${onUp}
      @pointermove=${onMove}
      @pointerleave=${this.onLeave}
      @click=${this.onClick}
      @keydown=${this.onKey}
      @focus=${this.onFocus}
      @blur=${this.onLeave}
    >
      <div class="ring"></div>
      <canvas class="under"></canvas><canvas class="over"></canvas>
    </div>`;
  }

  /** Puts the keyboard's focus on the matrix. */
  override focus(): void {
    this.frame.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('matrix');
    if (before && (before.queries !== this.matrix?.queries || before.keys !== this.matrix.keys)) {
      this.viewport = wholeMatrix;
    }
  }

  protected override updated(): void {
    if (!this.matrix || !this.measurable) return;
    this.paintUnder(this.matrix);
    this.paintOver(this.matrix);
  }

  private paintUnder(matrix: HeadMatrix): void {
    const { theme } = this.themes;
    const stage = this.parentElement ?? this;
    const fitsBoth = getComputedStyle(this).getPropertyValue('--matrix-fit').trim() !== 'width';
    const width = Math.floor(this.clientWidth);
    const height = fitsBoth
      ? Math.floor(stage.clientHeight) - this.reserved
      : Math.max(240, Math.floor(innerHeight * 0.86));
    const inputs = [
      this.viewport,
      matrix,
      theme,
      this.rowLabels,
      this.columnLabels,
      this.causal,
      this.scale,
      width,
      height,
      devicePixelRatio,
    ];
    if (width === 0 || inputs.every((value, i) => value === this.painted?.[i])) return;
    this.painted = inputs;
    const fitted = (this.fitted = layOutMatrix({
      width,
      height,
      rows: matrix.queries,
      columns: matrix.keys,
      pixelRatio: devicePixelRatio,
      rowLabel: labelLengths(this.rowLabels, theme).reduce((most, length) => Math.max(most, length), 0),
      columnLabels: labelLengths(this.columnLabels, theme),
    }));
    const viewport = this.size ? clampViewport(this.viewport, this.size) : this.viewport;
    const layout = (this.layout = zoomLayout(fitted, viewport));
    const labels = (this.labels = new MatrixLabels(layout, theme, this.rowLabels, this.columnLabels));
    this.style.height = `${Math.ceil(layout.height)}px`;
    this.frame.style.width = `${layout.width}px`;
    this.frame.style.height = `${layout.height}px`;
    const { left, top, matrixWidth, matrixHeight } = layout;
    Object.assign(this.ring.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${matrixWidth}px`,
      height: `${matrixHeight}px`,
    });
    const context = fitCanvas(this.under, layout.width, layout.height);
    if (!context) return;
    this.picture.paint(context, { matrix, viewport, layout, labels, causal: this.causal, scale: this.scale, theme });
    const region = regionInSight(matrix, viewport);
    this.dispatchEvent(
      panelEvent('region-see', {
        region,
        width: matrixWidth * devicePixelRatio,
        height: matrixHeight * devicePixelRatio,
      }),
    );
  }

  private paintOver(matrix: HeadMatrix): void {
    const { layout, labels, causal, shownQuery, locked, pointed, brushed, boundary, only, viewport } = this;
    const context = layout && fitCanvas(this.over, layout.width, layout.height);
    if (!context || !labels) return;
    paintMarks(context, {
      matrix,
      viewport,
      layout,
      labels,
      causal,
      theme: this.themes.theme,
      shownQuery,
      locked,
      pointed,
      brushed,
      boundary,
      only,
    });
  }

  private readonly windowResized = () => this.requestUpdate();

  private cellOf(event: MouseEvent): Cell | undefined {
    const box = this.frame.getBoundingClientRect();
    return (
      this.layout &&
      this.matrix &&
      matrixCellAt(
        this.layout,
        this.matrix.queries,
        this.matrix.keys,
        event.clientX - box.left,
        event.clientY - box.top,
      )
    );
  }

  /** The cell nearest to a point of the window. */
  nearest({ clientX, clientY }: MouseEvent): Required<Cell> | undefined {
    const box = this.frame.getBoundingClientRect();
    return (
      this.layout &&
      this.matrix &&
      nearestCell(this.layout, this.matrix.queries, this.matrix.keys, clientX - box.left, clientY - box.top)
    );
  }

  /** Where a cell, or the label of a row or column, is on the screen. */
  private anchorOf({ query, key }: Cell): DOMRect | undefined {
    if (!this.layout) return undefined;
    const { left, top, firstX, firstY, cellWidth, cellHeight } = this.layout;
    const box = this.frame.getBoundingClientRect();
    return new DOMRect(
      box.left + (key === undefined ? 0 : firstX + key * cellWidth),
      box.top + (query === undefined ? 0 : firstY + query * cellHeight),
      key === undefined ? left : cellWidth,
      query === undefined ? top : cellHeight,
    );
  }

  /** Makes cells so much larger or smaller, round a point of the window, else round the middle; 0 shows all of the matrix. */
  zoomBy(factor: number, at = this.middleOf(this.pointed)): void {
    const { size, fitted } = this;
    if (!size || !fitted) return;
    const box = this.frame.getBoundingClientRect();
    const x = at ? at.clientX - box.left - fitted.left : fitted.matrixWidth / 2;
    const y = at ? at.clientY - box.top - fitted.top : fitted.matrixHeight / 2;
    this.see(factor === 0 ? wholeMatrix : zoomAt(this.viewport, factor, x, y, size));
  }

  /** Shows a range as large as it can be. */
  zoomTo(range: CellRange): void {
    if (this.size) this.see(viewportOf(range, this.size));
  }

  /** The matrix's size, and that of its cells where all of it is in sight. */
  get size(): FittedMatrix | undefined {
    const { fitted, matrix } = this;
    return (
      fitted &&
      matrix && {
        rows: matrix.queries,
        columns: matrix.keys,
        cellWidth: fitted.cellWidth,
        cellHeight: fitted.cellHeight,
      }
    );
  }

  /** Shows another part; it is told at once, lest a drawing of the panel gives back the part before, and drawn at most once a frame. */
  see(viewport: MatrixViewport): void {
    const { zoom, column, row } = this.viewport;
    if (viewport.zoom === zoom && viewport.column === column && viewport.row === row) return;
    this.viewport = viewport;
    this.dispatchEvent(panelEvent('zoom-change', viewport));
    this.frameRequest ||= requestAnimationFrame(() => {
      this.frameRequest = 0;
      this.requestUpdate();
    });
  }

  /** Points at the cell, row or column under the pointer; undefined: at none. */
  hover(event: PointerEvent | undefined): void {
    const cell = event && this.cellOf(event);
    if (cell !== undefined && cell.query === this.pointed?.query && cell.key === this.pointed?.key) return;
    if (cell === undefined && this.pointed === undefined) return;
    this.dispatchEvent(panelEvent('cell-point', cell && { ...cell, anchor: this.anchorOf(cell) }));
  }

  /** Brushes a range. */
  brush(range: CellRange): void {
    this.dispatchEvent(panelEvent('range-choose', range));
  }

  private readonly onLeave = () => {
    this.dispatchEvent(panelEvent('cell-point', undefined));
  };

  private readonly onClick = (event: MouseEvent) => {
    if (this.gestures.dragged) return;
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
      const [x, y] = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key] ?? [
        0, 0,
      ];
      if ((x === 0 && y === 0) || !this.size || !this.fitted) return;
      this.see(panBy(this.viewport, (x * this.fitted.matrixWidth) / 8, (y * this.fitted.matrixHeight) / 8, this.size));
    } else if (!event.ctrlKey && ['+', '=', '-', '0'].includes(event.key)) {
      this.zoomBy({ '-': 1 / 1.5, '0': 0 }[event.key] ?? 1.5);
    } else if (event.key === 'Enter') {
      this.dispatchEvent(panelEvent('lock', undefined));
    } else {
      const { cursor } = this;
      const next = matrixKey(event.key, event.ctrlKey, cursor, this.matrix);
      if (!next) return;
      this.corner = event.shiftKey ? (this.corner ?? cursor) : undefined;
      this.moveTo(next);
      if (this.corner) this.brush(rangeBetween(this.corner, next));
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
