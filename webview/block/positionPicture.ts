import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PositionSimilarity } from '../../core/run/blockPath';
import { arrowStep } from '../common/arrowStep';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { divergingColors } from '../common/divergingColors';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { WidthController } from '../common/widthController';
import { formatNumber } from '../steps/stepNumbers';

/** In CSS pixels. */
const mostWidth = 300;

/** Two places that are pointed at. */
export interface PlacePair {
  readonly one: number;
  readonly other: number;
  readonly value: number;
  readonly anchor: DOMRect;
}

/**
 * How similar places are by their position alone: blue where they point the same way, orange where they point apart. Fires
 * `places-point` with a {@link PlacePair}.
 */
@customElement('headlight-positions')
export class PositionPicture extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      canvas {
        display: block;
        cursor: crosshair;
      }
      canvas:focus-visible {
        outline-offset: 2px;
      }
    `,
  ];

  @property({ attribute: false }) similarity!: PositionSimilarity;
  /** The chosen token's place. */
  @property({ attribute: false }) chosen = 0;
  /** Names a place for the ear. */
  @property({ attribute: false }) nameOf: (place: number) => string = String;

  @state() private cell?: { readonly row: number; readonly column: number };
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  private readonly room = new WidthController(this);

  override render() {
    const { places } = this.similarity;
    const { cell } = this;
    return html`<canvas
        tabindex="0"
        role="application"
        aria-roledescription="matrix"
        aria-label="Similarity of ${places.length} places with each other. The arrow keys go from cell to cell."
        @pointermove=${this.onPointer}
        @pointerleave=${() => this.point(undefined)}
        @blur=${() => this.point(undefined)}
        @keydown=${this.onKey}
      ></canvas>
      <span class="visually-hidden" role="status"
        >${
          cell
            ? `${this.nameOf(places[cell.row])}, ${this.nameOf(places[cell.column])}: ${formatNumber(this.valueAt(cell.row, cell.column))}`
            : ''
        }</span
      >`;
  }

  private get side(): number {
    return Math.min(mostWidth, this.room.width);
  }

  private valueAt(row: number, column: number): number {
    return this.similarity.data[row * this.similarity.places.length + column];
  }

  protected override updated(): void {
    const { side, similarity, cell } = this;
    if (side < 8) return;
    const context = fitCanvas(this.canvas, side, side);
    if (!context) return;
    const { theme } = this.themes;
    const { positive, negative } = divergingColors(theme);
    const count = similarity.places.length;
    const pitch = side / count;
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        const value = this.valueAt(row, column);
        if (value === 0) continue;
        context.fillStyle = cssColor(value > 0 ? positive : negative, Math.min(1, Math.abs(value)));
        context.fillRect(column * pitch, row * pitch, pitch + 0.3, pitch + 0.3);
      }
    }
    context.strokeStyle = cssColor(theme.line);
    context.strokeRect(0.5, 0.5, side - 1, side - 1);
    const nearest = nearestOf(similarity.places, this.chosen);
    context.strokeStyle = cssColor(theme.focus);
    context.strokeRect(0.5, Math.round(nearest * pitch) + 0.5, side - 1, Math.max(2, Math.round(pitch) - 1));
    if (!cell) return;
    context.strokeStyle = cssColor(theme.foreground);
    context.strokeRect(
      Math.round(cell.column * pitch) + 0.5,
      Math.round(cell.row * pitch) + 0.5,
      Math.max(3, Math.round(pitch) - 1),
      Math.max(3, Math.round(pitch) - 1),
    );
  }

  private point(cell: { readonly row: number; readonly column: number } | undefined): void {
    this.cell = cell;
    const { places } = this.similarity;
    let detail: PlacePair | undefined;
    if (cell) {
      const { left, top } = this.canvas.getBoundingClientRect();
      const pitch = this.side / places.length;
      detail = {
        one: places[cell.row],
        other: places[cell.column],
        value: this.valueAt(cell.row, cell.column),
        anchor: new DOMRect(left + cell.column * pitch, top + cell.row * pitch, pitch, pitch),
      };
    }
    this.dispatchEvent(componentEvent('places-point', detail));
  }

  private readonly onPointer = (event: PointerEvent) => {
    const { left, top } = this.canvas.getBoundingClientRect();
    const count = this.similarity.places.length;
    const at = (distance: number) => Math.min(count - 1, Math.max(0, Math.floor((distance / this.side) * count)));
    this.point({ row: at(event.clientY - top), column: at(event.clientX - left) });
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const step = arrowStep(event.key);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { places } = this.similarity;
    const start = nearestOf(places, this.chosen);
    const { row, column } = this.cell ?? { row: start, column: start };
    const within = (place: number) => Math.min(places.length - 1, Math.max(0, place));
    this.point(this.cell ? { row: within(row + step[1]), column: within(column + step[0]) } : { row, column });
  };
}

/** Which of some places is nearest to one. */
export function nearestOf(places: readonly number[], place: number): number {
  return places.reduce((best, other, i) => (Math.abs(other - place) < Math.abs(places[best] - place) ? i : best), 0);
}
