import { css, html, nothing, type PropertyValues, svg } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import { type OrderWindow, orderWith, within, zoomedOrder } from './orderWindow';
import { treeCut, type TreeGroup } from '../../core/attention/compare/treeCut';
import { branchTowards, type TreeBranch, treeLayout } from '../../core/attention/compare/treeLayout';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import { formatWeight } from '../run/wording';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { inlineStyle } from '../common/inlineStyle';
import { sliderStyles } from '../common/slider.styles';
import { oneLine, sharedStyles } from '../common/styles';
import { toolStyles } from '../common/tools.styles';
import { ThemeController } from '../common/theme';
import { comparePartStyles } from './comparePart.styles';
import { compareEvent } from './compareEvents';
import { HeadsPicture } from './headsPicture';
import { zoomKey, zoomTools } from './zoomTools';

const [side, treeWidth, namesWidth] = [206, 82, 34];

/** Names of heads need so many pixels each; names of groups so many. */
const [namePitch, groupPitch] = [8.7, 11];
/** Where fewer heads than one of so many could be named, groups are. */
const mostBetween = 4;
/** How many groups the tree is cut into at first, and at most. */
const [usualCut, mostGroups] = [12, 40];

/**
 * The distances of all heads as a matrix, ordered by the tree that is drawn beside it and cut into groups. Fires
 * `head-choose` and `other-choose`.
 */
@customElement('headlight-head-tree')
export class HeadTree extends HeadsPicture {
  static override styles = [
    sharedStyles,
    toolStyles,
    sliderStyles,
    comparePartStyles,
    css`
      .top {
        display: flex;
        align-items: center;
        max-width: 324px;
        margin-bottom: 4px;
      }
      .top h2 {
        flex: 1;
        min-width: 0;
        margin: 0;
      }
      .cut {
        display: flex;
        align-items: center;
        gap: 8px;
        max-width: 324px;
        margin-bottom: 4px;
        font-size: 12px;
        line-height: 20px;
      }
      .cut output {
        min-width: 64px;
      }
      .cut input {
        flex: 1;
        min-width: 60px;
      }
      .picture {
        display: flex;
        gap: 2px;
      }
      svg {
        display: block;
        flex: none;
        overflow: hidden;
      }
      .branch {
        fill: none;
        stroke: var(--headlight-dim);
        stroke-width: 1;
        pointer-events: none;
        forced-color-adjust: none;
      }
      .branch.pointed {
        stroke: var(--vscode-foreground);
        stroke-width: 2;
      }
      .catch {
        fill: none;
        stroke: transparent;
        stroke-width: 7;
        cursor: pointer;
        pointer-events: stroke;
      }
      .where {
        stroke: var(--vscode-focusBorder);
        stroke-dasharray: 3 2;
        pointer-events: none;
      }
      .matrix {
        position: relative;
        flex: none;
        border: 1px solid var(--headlight-border);
        cursor: crosshair;
      }
      svg:focus-visible,
      .matrix:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      canvas {
        display: block;
      }
      .names {
        position: relative;
        flex: none;
        font-size: 9px;
        line-height: 10px;
        overflow: hidden;
      }
      .names span {
        position: absolute;
        left: 2px;
        translate: 0 -50%;
      }
      .names .group {
        left: 0;
        padding-left: 4px;
        translate: none;
        border-left: 2px solid var(--headlight-dim);
        display: flex;
        align-items: center;
        font-size: 11px;
        width: 100%;
      }
      .names .chosen {
        font-weight: 600;
        color: var(--vscode-foreground);
      }
      .said {
        min-height: 16px;
      }
      ol {
        list-style: none;
        margin: 6px 0 0;
        padding: 0;
        max-width: 324px;
        font-size: 12px;
      }
      li button {
        all: unset;
        box-sizing: border-box;
        display: grid;
        grid-template-columns: 20px 68px minmax(0, 1fr) auto;
        gap: 6px;
        width: 100%;
        line-height: 20px;
        padding: 0 4px;
        border-radius: 3px;
        cursor: pointer;
      }
      li button:hover {
        background: var(--vscode-list-hoverBackground);
      }
      li button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      li span {
        ${oneLine}
      }
      li span:last-child,
      li span:first-child {
        text-align: right;
      }
    `,
  ];

  @property({ attribute: false }) summaries?: readonly HeadSummary[];
  /** Into how many groups the tree is cut; undefined: as many as is usual. */
  @property({ attribute: false }) cut?: number;
  /** Keeps another number of groups. */
  @property({ attribute: false }) keepCut!: (cut: number) => void;

  /** Places in the tree's order. */
  @state() private pointed?: { readonly row: number; readonly column: number };
  @state() private branch?: number;
  /** The part of the order that is seen; undefined: all of it. */
  @state() private window?: OrderWindow;
  @query('canvas') private readonly canvas?: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);
  private laidOut?: { readonly groups: HeadGroups; readonly branches: readonly TreeBranch[] };

  protected override readonly heading = 'All distances';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('groups')) this.window = undefined;
  }

  protected override picture(groups: HeadGroups) {
    const { pointed, seen } = this;
    const branches = this.branches(groups);
    const step = side / seen.count;
    const x = (height: number) => treeWidth - 2 - height * (treeWidth - 6);
    const y = (place: number) => (place - seen.first) * step;
    const cut = this.groupCount;
    const clusters = treeCut(groups, cut);
    return html`<div class="top">
        <h2>All distances <span class="dim">Jensen-Shannon, by cluster</span></h2>
        ${zoomTools('the tree', this.zoom)}
      </div>
      <div class="cut">
        <output class="number">${cut} ${cut === 1 ? 'group' : 'groups'}</output>
        <input
          type="range"
          min="1"
          max=${Math.min(mostGroups, groups.heads.length)}
          .value=${String(cut)}
          aria-label="Into how many groups the tree is cut"
          aria-valuetext="${cut} groups"
          @input=${(event: Event) => this.keepCut(Number((event.target as HTMLInputElement).value))}
        />
      </div>
      <div class="picture" @wheel=${this.onWheel}>
        <svg
          width=${treeWidth}
          height=${side + 2}
          viewBox="0 -1 ${treeWidth} ${side + 2}"
          tabindex="0"
          role="img"
          aria-label="Tree of ${groups.heads.length} heads by mean distance, cut into ${cut} groups. Arrow keys go from branch to branch, Enter selects its heads, + and − zoom, 0 shows all."
          @keydown=${this.onBranchKey}
          @blur=${this.leaveBranch}
        >
          ${branches.map(({ height, heights, middles }, i) => {
            const path = `M${x(heights[0])} ${y(middles[0])}H${x(height)}V${y(middles[1])}H${x(heights[1])}`;
            const enter = () => {
              this.branch = i;
            };
            return svg`<path class="branch ${i === this.branch ? 'pointed' : ''}" d=${path}></path>
              <path
                class="catch"
                d=${path}
                @pointerenter=${enter}
                @pointerleave=${this.leaveBranch}
                @click=${this.chooseBranch}
              ></path>`;
          })}
          ${this.cutLine(branches, cut, x)}
        </svg>
        <div
          class="matrix"
          tabindex="0"
          role="img"
          aria-label="Distances of ${groups.heads.length} heads. Arrow keys move, Enter holds the two against each other, + and − zoom, 0 shows all. ${this.words(groups)}"
          @pointermove=${this.onMove}
          @pointerleave=${this.onLeave}
          @click=${this.choose}
          @keydown=${this.onKey}
        >
          <canvas></canvas>
        </div>
        <div
          class="names mono dim"
          aria-hidden="true"
          ${inlineStyle({ width: `${namesWidth}px`, height: `${side + 2}px` })}
        >
          ${step * mostBetween >= namePitch ? this.headNames(groups, y, Math.ceil(namePitch / step)) : this.groupNames(clusters, y)}
        </div>
      </div>
      <p class="said mono" role="status">
        ${pointed ? this.words(groups) : this.branch === undefined ? '' : this.branchWords(groups)}
      </p>
      <ol aria-label="Groups of heads">
        ${clusters.map((cluster, i) => this.group(groups, cluster, i))}
      </ol>
      <p class="dim">
        The stronger the colour, the farther apart. Click a cell to hold the two against each other, a branch or a group
        to select its heads.
      </p>`;
  }

  /** The names of the heads that are seen: of all, or of one of so many. */
  private headNames({ heads, order }: HeadGroups, y: (place: number) => number, each: number) {
    const { first, count } = this.seen;
    return order.slice(first, first + count).map((head, i) => {
      if (i % each !== 0) return nothing;
      const { layer, head: number } = heads[head];
      const chosen = [this.one, this.other].some(one => one?.layer === layer && one.head === number);
      return html`<span class=${chosen ? 'chosen' : ''} ${inlineStyle({ top: `${y(first + i + 0.5) + 1}px` })}
        >${layer}.${number}</span
      >`;
    });
  }

  /** The numbers of the groups, along their heads. */
  private groupNames(clusters: readonly TreeGroup[], y: (place: number) => number) {
    return clusters.map(({ first, heads }, i) => {
      const [top, bottom] = [first, first + heads.length].map(y);
      return html`<span
        class="group"
        ${inlineStyle({ top: `${top + 1.5}px`, height: `${Math.max(1, bottom - top - 1)}px` })}
        >${bottom - top >= groupPitch ? i + 1 : ''}</span
      >`;
    });
  }

  /** Where the tree is cut. */
  private cutLine(branches: readonly TreeBranch[], cut: number, x: (height: number) => number) {
    const joined = branches.length + 1 - cut;
    if (cut < 2 || joined < 1) return nothing;
    const at = x((branches[joined - 1].height + branches[joined].height) / 2);
    return svg`<line class="where" x1=${at} x2=${at} y1="0" y2=${side}></line>`;
  }

  private group({ heads: all }: HeadGroups, { heads, height, first }: TreeGroup, index: number) {
    const places = heads.map(head => all[head]);
    const names = places.map(({ layer, head }) => `${layer}.${head}`);
    const label = commonLabel(places, this.summaries);
    const about = label
      ? `${label.name}${label.count < heads.length ? ` (${label.count})` : ''}`
      : names.slice(0, 6).join(' ');
    const counted = heads.length === 1 ? '1 head' : `${heads.length} heads`;
    const choose = () => {
      this.mark(places);
      this.window = zoomedOrder({ first, count: heads.length }, 1, all.length);
    };
    return html`<li>
      <button
        title=${names.join(', ')}
        aria-label="Group ${index + 1}: ${counted}, ${about}${heads.length > 1 ? `, mean distance ${formatWeight(height)} bits` : ''}: select them"
        @click=${choose}
      >
        <span class="dim number">${index + 1}</span><span class="number">${counted}</span
        ><span class="dim">${about}</span
        ><span class="dim mono number">${heads.length > 1 ? formatWeight(height) : ''}</span>
      </button>
    </li>`;
  }

  /** Into how many groups the tree is cut. */
  private get groupCount(): number {
    const heads = this.groups?.heads.length ?? 1;
    return Math.max(1, Math.min(this.cut ?? usualCut, mostGroups, heads));
  }

  private get seen(): OrderWindow {
    return this.window ?? { first: 0, count: Math.max(1, this.groups?.heads.length ?? 1) };
  }

  private branches(groups: HeadGroups): readonly TreeBranch[] {
    if (this.laidOut?.groups !== groups) this.laidOut = { groups, branches: treeLayout(groups) };
    return this.laidOut.branches;
  }

  private readonly zoom = (factor: number, at?: number) => {
    const all = this.groups?.heads.length ?? 0;
    const branch = this.branch === undefined || !this.groups ? undefined : this.branches(this.groups)[this.branch];
    const around = at ?? this.pointed?.row ?? (branch && (branch.middles[0] + branch.middles[1]) / 2);
    this.window = factor === 0 ? undefined : zoomedOrder(this.seen, factor, all, around);
  };

  private readonly onWheel = (event: WheelEvent) => {
    const all = this.groups?.heads.length ?? 0;
    const { seen } = this;
    const box = this.canvas?.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      const at = box ? Math.floor(seen.first + ((event.clientY - box.top) / box.height) * seen.count) : undefined;
      this.zoom(event.deltaY < 0 ? 1.25 : 0.8, at);
    } else {
      const by = Math.sign(event.deltaY) * Math.max(1, Math.round(seen.count / 8));
      const next = within({ ...seen, first: seen.first + by }, all);
      // At its end, the panel scrolls on.
      if (next.first === seen.first) return;
      this.window = next;
    }
    event.preventDefault();
  };

  private words({ heads, data, order }: HeadGroups): string {
    if (!this.pointed) return '';
    const [a, b] = [order[this.pointed.row], order[this.pointed.column]];
    return `${heads[a].layer}.${heads[a].head} and ${heads[b].layer}.${heads[b].head}: ${formatWeight(data[a * heads.length + b])} bits`;
  }

  private branchWords(groups: HeadGroups): string {
    const { heads } = this.branches(groups)[this.branch ?? 0];
    const { height } = groups.merges[this.branch ?? 0];
    const names = heads
      .slice(0, 4)
      .map(head => `${groups.heads[head].layer}.${groups.heads[head].head}`)
      .join(', ');
    return `${heads.length} heads (${names}${heads.length > 4 ? ', …' : ''}), mean distance ${formatWeight(height)} bits`;
  }

  protected override updated(): void {
    const { groups, canvas } = this;
    const { heat, foreground } = this.themes.theme;
    const context = canvas && fitCanvas(canvas, side, side);
    if (!groups || !context) return;
    const {
      heads: { length: all },
      data,
      order,
    } = groups;
    const { first, count: n } = this.seen;
    const image = new ImageData(n, n);
    const pixels = new Uint32Array(image.data.buffer);
    const most = data.reduce((largest, bits) => Math.max(largest, bits), 0) || 1;
    const shown = order.slice(first, first + n);
    shown.forEach((a, row) =>
      shown.forEach((b, column) => {
        pixels[row * n + column] = heat.pixels[Math.round((data[a * all + b] / most) * (heat.pixels.length - 1))];
      }),
    );
    const small = Object.assign(document.createElement('canvas'), { width: n, height: n });
    small.getContext('2d')?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, side, side);
    const step = side / n;
    const at = (place: number) => (place - first) * step;
    context.strokeStyle = cssColor(foreground);
    context.lineWidth = 1;
    context.globalAlpha = 0.5;
    for (const { first: start, heads } of treeCut(groups, this.groupCount)) {
      const [corner, long] = [at(start), heads.length * step];
      if (heads.length > 1) context.strokeRect(corner + 0.5, corner + 0.5, long - 1, long - 1);
    }
    context.globalAlpha = 1;
    for (const place of [this.one, this.other]) {
      const row = order.findIndex(
        head => groups.heads[head].layer === place?.layer && groups.heads[head].head === place.head,
      );
      if (row >= 0) context.strokeRect(0.5, at(row) + 0.5, side - 1, Math.max(2, step - 1));
    }
    if (!this.pointed) return;
    context.lineWidth = 2;
    context.strokeRect(at(this.pointed.column), at(this.pointed.row), Math.max(3, step), Math.max(3, step));
  }

  private readonly onMove = (event: PointerEvent) => {
    const box = this.canvas?.getBoundingClientRect();
    const { first, count } = this.seen;
    if (!box || !this.groups) return;
    const place = (at: number) => first + Math.max(0, Math.min(count - 1, Math.floor(at * count)));
    const [row, column] = [
      place((event.clientY - box.top) / box.height),
      place((event.clientX - box.left) / box.width),
    ];
    if (row !== this.pointed?.row || column !== this.pointed.column) this.pointed = { row, column };
  };

  private readonly onLeave = () => {
    this.pointed = undefined;
  };

  private readonly leaveBranch = () => {
    this.branch = undefined;
  };

  private readonly choose = () => {
    const { groups, pointed } = this;
    if (!groups || !pointed) return;
    const [one, other] = [groups.heads[groups.order[pointed.row]], groups.heads[groups.order[pointed.column]]];
    this.dispatchEvent(compareEvent('head-choose', one));
    if (one !== other) this.dispatchEvent(compareEvent('other-choose', other));
  };

  private readonly chooseBranch = () => {
    const { groups, branch } = this;
    if (groups && branch !== undefined) this.mark(this.branches(groups)[branch].heads.map(head => groups.heads[head]));
  };

  private readonly onBranchKey = (event: KeyboardEvent) => {
    const { groups } = this;
    const zoom = zoomKey(event);
    if (zoom !== undefined) this.zoom(zoom);
    else if (event.key.startsWith('Arrow') && groups) {
      const branches = this.branches(groups);
      this.branch = branchTowards(branches, this.branch, event.key);
      const { middles } = branches[this.branch ?? 0];
      if (this.window) {
        this.window = orderWith(this.window, Math.floor((middles[0] + middles[1]) / 2), groups.heads.length);
      }
    } else if (event.key === 'Enter' || event.key === ' ') this.chooseBranch();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const n = this.groups?.heads.length ?? 0;
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[
      event.key
    ] ?? [0, 0];
    const inside = (at: number) => Math.max(0, Math.min(n - 1, at));
    const zoom = zoomKey(event);
    if (zoom !== undefined) this.zoom(zoom);
    else if (n > 0 && (down !== 0 || right !== 0)) {
      const { first } = this.seen;
      this.pointed = this.pointed
        ? { row: inside(this.pointed.row + down), column: inside(this.pointed.column + right) }
        : { row: first, column: first };
      const moved = down === 0 ? this.pointed.column : this.pointed.row;
      if (this.window) this.window = orderWith(this.window, moved, n);
    } else if (event.key === 'Enter' || event.key === ' ') this.choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** The label that most heads of a group have, where at least half of them do. */
function commonLabel(
  places: readonly HeadPlace[],
  summaries: readonly HeadSummary[] = [],
): { readonly name: string; readonly count: number } | undefined {
  const counts = new Map<string, number>();
  for (const { layer, head, label } of summaries) {
    if (label && places.some(place => place.layer === layer && place.head === head)) {
      counts.set(label.name, (counts.get(label.name) ?? 0) + 1);
    }
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first && 2 * first[1] >= places.length ? { name: first[0], count: first[1] } : undefined;
}
