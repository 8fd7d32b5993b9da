import { css, html, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import { layerRadius } from '../../core/attention/compare/layerRadius';
import { mapPlaces } from '../../core/attention/compare/mapPlaces';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type { MatrixScale } from '../../core/attention/weightScale';
import { placeNames } from '../../core/export/placeNames';
import type { AttentionGroup, HeadAddress } from '../../core/run/explanation';
import { includesHead } from '../run/headSelection';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { toolStyles } from '../common/tools.styles';
import { comparePartStyles } from './comparePart.styles';
import { compareEvent } from './compareEvents';
import { HeadsPicture } from './headsPicture';
import { type MapView, movedView, shownPlace, viewWith, wholeView, zoomedView } from './mapView';
import { zoomKey, zoomTools } from './zoomTools';
import './headThumbnail';

const frame = { width: 300, height: 220, edge: 14 };
const { width, height } = frame;
/** How many layers the legend shows. */
const legendLayers = 7;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** From where to where the pointer was dragged. */
interface Brush extends Place {
  readonly toX: number;
  readonly toY: number;
}

/** All heads in the plane, the nearer the more alike. Fires {@link CompareEvents}. */
@customElement('headlight-head-map')
export class HeadMap extends HeadsPicture {
  static override styles = [
    sharedStyles,
    toolStyles,
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
        fill: var(--headlight-dim);
        font-size: 9px;
        pointer-events: none;
      }
      text.chosen {
        fill: var(--vscode-foreground);
        font-size: 11px;
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
      .legend {
        display: flex;
        align-items: center;
        gap: 3px 10px;
        margin: 6px 0 2px;
        max-width: 360px;
        font-size: 11px;
        line-height: 16px;
      }
      .legend span {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .legend i {
        border-radius: 50%;
        forced-color-adjust: none;
      }
      .top {
        display: flex;
        align-items: center;
        max-width: 360px;
        margin-bottom: 4px;
      }
      .top h2 {
        flex: 1;
        min-width: 0;
        margin: 0;
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
  @state() private view: MapView = wholeView;
  private placed?: { readonly groups: HeadGroups; readonly places: readonly Place[] };

  protected override readonly heading = 'All heads on a map';

  protected override picture(groups: HeadGroups) {
    const places = this.places(groups);
    const sampled = groups.queries < groups.queriesOf ? ` of ${groups.queries} of ${groups.queriesOf} queries` : '';
    const layers = [...new Set(groups.heads.map(({ layer }) => layer))];
    const isChosen = (i: number) => this.isChosen(groups.heads[i].layer, groups.heads[i].head);
    // The chosen ones last, so that none lies over them.
    const order = [...groups.heads.keys()].sort((a, b) => Number(isChosen(a)) - Number(isChosen(b)));
    const seen = order.filter(
      i => places[i].x >= 0 && places[i].x <= width && places[i].y >= 0 && places[i].y <= height,
    );
    const names = placeNames(
      seen.map(i => ({
        name: `${groups.heads[i].layer}.${groups.heads[i].head}`,
        ...places[i],
        isChosen: isChosen(i),
      })),
      seen.map(i => places[i]),
      width,
      9,
    );
    return html`<div class="top">
        <h2>All heads on a map <span class="dim">Jensen-Shannon${sampled}, 2-D</span></h2>
        ${zoomTools('the map', this.zoom)}
      </div>
      <svg
        viewBox="0 0 ${width} ${height}"
        tabindex="0"
        role="img"
        aria-label="Map of ${groups.heads.length} heads, the nearer the more alike; arrow keys go from head to head, Enter chooses, Space compares, + and − zoom, 0 shows all"
        @pointermove=${this.onMove}
        @pointerdown=${this.onDown}
        @pointerup=${this.onUp}
        @pointerleave=${this.onLeave}
        @keydown=${this.onKey}
        @wheel=${this.onWheel}
      >
        ${order.map(i => {
          const { layer } = groups.heads[i];
          const selected = this.heads.length > 1 && includesHead(this.heads, groups.heads[i]);
          const at = layers.indexOf(layer);
          return svg`<circle
              class="${isChosen(i) ? 'chosen' : ''} ${selected ? 'selected' : ''} ${i === this.pointed ? 'pointed' : ''}"
              cx=${places[i].x}
              cy=${places[i].y}
              r=${layerRadius(at, layers.length, isChosen(i))}
              ${inlineStyle({ fill: layerColor(at, layers.length) })}
            ></circle>`;
        })}
        ${names.map(
          ({ name, x, y, leftward, isChosen: chosen }) =>
            svg`<text class=${chosen ? 'chosen' : ''} x=${x} y=${y + 3} text-anchor=${leftward ? 'end' : 'start'}>${name}</text>`,
        )}
        ${this.brush ? brushed(this.brush) : nothing}
      </svg>
      ${legend(layers)}
      <div role="status">${this.note(groups, places)}</div>
      <p class="dim">
        ${Math.round(groups.held * 100)} % of the distances fit in the plane. Drag over heads to select them; names that
        have no room come when it is zoomed.
      </p>`;
  }

  private note(groups: HeadGroups, places: readonly Place[]) {
    if (this.pointed === undefined || this.brush) return nothing;
    const { layer, head } = groups.heads[this.pointed];
    const label =
      this.summaries?.find(summary => summary.layer === layer && summary.head === head)?.label?.name ?? 'no label';
    const { x, y } = places[this.pointed];
    return html`<div class="note" ${inlineStyle({ left: `${Math.min(x, width - 150)}px`, top: `${y + 44}px` })}>
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

  /** Where the heads lie on the part that is seen. */
  private places(groups: HeadGroups): readonly Place[] {
    if (this.placed?.groups !== groups) this.placed = { groups, places: mapPlaces(groups.points, frame) };
    return this.placed.places.map(place => shownPlace(place, this.view));
  }

  private isChosen(layer: number, head: number): boolean {
    return [this.one, this.other].some(address => address?.layer === layer && address.head === head);
  }

  private at(event: MouseEvent): Place {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  }

  private nearest({ x, y }: Place, most = 12): number | undefined {
    if (!this.groups) return undefined;
    const distances = this.places(this.groups).map(place => Math.hypot(place.x - x, place.y - y));
    const least = Math.min(...distances);
    return least <= most ? distances.indexOf(least) : undefined;
  }

  /** Shows a larger or a smaller part, round the head that is pointed at, or else the chosen one; 0: all. */
  private readonly zoom = (factor: number, around?: Place) => {
    const { groups } = this;
    if (!groups) return;
    const at = this.pointed ?? groups.heads.findIndex(({ layer, head }) => this.isChosen(layer, head));
    const place = around ?? this.places(groups).at(at) ?? { x: width / 2, y: height / 2 };
    this.view = factor === 0 ? wholeView : zoomedView(this.view, factor, place, frame);
  };

  private readonly onWheel = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey) this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.at(event));
    else {
      const moved = movedView(this.view, event.deltaX, event.deltaY, frame);
      // At its edge, the panel scrolls on.
      if (moved.x === this.view.x && moved.y === this.view.y) return;
      this.view = moved;
    }
    event.preventDefault();
  };

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
    const places = this.places(groups);
    this.mark(
      groups.heads.filter(
        (_, i) => between(places[i].x, brush.x, brush.toX) && between(places[i].y, brush.y, brush.toY),
      ),
    );
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (!this.groups) return;
    const count = this.groups.heads.length;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const zoom = zoomKey(event);
    if (zoom !== undefined) this.zoom(zoom);
    else if (step) {
      this.pointed = ((this.pointed ?? -step) + step + count) % count;
      this.view = viewWith(this.view, this.places(this.groups)[this.pointed], frame);
    } else if ((event.key === 'Enter' || event.key === ' ') && this.pointed !== undefined) {
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

/** Which colour and size is which layer. */
function legend(layers: readonly number[]) {
  const { length } = layers;
  const shown = [
    ...new Set(
      Array.from({ length: Math.min(length, legendLayers) }, (_, i) =>
        Math.round((i * (length - 1)) / Math.max(1, Math.min(length, legendLayers) - 1)),
      ),
    ),
  ];
  return html`<div
    class="legend number"
    role="img"
    aria-label="Colours and sizes: small and blue is layer ${layers[0]}, large and yellow layer ${layers[length - 1]}"
  >
    <span class="dim">layer</span>
    ${shown.map(at => {
      const side = `${2 * layerRadius(at, length)}px`;
      return html`<span
        ><i ${inlineStyle({ width: side, height: side, background: layerColor(at, length) })}></i>${layers[at]}</span
      >`;
    })}
  </div>`;
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
