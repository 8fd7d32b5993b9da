import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { askedColumns, type HeadColumn, headColumn, shownColumns } from '../../core/attention/measures/headColumns';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { AttentionGroup, HeadAddress } from '../../core/run/explanation';
import { count, headName } from '../run/wording';
import { rowAfterKey } from '../common/rowAfterKey';
import { oneLine, sharedStyles } from '../common/styles';
import { compareEvent } from './compareEvents';
import { headRows, type HeadSorting } from './headRows';
import { rowTableStyles } from './rowTable.styles';
import './headThumbnail';

type Column = Pick<HeadColumn, 'label' | 'note'> & { readonly id: HeadSorting['column'] };

const columns: readonly Column[] = [
  { id: 'head', label: 'head', note: 'Layer and head' },
  { id: 'label', label: 'label', note: 'What the head clearly does on this text' },
  ...shownColumns,
];

/** All heads with their measures: sorted by any column, filtered, one or two of them chosen. Fires {@link CompareEvents}. */
@customElement('headlight-heads-table')
export class HeadsTable extends LitElement {
  static override styles = [
    sharedStyles,
    rowTableStyles,
    css`
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        margin-bottom: 4px;
        flex: none;
      }
      .top h2 {
        flex: 1 0 auto;
        max-width: 100%;
        ${oneLine}
      }
      .field {
        width: 168px;
        min-width: 60px;
        font-size: 12px;
      }
      .link {
        font-size: 12px;
      }
      .scroller {
        flex: 1;
      }
      th:nth-child(n + 3),
      td:nth-child(n + 3) {
        text-align: right;
      }
      tr.other {
        background: var(--vscode-list-inactiveSelectionBackground);
        color: var(--vscode-list-inactiveSelectionForeground, var(--vscode-foreground));
      }
    `,
  ];

  @property({ attribute: false }) group!: AttentionGroup;
  /** Undefined while they are not there. */
  @property({ attribute: false }) summaries?: readonly HeadSummary[];
  @property({ attribute: false }) one!: HeadAddress;
  @property({ attribute: false }) other?: HeadAddress;
  @property() scale: MatrixScale = 'sqrt';
  /** Saves the table as a file of a format. */
  @property({ attribute: false }) save!: (format: 'csv' | 'json') => void;

  @state() private filter = '';
  @state() private order: HeadSorting = { column: 'head', descending: false };
  @state() private focused = 0;

  override render() {
    const { summaries, order } = this;
    if (!summaries) {
      return html`<h2>Heads</h2>
        <p class="dim" role="status">Measuring the heads…</p>`;
    }
    const rows = headRows(summaries, this.filter, order);
    const shown = columns.filter(({ id }) => {
      const of = headColumn(id)?.of;
      return !of || summaries.some(summary => of(summary) !== undefined);
    });
    const missing = columns
      .filter(column => !askedColumns.some(({ id }) => id === column.id) && !shown.includes(column))
      .map(({ id, label }) => headColumn(id)?.name ?? label);
    const at = Math.min(this.focused, rows.length - 1);
    return html`<div class="top">
        <h2>
          Heads
          <span class="dim"
            >${rows.length === summaries.length ? count(rows.length) : `${count(rows.length)} of ${count(summaries.length)}`},
            sorted by ${order.column}</span
          >
        </h2>
        <input
          class="field"
          type="search"
          placeholder="induction, 2., first>0.5"
          aria-label="Filter heads by number, label or measure"
          .value=${this.filter}
          @input=${(event: Event) => {
            this.filter = (event.target as HTMLInputElement).value;
            this.focused = 0;
          }}
        />
        <button class="link" @click=${() => this.save('csv')}>CSV</button
        ><button class="link" @click=${() => this.save('json')}>JSON</button>
      </div>
      <div class="scroller">
        <table role="grid" aria-label="Heads and their measures" aria-rowcount=${rows.length + 1}>
          <thead>
            <tr>
              ${shown.map(
                ({ id, label, note }) =>
                  html`<th
                    scope="col"
                    title=${note}
                    aria-sort=${id === order.column ? (order.descending ? 'descending' : 'ascending') : nothing}
                  >
                    <button @click=${() => this.sortBy(id)}>
                      ${label}${id === order.column ? (order.descending ? ' ↓' : ' ↑') : ''}
                    </button>
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody class="mono number" @keydown=${(event: KeyboardEvent) => this.onKey(event, rows)}>
            ${rows.map((summary, row) => this.row(summary, row, row === at, shown))}
          </tbody>
        </table>
        ${rows.length === 0 ? html`<p class="dim">No head is like “${this.filter}”.</p>` : nothing}
      </div>
      ${missing.length > 0 ? html`<span class="dim">${missing.join(', ')}: not measurable on this text</span>` : nothing}`;
  }

  private row(summary: HeadSummary, row: number, tab: boolean, shown: readonly Column[]) {
    const { layer, head, label } = summary;
    const is = (address?: HeadAddress) => address?.layer === layer && address.head === head;
    const kind = is(this.one) ? 'one' : is(this.other) ? 'other' : '';
    const ofLayer = this.group.layers.find(candidate => candidate.layer === layer);
    return html`<tr
      class=${kind}
      data-row=${row}
      tabindex=${tab ? 0 : -1}
      aria-selected=${kind !== ''}
      aria-label=${headName({ kind: this.group.kind, layer, head })}
      @click=${(event: MouseEvent) => this.choose(summary, event.ctrlKey || event.metaKey || event.shiftKey)}
      @focus=${() => {
        this.focused = row;
      }}
    >
      ${shown.map(({ id }) => {
        if (id === 'head') {
          return html`<td>
            <span class="name"
              ><headlight-thumbnail
                .layer=${ofLayer}
                .head=${head}
                .causal=${this.group.causal}
                .scale=${this.scale}
              ></headlight-thumbnail
              >${layer}.${head}</span
            >
          </td>`;
        }
        if (id === 'label') return html`<td title=${label?.evidence ?? ''}>${label?.name ?? '—'}</td>`;
        const column = headColumn(id);
        const value = column?.of(summary);
        return html`<td title=${column?.evidence(summary) ?? ''}>
          ${column === undefined || value === undefined ? '—' : column.format(value)}
        </td>`;
      })}
    </tr>`;
  }

  private sortBy(column: HeadSorting['column']): void {
    const { order } = this;
    const numbers = headColumn(column) !== undefined;
    this.order = { column, descending: column === order.column ? !order.descending : numbers };
    this.focused = 0;
  }

  private choose({ layer, head }: HeadSummary, asOther: boolean): void {
    this.dispatchEvent(compareEvent(asOther ? 'other-choose' : 'head-choose', { layer, head }));
  }

  private onKey(event: KeyboardEvent, rows: readonly HeadSummary[]): void {
    const at = this.focused;
    const to = rowAfterKey(event.key, at, rows.length);
    if (to !== undefined) {
      this.focused = to;
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector<HTMLElement>(`tr[data-row="${this.focused}"]`)?.focus(),
      );
    } else if (event.key === 'Enter') this.choose(rows[at], event.ctrlKey);
    else if (event.key === ' ') this.choose(rows[at], true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
