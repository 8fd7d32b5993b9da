import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatWeight } from '../../core/attention/formatWeight';
import { heatOpacity, imageGround } from '../../core/images/heatOpacity';
import { cellName } from '../../core/images/imagePlace';
import { gridCell, gridCellAt } from '../../core/images/seenRegion';
import type { ImageExplanation } from '../../core/images/explained';
import '../common/tip';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { FittedSize } from '../common/fittedSize';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { cellAfterKey } from './cellKeys';

/** An image with heat on its cells and the boxes of objects. Fires `cell-choose` (detail: a cell) at a click, arrow key or Enter. */
@customElement('headlight-heat-picture')
export class HeatPicture extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
      }
      .frame {
        box-sizing: content-box;
        position: relative;
        max-width: 100%;
        cursor: crosshair;
        border: 1px solid var(--vscode-contrastBorder, var(--headlight-line));
      }
      img {
        display: block;
        width: 100%;
        height: 100%;
        user-select: none;
      }
      canvas {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }
      .frame:focus-visible {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
    `,
  ];

  @property({ attribute: false }) explanation!: ImageExplanation;
  @property() source = '';
  /** [cell] */
  @property({ attribute: false }) heat?: Float32Array;
  /** The cell that is looked from. */
  @property({ attribute: false }) cell?: number;
  /** The object whose box stands out. */
  @property({ attribute: false }) answer?: number;
  @property() label = '';
  @property({ attribute: false }) mostHeight = 520;

  /** What the pointer is over, and where it is in the window. */
  @state() private pointed?: { readonly cell: number; readonly at: DOMRect };

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.frame') private readonly frame!: HTMLElement;
  private readonly themes = new ThemeController(this);
  private readonly fitted = new FittedSize(this);

  override render() {
    const [width, height] = this.size;
    return html`<div
        class="frame"
        tabindex="0"
        role="application"
        aria-label=${this.label}
        ${inlineStyle({ width: `${width}px`, height: `${height}px`, background: imageGround })}
        @click=${this.onClick}
        @keydown=${this.onKey}
        @pointermove=${this.onPointer}
        @pointerleave=${this.onLeave}
      >
        <img src=${this.source} alt="" draggable="false" /><canvas></canvas>
      </div>
      ${this.note()}`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size === 1 && changed.has('pointed')) return;
    const [width, height] = this.size;
    const context = fitCanvas(this.canvas, width, height);
    if (!context) return;
    const {
      heat,
      explanation: { grid, seen, answers },
    } = this;
    const { theme } = this.themes;
    const color = theme.heat.colors[theme.heat.colors.length - 1];
    const rectangle = (region: { left: number; top: number; width: number; height: number }) =>
      [region.left * width, region.top * height, region.width * width, region.height * height] as const;
    if (heat) {
      heatOpacity(heat).forEach((opacity, cell) => {
        context.fillStyle = cssColor(color, opacity);
        context.fillRect(...rectangle(gridCell(cell, grid, seen)));
      });
    }
    answers.forEach(({ box }, i) => {
      if (!box) return;
      const chosen = i === this.answer;
      // On a ground of its own, so that it is seen on any picture.
      for (const [style, lineWidth] of [
        [cssColor(theme.background, 0.6), chosen ? 5 : 3],
        [cssColor(chosen ? theme.focus : theme.foreground), chosen ? 3 : 1],
      ] as const) {
        Object.assign(context, { strokeStyle: style, lineWidth });
        context.strokeRect(...rectangle(box));
      }
    });
    if (this.cell === undefined) return;
    context.lineWidth = 2;
    context.strokeStyle = cssColor(theme.focus);
    context.strokeRect(...rectangle(gridCell(this.cell, grid, seen)));
  }

  private get size(): [number, number] {
    return this.fitted.of(this.explanation.image, this.mostHeight);
  }

  private choose(cell: number | undefined): void {
    if (cell !== undefined) this.dispatchEvent(componentEvent('cell-choose', cell));
  }

  /** The cell under the pointer, and its number. */
  private note() {
    const {
      pointed,
      heat,
      explanation: { grid },
    } = this;
    return pointed && heat
      ? html`<headlight-tip
          .anchor=${pointed.at}
          .from=${cellName(pointed.cell, grid.columns)}
          .value=${formatWeight(heat[pointed.cell])}
        ></headlight-tip>`
      : nothing;
  }

  private cellUnder({ clientX, clientY }: MouseEvent): number | undefined {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    const { grid, seen } = this.explanation;
    return gridCellAt((clientX - left) / width, (clientY - top) / height, grid, seen);
  }

  private readonly onClick = (event: MouseEvent) => {
    this.choose(this.cellUnder(event));
  };

  private readonly onPointer = (event: PointerEvent) => {
    const cell = this.cellUnder(event);
    this.pointed = cell === undefined ? undefined : { cell, at: new DOMRect(event.clientX, event.clientY, 0, 0) };
  };

  private readonly onLeave = () => {
    this.pointed = undefined;
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const to = cellAfterKey(event.key, this.cell, this.explanation.grid);
    if (to === undefined) return;
    event.preventDefault();
    this.choose(to);
  };
}
