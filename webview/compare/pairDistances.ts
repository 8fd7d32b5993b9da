import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { HeadDistances } from '../../core/attention/compare/compareHeads';
import { type BarLine, barList, barListStyles } from '../common/barList';
import { formatWeight } from '../run/wording';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';

/** What the height of the rows' bars may stand for, in bits: the least that all fit in. */
const tops = [1, 0.1, 0.01, 0.001];

/** As many bars have room: of longer texts each stands for several queries. */
const mostBars = 128;

/** How far two heads are from each other, in total and for each query. */
@customElement('headlight-pair-distances')
export class PairDistances extends LitElement {
  static override styles = [
    sharedStyles,
    barListStyles,
    css`
      :host {
        min-width: 0;
      }
      h2 {
        margin-bottom: 6px;
      }
      .bars {
        grid-template-columns: max-content minmax(24px, 1fr) auto;
      }
      .bars .name {
        font-family: var(--vscode-font-family);
      }
      p {
        margin: 6px 0 0;
      }
      h2.second {
        margin-top: 14px;
      }
      .rows {
        display: flex;
        align-items: flex-end;
        height: 64px;
        gap: 1px;
        border-bottom: 1px solid var(--headlight-border);
      }
      .rows i {
        flex: 1 1 0;
        min-width: 0;
        max-width: 12px;
        background: var(--vscode-charts-purple);
        forced-color-adjust: none;
      }
      .rows i:hover,
      .rows i.on {
        background: var(--vscode-foreground);
      }
    `,
  ];

  @property({ attribute: false }) distances!: HeadDistances;
  /** What each query is called. */
  @property({ attribute: false }) names: readonly string[] = [];
  @property({ attribute: false }) pointedQuery?: number;

  override render() {
    const { jensenShannon, sharedJensenShannon, cosine, sameStrongest, byRow, rows } = this.distances;
    const lines = [
      { name: 'Jensen-Shannon, bits', value: jensenShannon },
      { name: 'over shared tokens, bits', value: sharedJensenShannon },
      { name: 'cosine', value: cosine },
      { name: 'same strongest key', value: sameStrongest },
    ].filter((line): line is BarLine => line.value !== undefined);
    const step = Math.ceil(byRow.length / mostBars);
    const most = largest(byRow);
    const top = tops.findLast(step => step >= most) ?? 1;
    return html`<h2>These two <span class="dim">over ${rows} queries</span></h2>
      ${lines.length > 0 ? barList(lines, 'How far the two heads are from each other') : html`<p class="dim">They have no query in common.</p>`}
      ${
        sharedJensenShannon === undefined
          ? nothing
          : html`<p class="dim">
              Weight on a token that only one text has counts as lost; over shared tokens it is left out, as where heads
              are matched.
            </p>`
      }
      <h2 class="second">
        By row
        <span class="dim"
          >${step > 1 ? `largest distance of ${step} queries` : 'distance of each query'}, bits, 0 to ${top}</span
        >
      </h2>
      <div class="rows" role="img" aria-label="Jensen-Shannon distance of each query: ${spoken(byRow)}">
        ${Array.from({ length: Math.ceil(byRow.length / step) }, (_, bar) => {
          const first = bar * step;
          const bits = largest(byRow.subarray(first, first + step));
          const name =
            step > 1
              ? `${first} to ${Math.min(byRow.length, first + step) - 1}, at most`
              : `${this.names[first] ?? first}:`;
          return html`<i
            class=${Math.floor((this.pointedQuery ?? -1) / step) === bar ? 'on' : ''}
            title=${Number.isNaN(bits) ? nothing : `${name} ${formatWeight(bits)} bits`}
            ${inlineStyle({ height: `${Number.isNaN(bits) ? 0 : Math.max(1, (bits / top) * 64)}px` })}
          ></i>`;
        })}
      </div>`;
  }
}

/** The largest of some distances; NaN where there is none. */
function largest(byRow: Float32Array): number {
  return byRow.reduce((most, bits) => (bits <= most ? most : Number.isNaN(bits) ? most : bits), NaN);
}

function spoken(byRow: Float32Array): string {
  const most = byRow.reduce((best, bits, query) => (bits > (byRow[best] ?? -1) ? query : best), 0);
  return `largest at query ${most}, ${formatWeight(byRow[most] ?? 0)} bits`;
}
