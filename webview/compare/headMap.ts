import { css, html, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import { layerRadius } from '../../core/attention/compare/layerRadius';
import { mapPlaces } from '../../core/attention/compare/mapPlaces';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { AttentionGroup, HeadAddress } from '../../core/run/explanation';
import { includesHead } from '../run/headSelection';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { comparePartStyles } from './comparePart.styles';
import { compareEvent } from './compareEvents';
import { HeadsPicture } from './headsPicture';
import './headThumbnail';

const frame = { width: 300, height: 220, edge: 14 };
const { width, height } = frame;

/** From where to where the pointer was dragged. */
interface Brush {
  readonly x: number;
  readonly y: number;
  readonly toX: number;
  readonly toY: number;
}

/** All heads in the plane, the nearer the more alike. Fires {@link CompareEvents}. */
@customElement('headlight-head-map')
export class HeadMap extends HeadsPicture {
  static override styles = [
    sharedStyles,
    comparePartStyles,
    css`
      :host {
        position: relative;
      }
      svg {
        display: block;
        width: 100%;
        max-width: 360px;
        border: 1px solid var(--headlight-border);
        cursor: crosshair;
        touch-action: none;
      }
      svg:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      circle {
        stroke: var(--vscode-editor-background);
        forced-color-adjust: none;
      }
      circle.selected {
        stroke: var(--vscode-foreground);
      }
      circle.chosen,
      circle.pointed {
        stroke: var(--vscode-foreground);
        stroke-width: 2;
      }
      text {
        fill: var(--vscode-foreground);
        font-size: 11px;
        pointer-events: none;
      }
      rect {
        fill: var(--vscode-editor-selectionBackground);
        stroke: var(--vscode-focusBorder);
        fill-opacity: 0.4;
      }
      .note {
        position: absolute;
        z-index: 5;
        pointer-events: none;
        display: flex;
        gap: 8px;
        padding: 6px 8px;
        line-height: 18px;
        white-space: nowrap;
        border-radius: 4px;
        color: var(--vscode-editorHoverWidget-foreground);
        background: var(--vscode-editorHoverWidget-background);
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-editorHoverWidget-border));
      }
    `,
  ];

  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) summaries?: readonly HeadSummary[];
  /** The selected heads. */
  @property({ attribute: false }) heads: readonly HeadAddress[] = [];
  @property() scale: MatrixScale = 'sqrt';

  @state() private pointed?: number;
  @state() private brush?: Brush;

  protected override readonly heading = 'All heads on a map';

  protected override picture(groups: HeadGroups) {
    const places = this.places(groups);
    const sampled = groups.queries < groups.queriesOf ? ` of ${groups.queries} of ${groups.queriesOf} queries` : '';
    const layers = [...new Set(groups.heads.map(({ layer }) => layer))];
    const isChosen = (i: number) => Number(this.isChosen(groups.heads[i].layer, groups.heads[i].head));
    // The chosen ones last, so that none lies over them.
    const order = [...groups.heads.keys()].sort((a, b) => isChosen(a) - isChosen(b));
    return html`<h2>All heads on a map <span class="dim">Jensen-Shannon${sampled}, 2-D</span></h2>
      <svg
        viewBox="0 0 ${width} ${height}"
        tabindex="0"
        role="img"
        aria-label="Map of ${groups.heads.length} heads, the nearer the more alike; arrow keys go from head to head, Enter chooses, Space compares"
        @pointermove=${this.onMove}
        @pointerdown=${this.onDown}
        @pointerup=${this.onUp}
        @pointerleave=${this.onLeave}
        @keydown=${this.onKey}
      >
        ${order.map(i => {
          const { layer, head } = groups.heads[i];
          const { x, y } = places[i];
          const chosen = this.isChosen(layer, head);
          // The label goes to the side where the other chosen head is not.
          const leftward =
            x > width - 40 ||
            places.some(
              (place, j) =>
                j !== i &&
                this.isChosen(groups.heads[j].layer, groups.heads[j].head) &&
                place.x > x &&
                place.x - x < 60 &&
                Math.abs(place.y - y) < 16,
            );
          const selected = this.heads.length > 1 && includesHead(this.heads, groups.heads[i]);
          const at = layers.indexOf(layer);
          return svg`<circle
              class="${chosen ? 'chosen' : ''} ${selected ? 'selected' : ''} ${i === this.pointed ? 'pointed' : ''}"
              cx=${x}
              cy=${y}
              r=${layerRadius(at, layers.length, chosen)}
              ${inlineStyle({ fill: layerColor(at, layers.length) })}
            ></circle>
            ${chosen ? svg`<text x=${leftward ? x - 10 : x + 10} y=${y + 4} text-anchor=${leftward ? 'end' : 'start'}>${layer}.${head}</text>` : nothing}`;
        })}
        ${this.brush ? brushed(this.brush) : nothing}
      </svg>
      <div role="status">${this.note(groups, places)}</div>
      <p class="dim">
        ${Math.round(groups.held * 100)} % of the distances fit in the plane. Small and blue to large and yellow: first
        to last layer. Drag over heads to select them.
      </p>`;
  }

  private note(groups: HeadGroups, places: readonly { x: number; y: number }[]) {
    if (this.pointed === undefined || this.brush) return nothing;
    const { layer, head } = groups.heads[this.pointed];
    const label =
      this.summaries?.find(summary => summary.layer === layer && summary.head === head)?.label?.name ?? 'no label';
    const { x, y } = places[this.pointed];
    return html`<div class="note" ${inlineStyle({ left: `${Math.min(x, width - 150)}px`, top: `${y + 40}px` })}>
      <headlight-thumbnail
        size="54"
        .layer=${this.group.layers.find(l => l.layer === layer)}
        .head=${head}
        .causal=${this.group.causal}
        .scale=${this.scale}
      ></headlight-thumbnail
      ><span>Head ${layer}.${head}<br /><span class="dim">${label}</span></span>
    </div>`;
  }

  private places({ points }: HeadGroups) {
    return mapPlaces(points, frame);
  }

  private isChosen(layer: number, head: number): boolean {
    return [this.one, this.other].some(address => address?.layer === layer && address.head === head);
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  }

  private nearest({ x, y }: { x: number; y: number }, most = 12): number | undefined {
    if (!this.groups) return undefined;
    const distances = this.places(this.groups).map(place => Math.hypot(place.x - x, place.y - y));
    const least = Math.min(...distances);
    return least <= most ? distances.indexOf(least) : undefined;
  }

  private readonly onMove = (event: PointerEvent) => {
    const place = this.at(event);
    if (this.brush) this.brush = { ...this.brush, toX: place.x, toY: place.y };
    else this.pointed = this.nearest(place);
  };

  private readonly onLeave = () => {
    this.pointed = undefined;
  };

  private readonly onDown = (event: PointerEvent) => {
    const { x, y } = this.at(event);
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.brush = { x, y, toX: x, toY: y };
  };

  private readonly onUp = (event: PointerEvent) => {
    const { brush, groups } = this;
    this.brush = undefined;
    if (!brush || !groups) return;
    if (Math.hypot(brush.toX - brush.x, brush.toY - brush.y) < 4) {
      const head = this.nearest(brush);
      if (head === undefined) this.mark([]);
      else this.choose(head, event.ctrlKey || event.metaKey || event.shiftKey);
      return;
    }
    const between = (value: number, a: number, b: number) => value >= Math.min(a, b) && value <= Math.max(a, b);
    this.mark(
      groups.heads.filter((_, i) => {
        const { x, y } = this.places(groups)[i];
        return between(x, brush.x, brush.toX) && between(y, brush.y, brush.toY);
      }),
    );
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (!this.groups) return;
    const count = this.groups.heads.length;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) this.pointed = ((this.pointed ?? -step) + step + count) % count;
    else if ((event.key === 'Enter' || event.key === ' ') && this.pointed !== undefined) {
      this.choose(this.pointed, event.key === ' ');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private choose(index: number, asOther: boolean): void {
    const place = this.groups?.heads[index];
    if (place) this.dispatchEvent(compareEvent(asOther ? 'other-choose' : 'head-choose', place));
  }
}

function brushed({ x, y, toX, toY }: Brush) {
  return svg`<rect
    x=${Math.min(x, toX)}
    y=${Math.min(y, toY)}
    width=${Math.abs(toX - x)}
    height=${Math.abs(toY - y)}
  ></rect>`;
}

function layerColor(layer: number, layers: number): string {
  const part = layers > 1 ? Math.round((layer / (layers - 1)) * 100) : 0;
  return `color-mix(in oklab, var(--vscode-charts-yellow) ${part}%, var(--vscode-charts-blue))`;
}
