import { css, html, svg } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import { branchTowards, treeLayout } from '../../core/attention/compare/treeLayout';
import { formatWeight } from '../run/wording';
import { fitCanvas } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { comparePartStyles } from './comparePart.styles';
import { compareEvent } from './compareEvents';
import { HeadsPicture } from './headsPicture';

const [side, treeWidth] = [232, 84];

/** The distances of all heads as a matrix, ordered by the tree that is drawn beside it. Fires `head-choose` and `other-choose`. */
@customElement('headlight-head-tree')
export class HeadTree extends HeadsPicture {
  static override styles = [
    sharedStyles,
    comparePartStyles,
    css`
      .picture {
        display: flex;
        gap: 2px;
      }
      svg {
        display: block;
        flex: none;
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
      .said {
        min-height: 16px;
      }
    `,
  ];

  /** Places in the tree's order. */
  @state() private pointed?: { readonly row: number; readonly column: number };
  @state() private branch?: number;
  @query('canvas') private readonly canvas?: HTMLCanvasElement;
  private readonly themes = new ThemeController(this);

  protected override readonly heading = 'All distances';

  protected override picture(groups: HeadGroups) {
    const { pointed } = this;
    const branches = treeLayout(groups);
    const step = side / groups.heads.length;
    const x = (height: number) => treeWidth - 2 - height * (treeWidth - 6);
    return html`<h2>All distances <span class="dim">Jensen-Shannon, by cluster</span></h2>
      <div class="picture">
        <svg
          width=${treeWidth}
          height=${side + 2}
          viewBox="0 -1 ${treeWidth} ${side + 2}"
          tabindex="0"
          role="img"
          aria-label="Tree of ${groups.heads.length} heads by mean distance. Arrow keys go from branch to branch, Enter selects its heads."
          @keydown=${this.onBranchKey}
          @blur=${this.leaveBranch}
        >
          ${branches.map(({ height, heights, middles }, i) => {
            const path = `M${x(heights[0])} ${middles[0] * step}H${x(height)}V${middles[1] * step}H${x(heights[1])}`;
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
        </svg>
        <div
          class="matrix"
          tabindex="0"
          role="img"
          aria-label="Distances of ${groups.heads.length} heads. Arrow keys move, Enter holds the two against each other. ${this.words(groups)}"
          @pointermove=${this.onMove}
          @pointerleave=${this.onLeave}
          @click=${this.choose}
          @keydown=${this.onKey}
        >
          <canvas></canvas>
        </div>
      </div>
      <p class="said mono" role="status">
        ${pointed ? this.words(groups) : this.branch === undefined ? '' : this.branchWords(groups)}
      </p>
      <p class="dim">
        The stronger the colour, the farther apart. Click a cell to hold the two against each other, a branch to select
        its heads.
      </p>`;
  }

  private words({ heads, data, order }: HeadGroups): string {
    if (!this.pointed) return '';
    const [a, b] = [order[this.pointed.row], order[this.pointed.column]];
    return `${heads[a].layer}.${heads[a].head} and ${heads[b].layer}.${heads[b].head}: ${formatWeight(data[a * heads.length + b])} bits`;
  }

  private branchWords(groups: HeadGroups): string {
    const { heads } = treeLayout(groups)[this.branch ?? 0];
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
      heads: { length: n },
      data,
      order,
    } = groups;
    const image = new ImageData(n, n);
    const pixels = new Uint32Array(image.data.buffer);
    const most = data.reduce((largest, bits) => Math.max(largest, bits), 0) || 1;
    order.forEach((a, row) =>
      order.forEach((b, column) => {
        pixels[row * n + column] = heat.pixels[Math.round((data[a * n + b] / most) * (heat.pixels.length - 1))];
      }),
    );
    const small = Object.assign(document.createElement('canvas'), { width: n, height: n });
    small.getContext('2d')?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, side, side);
    const step = side / n;
    context.strokeStyle = cssColor(foreground);
    context.lineWidth = 1;
    for (const place of [this.one, this.other]) {
      const at = order.findIndex(
        head => groups.heads[head].layer === place?.layer && groups.heads[head].head === place.head,
      );
      if (at >= 0) context.strokeRect(0.5, at * step + 0.5, side - 1, Math.max(2, step - 1));
    }
    if (!this.pointed) return;
    context.lineWidth = 2;
    context.strokeRect(this.pointed.column * step, this.pointed.row * step, Math.max(3, step), Math.max(3, step));
  }

  private readonly onMove = (event: PointerEvent) => {
    const box = this.canvas?.getBoundingClientRect();
    const n = this.groups?.heads.length ?? 0;
    if (!box || n === 0) return;
    const place = (at: number) => Math.max(0, Math.min(n - 1, Math.floor(at * n)));
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
    if (groups && branch !== undefined) this.mark(treeLayout(groups)[branch].heads.map(head => groups.heads[head]));
  };

  private readonly onBranchKey = (event: KeyboardEvent) => {
    if (event.key.startsWith('Arrow') && this.groups) {
      this.branch = branchTowards(treeLayout(this.groups), this.branch, event.key);
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
    const within = (at: number) => Math.max(0, Math.min(n - 1, at));
    if (n > 0 && (down !== 0 || right !== 0)) {
      this.pointed = this.pointed
        ? { row: within(this.pointed.row + down), column: within(this.pointed.column + right) }
        : { row: 0, column: 0 };
    } else if (event.key === 'Enter' || event.key === ' ') this.choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
