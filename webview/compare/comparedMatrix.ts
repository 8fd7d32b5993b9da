import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import { type HeadMatrix, weightAt, type MatrixRegion } from '../run/headMatrix';
import { matrixKey } from '../matrix/matrixKeys';
import { hatch, type Rectangle } from '../common/hatch';
import { MatrixPainter } from '../matrix/matrixPainter';
import type { Cell } from '../run/events';
import { fitCanvas } from '../common/canvas';
import { colorRamp, cssColor, rampIndex } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { arrowStep } from '../common/arrowStep';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { divergingColors } from '../common/divergingColors';
import { moved, wholeWindow, zoomAt, type ZoomWindow } from './zoomWindow';

/** Rows and columns of common axes that stand for a token which a text does not have. */
export type MissingTokens = Readonly<Record<'queries' | 'keys', readonly number[]>>;

/**
 * A matrix beside others that share its axes, scale and zoom: a head's weights, or the difference of two heads, in blue
 * where the first is larger and orange, marked with a minus, where the second is. Fires `zoom` with the new window and `cell-point`.
 */
@customElement('headlight-compared-matrix')
export class ComparedMatrix extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        min-width: 0;
      }
      .frame {
        position: relative;
        width: fit-content;
        cursor: crosshair;
        border: 1px solid var(--headlight-border);
        touch-action: none;
      }
      .frame:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      canvas {
        display: block;
      }
    `,
  ];

  @property({ attribute: false }) matrix!: HeadMatrix;
  /** Whether its numbers are differences. */
  @property({ attribute: false }) signed = false;
  @property({ attribute: false }) causal = false;
  /** Rows and columns that are left empty. */
  @property({ attribute: false }) missing?: MissingTokens;
  @property() scale: MatrixScale = 'sqrt';
  @property({ attribute: false }) window: ZoomWindow = wholeWindow;
  /** The side of the picture, in CSS pixels. */
  @property({ type: Number }) size = 240;
  @property({ attribute: false }) pointed?: Cell;
  @property() label = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  /** What is painted under that which follows the pointer. */
  private readonly cells = document.createElement('canvas');
  private readonly painter = new MatrixPainter();
  private painted: readonly unknown[] = [];
  private dragged?: { readonly x: number; readonly y: number };

  override render() {
    return html`<div
      class="frame"
      tabindex="0"
      role="application"
      aria-roledescription="attention matrix"
      aria-label="${this.label}. Arrow keys move from cell to cell, with Alt they move what is in sight, plus and minus zoom, 0 shows all."
      @wheel=${this.onWheel}
      @keydown=${this.onKey}
      @blur=${this.onLeave}
      @pointermove=${this.onMove}
      @pointerleave=${this.onLeave}
      @pointerdown=${this.onDown}
      @pointerup=${this.onUp}
      @dblclick=${() => this.zoom(wholeWindow)}
    >
      <canvas></canvas>
    </div>`;
  }

  protected override updated(): void {
    const { theme } = this.themes;
    const {
      size,
      window: { left, top, side },
      matrix,
      pointed,
    } = this;
    const context = fitCanvas(this.canvas, size, size);
    if (!context) return;
    this.paintCells(theme);
    context.drawImage(this.cells, 0, 0, size, size);
    const [width, height] = [size / side / matrix.keys, size / side / matrix.queries];
    if (pointed?.query === undefined || pointed.key === undefined) return;
    context.strokeStyle = cssColor(theme.foreground);
    context.lineWidth = 1.5;
    context.strokeRect(
      pointed.key * width - (left * size) / side,
      pointed.query * height - (top * size) / side,
      Math.max(3, width),
      Math.max(3, height),
    );
  }

  private paintCells(theme: Theme): void {
    const { matrix, signed, causal, missing, scale, size, window, cells } = this;
    const inputs = [matrix, signed, causal, JSON.stringify(missing), scale, size, window, theme, devicePixelRatio];
    if (inputs.every((value, i) => value === this.painted[i])) return;
    this.painted = inputs;
    const context = fitCanvas(cells, size, size);
    if (!context) return;
    hatch(context, theme, [0, 0, size, size]);
    const below = signed ? colorRamp(theme.background, divergingColors(theme).negative).pixels : undefined;
    this.painter.paint(
      context,
      matrix,
      regionOf(matrix, window),
      { left: 0, top: 0, width: size, height: size },
      { scale, theme, causal, below },
    );
    const place = (at: number, before: number, length: number) => ((at / length - before) / window.side) * size;
    for (const [first, end] of stretches(missing?.queries ?? [])) {
      const [from, to] = [first, end].map(query => place(query, window.top, matrix.queries));
      blank(context, theme, [0, from, size, to - from]);
    }
    for (const [first, end] of stretches(missing?.keys ?? [])) {
      const [from, to] = [first, end].map(key => place(key, window.left, matrix.keys));
      blank(context, theme, [from, 0, to - from, size]);
    }
    if (signed) this.paintMinuses(context, theme);
  }

  /** A minus in each cell below zero that has room for one: colours alone would not tell in grey. */
  private paintMinuses(context: CanvasRenderingContext2D, theme: Theme): void {
    const {
      matrix,
      size,
      scale,
      window: { left, top, side },
    } = this;
    const [width, height] = [size / side / matrix.keys, size / side / matrix.queries];
    if (Math.min(width, height) < 6 || matrix.factor !== 1) return;
    context.fillStyle = cssColor(theme.background);
    for (let query = Math.floor(top * matrix.queries); query < (top + side) * matrix.queries; query++) {
      for (let key = Math.floor(left * matrix.keys); key < (left + side) * matrix.keys; key++) {
        if (rampIndex(-weightAt(matrix, query, key), scale) < leastMarked) continue;
        context.fillRect(
          (key + 0.2) * width - (left * size) / side,
          (query + 0.4) * height - (top * size) / side,
          0.6 * width,
          Math.max(1, 0.2 * height),
        );
      }
    }
  }

  private placeOf(event: MouseEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  private zoom(window: ZoomWindow): void {
    this.dispatchEvent(componentEvent('zoom', window));
  }

  private zoomBy(factor: number, x: number, y: number): void {
    this.zoom(zoomAt(this.window, factor, x, y, Math.min(1, 4 / Math.max(this.matrix.queries, this.matrix.keys))));
  }

  /** Points at a cell by the keyboard, and brings it into sight. */
  private pointAt({ query, key }: Required<Cell>): void {
    const { matrix, size } = this;
    const within = (from: number, cell: number, length: number) =>
      Math.min(cell / length, Math.max(from, (cell + 1) / length - this.window.side));
    const window = {
      ...this.window,
      left: within(this.window.left, key, matrix.keys),
      top: within(this.window.top, query, matrix.queries),
    };
    if (window.left !== this.window.left || window.top !== this.window.top) this.zoom(window);
    const box = this.canvas.getBoundingClientRect();
    const place = (cell: number, length: number, from: number) => ((cell / length - from) * size) / window.side;
    const anchor = new DOMRect(
      box.left + place(key, matrix.keys, window.left),
      box.top + place(query, matrix.queries, window.top),
      8,
      size / window.side / matrix.queries,
    );
    this.dispatchEvent(componentEvent('cell-point', { query, key, anchor }));
  }

  private readonly onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && this.window.side === 1 && event.deltaY > 0) return;
    event.preventDefault();
    const { x, y } = this.placeOf(event);
    this.zoomBy(event.deltaY > 0 ? 1.25 : 0.8, x, y);
  };

  private readonly onDown = (event: PointerEvent) => {
    this.dragged = this.placeOf(event);
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };

  private readonly onUp = () => {
    this.dragged = undefined;
  };

  private readonly onMove = (event: PointerEvent) => {
    const { x, y } = this.placeOf(event);
    if (this.dragged && this.window.side < 1) {
      const from = this.dragged;
      this.dragged = { x, y };
      this.zoom(moved(this.window, from.x - x, from.y - y));
      return;
    }
    const { left, top, side } = this.window;
    const { queries, keys } = this.matrix;
    const cell = (at: number, length: number) => Math.min(length - 1, Math.max(0, Math.floor(at * length)));
    const pointed = { query: cell(top + y * side, queries), key: cell(left + x * side, keys) };
    if (pointed.query === this.pointed?.query && pointed.key === this.pointed.key) return;
    this.dispatchEvent(
      componentEvent('cell-point', { ...pointed, anchor: new DOMRect(event.clientX, event.clientY, 8, 8) }),
    );
  };

  private readonly onLeave = () => {
    this.dispatchEvent(componentEvent('cell-point', undefined));
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const { matrix, pointed } = this;
    const step = arrowStep(event.key);
    const next = matrixKey(event.key, event.ctrlKey, { query: pointed?.query ?? 0, key: pointed?.key ?? 0 }, matrix);
    if (event.altKey && step) this.zoom(moved(this.window, step[0] / 10, step[1] / 10));
    else if (next && !event.altKey) {
      this.pointAt(pointed?.key === undefined ? { query: pointed?.query ?? 0, key: 0 } : next);
    } else if (event.key === 'Escape' && pointed) this.onLeave();
    else if (event.key === '+' || event.key === '=') this.zoomBy(0.8, 0.5, 0.5);
    else if (event.key === '-') this.zoomBy(1.25, 0.5, 0.5);
    else if (event.key === '0') this.zoom(wholeWindow);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** Differences below this place in the ramp are too pale to be marked. */
const leastMarked = 56;

/** The part of a matrix that a window shows. */
export function regionOf({ queries, keys }: HeadMatrix, { left, top, side }: ZoomWindow): MatrixRegion {
  return { query: top * queries, key: left * keys, queries: side * queries, keys: side * keys };
}

/** Numbers as stretches: from the first to the one after the last. */
function stretches(numbers: readonly number[]): (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const number of new Set([...numbers].sort((a, b) => a - b))) {
    const last = found.at(-1);
    if (last?.[1] === number) last[1]++;
    else found.push([number, number + 1]);
  }
  return found;
}

/** Takes out what a text has no token for. */
function blank(context: CanvasRenderingContext2D, theme: Theme, area: Rectangle): void {
  context.clearRect(...area);
  hatch(context, theme, area);
}
