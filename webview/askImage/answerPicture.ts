import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Rgb } from '../../core/export/pictureColors';
import { imageGround } from '../../core/images/heatOpacity';
import type { ImageRegion } from '../../core/images/image';
import { regionAt, regionBeside, regionOver, regionsAt } from '../../core/vision/pictureTokens';
import { regionOpacity, strongOutline, type RegionHeat } from '../../core/vision/regionHeat';
import { arrowStep } from '../common/arrowStep';
import type { CellPainter } from '../common/cellPicture';
import { cssColor } from '../common/colorScale';
import { CoverPicture } from '../common/coverPicture';
import { divergingColors } from '../common/divergingColors';
import '../common/hoverNote';
import { inlineStyle } from '../common/inlineStyle';
import { formatHeat } from './formatHeat';

/** What is covered on the picture. */
export interface DrawnCover {
  readonly name: string;
  readonly regions: readonly ImageRegion[];
}

/** The picture with heat on regions of it; what is pointed at and marked are its targets, and a click points, too. */
@customElement('headlight-answer-picture')
export class AnswerPicture extends CoverPicture<ImageRegion> {
  @property({ attribute: false }) facts!: { readonly width: number; readonly height: number };
  /** What is painted. */
  @property({ attribute: false }) regions: readonly RegionHeat[] = [];
  /** What can be pointed at. */
  @property({ attribute: false }) targets: readonly ImageRegion[] = [];
  /** Where the picture was split. */
  @property({ attribute: false }) borders: readonly ImageRegion[] = [];
  @property({ attribute: false }) cover?: DrawnCover;
  /** The heat's colour; the theme's where absent. */
  @property({ attribute: false }) color?: Rgb;

  /** What the pointer is over, and where it is in the window. */
  @state() private hovered?: { readonly x: number; readonly y: number; readonly at: DOMRect };

  protected override get image() {
    return this.facts;
  }

  override render() {
    const [width, height] = this.size;
    return html`<div
        class="frame"
        tabindex="0"
        role="application"
        aria-label=${this.label}
        ${inlineStyle({ width: `${width}px`, height: `${height}px`, background: imageGround })}
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @pointercancel=${this.onCancel}
        @pointerleave=${this.onLeave}
        @keydown=${this.onKey}
      >
        <img src=${this.source} alt="" draggable="false" /><canvas></canvas>
        ${this.dragged()}
      </div>
      ${this.note()}`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size === 1 && changed.has('hovered')) return;
    const painter = this.painter();
    if (!painter) return;
    this.paintHeat(painter);
    this.paintCover(painter);
    const framed = this.cell === undefined ? undefined : this.covering(this.cell);
    if (framed) this.paintFocus(painter, framed);
  }

  private paintHeat({ context, theme, color, rectangle }: CellPainter): void {
    const { regions, borders } = this;
    const opacity = regionOpacity(regions);
    regions.forEach(({ region }, i) => {
      if (opacity[i] <= 0) return;
      context.fillStyle = cssColor(this.color ?? color, opacity[i]);
      context.fillRect(...rectangle(region));
    });
    context.setLineDash([3, 4]);
    for (const [style, dashOffset] of [
      [cssColor(theme.background, theme.highContrast ? 1 : 0.7), 3],
      [cssColor(theme.foreground, theme.highContrast ? 1 : 0.7), 0],
    ] as const) {
      Object.assign(context, { strokeStyle: style, lineWidth: 1, lineDashOffset: dashOffset });
      for (const border of borders) context.strokeRect(...rectangle(border));
    }
    context.setLineDash([]);
    // Light on dark, whatever the theme: seen on any picture, one of the heat's own colour too.
    const outline = strongOutline(regions);
    const side = Math.min(...regions.slice(0, 1).flatMap(({ region }) => rectangle(region).slice(2)));
    const width = (side < 10 ? 0.6 : 1) * (theme.highContrast ? 1.7 : 1);
    for (const [style, lineWidth] of [
      ['#000000', 3 * width],
      ['#ffffff', 1.3 * width],
    ] as const) {
      Object.assign(context, { strokeStyle: style, lineWidth, lineCap: 'square' });
      context.beginPath();
      for (const [x1, y1, x2, y2] of outline) {
        const [left, top, width, height] = rectangle({ left: x1, top: y1, width: x2 - x1, height: y2 - y1 });
        context.moveTo(left, top);
        context.lineTo(left + width, top + height);
      }
      context.stroke();
    }
  }

  private paintCover({ context, theme, rectangle }: CellPainter): void {
    const { cover } = this;
    if (!cover) return;
    const { negative } = divergingColors(theme);
    for (const region of cover.regions) {
      const frame = rectangle(region);
      Object.assign(context, { strokeStyle: cssColor(theme.background), lineWidth: 4 });
      context.strokeRect(...frame);
      context.setLineDash([6, 4]);
      Object.assign(context, { strokeStyle: cssColor(negative), lineWidth: 2, lineDashOffset: 0 });
      context.strokeRect(...frame);
      context.setLineDash([]);
    }
    const [left, top] = rectangle(cover.regions[0]);
    context.font = `11px ${getComputedStyle(this).fontFamily}`;
    const width = context.measureText(cover.name).width + 10;
    const x = Math.max(0, Math.min(left, this.size[0] - width));
    // Above the region, or where there is no room inside it.
    const y = top >= 20 ? top - 20 : top + 2;
    context.fillStyle = cssColor(theme.background);
    context.fillRect(x, y, width, 18);
    context.fillStyle = cssColor(theme.foreground);
    context.fillText(cover.name, x + 5, y + 13);
  }

  protected override marked(target: number): ImageRegion | undefined {
    const from = this.anchor === undefined ? undefined : this.targets[this.anchor];
    return from && this.targets[target] && regionOver(from, this.targets[target]);
  }

  protected override covering(target: number): ImageRegion | undefined {
    return this.marked(target) ?? this.targets[target];
  }

  /** The regions under the pointer with their numbers. */
  private note() {
    const { hovered, regions, drag } = this;
    if (!hovered || drag) return nothing;
    const held = regionsAt(
      regions.map(({ region }) => region),
      hovered.x,
      hovered.y,
    ).map(i => regions[i]);
    const [first, ...others] = held;
    if (!first) return nothing;
    return html`<headlight-hover-note
      .anchor=${hovered.at}
      .from=${first.name}
      .value=${formatHeat(first.value)}
      .note=${others.map(({ name, value }) => `${name}: ${formatHeat(value)}`).join('; ')}
    ></headlight-hover-note>`;
  }

  private readonly onMove = (event: PointerEvent) => {
    const to = this.place(event);
    this.hovered = { ...to, at: new DOMRect(event.clientX, event.clientY, 0, 0) };
    this.dragTo(to);
  };

  private readonly onUp = () => {
    const clicked = this.release();
    if (clicked) this.point(regionAt(this.targets, clicked.x, clicked.y));
  };

  private readonly onLeave = () => {
    this.hovered = undefined;
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const { cell, targets } = this;
    const step = arrowStep(event.key);
    if (step) {
      const to = cell === undefined ? (targets.length > 0 ? 0 : undefined) : regionBeside(targets, cell, ...step);
      if (to !== undefined) this.point(to, event.shiftKey ? (this.anchor ?? cell) : undefined);
    } else if (!this.coverKey(event.key)) return;
    event.preventDefault();
  };
}
