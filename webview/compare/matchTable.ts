import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadMatches, HeadMatch } from '../../core/attention/compare/matchHeads';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { AttentionGroup, HeadAddress } from '../../core/run/explanation';
import { formatWeight, headName } from '../run/wording';
import { inlineStyle } from '../common/inlineStyle';
import { rowAfterKey } from '../common/rowAfterKey';
import { oneLine, sharedStyles } from '../common/styles';
import { trackStyles } from '../common/track.styles';
import { compareEvent } from './compareEvents';
import './headThumbnail';
import { rowTableStyles } from './rowTable.styles';

/** The heads of two runs in pairs, the most alike together. Fires `head-choose` with the first run's head. */
@customElement('headlight-match-table')
export class MatchTable extends LitElement {
  static override styles = [
    sharedStyles,
    rowTableStyles,
    trackStyles,
    css`
      h2 {
        flex: none;
        margin-bottom: 4px;
        ${oneLine}
      }
      .distance {
        display: grid;
        grid-template-columns: minmax(24px, 1fr) 52px;
        gap: 8px;
        align-items: center;
      }
      .number {
        text-align: right;
      }
      td:last-child {
        width: 60%;
      }
    `,
  ];

  @property({ attribute: false }) found!: HeadMatches;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) otherGroup!: AttentionGroup;
  @property({ attribute: false }) head!: HeadAddress;
  /** Whether either run has tokens that the other has not: they are left out of the distances. */
  @property({ type: Boolean }) partly = false;
  @property() scale: MatrixScale = 'sqrt';

  @state() private byDistance = false;
  @state() private focused = 0;

  override render() {
    const {
      found: { pairs, queries, queriesOf },
      byDistance,
    } = this;
    const rows = byDistance ? [...pairs].sort((a, b) => b.distance - a.distance) : pairs;
    const at = Math.min(this.focused, rows.length - 1);
    const mean = pairs.reduce((sum, { distance }) => sum + distance, 0) / Math.max(1, pairs.length);
    const over = this.partly ? ' over shared tokens' : '';
    const sampled = queries < queriesOf ? `, ${queries} of ${queriesOf} queries` : '';
    return html`<h2>
        Heads matched by distance <span class="dim">mean ${formatWeight(mean)} bits${over}${sampled}</span>
      </h2>
      <div class="scroller">
        <table role="grid" aria-label="Heads of the two runs, matched" aria-rowcount=${rows.length + 1}>
          <thead>
            <tr>
              <th scope="col" aria-sort=${byDistance ? nothing : 'ascending'}>
                <button
                  @click=${() => {
                    this.byDistance = false;
                  }}
                >
                  first${byDistance ? '' : ' ↑'}
                </button>
              </th>
              <th scope="col">
                <button
                  tabindex="-1"
                  @click=${() => {
                    this.byDistance = false;
                  }}
                >
                  second
                </button>
              </th>
              <th
                scope="col"
                aria-sort=${byDistance ? 'descending' : nothing}
                title="Mean Jensen-Shannon distance over the tokens that both have"
              >
                <button
                  @click=${() => {
                    this.byDistance = true;
                  }}
                >
                  distance, bits${byDistance ? ' ↓' : ''}
                </button>
              </th>
            </tr>
          </thead>
          <tbody class="mono" @keydown=${(event: KeyboardEvent) => this.onKey(event, rows)}>
            ${rows.map((match, row) => this.row(match, row, row === at))}
          </tbody>
        </table>
      </div>`;
  }

  private row({ one, other, distance }: HeadMatch, row: number, tab: boolean) {
    const chosen = one.layer === this.head.layer && one.head === this.head.head;
    const thumbnail = (group: AttentionGroup, { layer, head }: HeadMatch['one']) =>
      html`<span class="name"
        ><headlight-thumbnail
          .layer=${group.layers.find(candidate => candidate.layer === layer)}
          .head=${head}
          .causal=${group.causal}
          .scale=${this.scale}
        ></headlight-thumbnail
        >${layer}.${head}</span
      >`;
    return html`<tr
      class=${chosen ? 'one' : ''}
      data-row=${row}
      tabindex=${tab ? 0 : -1}
      aria-selected=${chosen}
      aria-label="${headName({ kind: this.group.kind, ...one })}, matched with ${headName({ kind: this.otherGroup.kind, ...other })}, ${formatWeight(distance)} bits"
      @click=${() => this.choose(one)}
      @focus=${() => {
        this.focused = row;
      }}
    >
      <td>${thumbnail(this.group, one)}</td>
      <td>${thumbnail(this.otherGroup, other)}</td>
      <td>
        <span class="distance"
          ><span class="track"><i ${inlineStyle({ width: `${Math.min(1, distance) * 100}%` })}></i></span
          ><span class="number">${formatWeight(distance)}</span></span
        >
      </td>
    </tr>`;
  }

  private choose({ layer, head }: HeadMatch['one']): void {
    this.dispatchEvent(compareEvent('head-choose', { layer, head }));
  }

  private onKey(event: KeyboardEvent, rows: readonly HeadMatch[]): void {
    const at = Math.min(this.focused, rows.length - 1);
    const to = rowAfterKey(event.key, at, rows.length);
    if (to !== undefined) {
      this.focused = to;
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector<HTMLElement>(`tr[data-row="${this.focused}"]`)?.focus(),
      );
    } else if (event.key === 'Enter' || event.key === ' ') this.choose(rows[at].one);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
