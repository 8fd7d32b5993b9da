import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AttentionKind } from '../../core/attention/attentionKind';
import { measureColumns } from '../../core/attention/measures/headColumns';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import { tableStyles } from '../common/table.styles';
import { sharedStyles } from '../common/styles';
import { panelEvent } from '../run/events';
import type { HeadLine, OrderedHead } from './headOrder';
import { type HeadSelection, includesHead, sameHead, selectOnly, toggleHead } from '../run/headSelection';
import { headName } from '../run/wording';

/** The heads and all their measures as a table, in the overview's order. A head's button chooses it, its box selects it, too. */
@customElement('headlight-overview-table')
export class OverviewTable extends LitElement {
  static override styles = [
    sharedStyles,
    tableStyles,
    css`
      table {
        white-space: nowrap;
      }
      th,
      td {
        text-align: right;
        padding: 0 10px 0 0;
      }
      th[scope='row'],
      th.name {
        text-align: left;
        position: sticky;
        left: 0;
        background: var(--vscode-editor-background);
        padding-right: 8px;
      }
      thead th {
        z-index: 1;
      }
      thead th.name {
        z-index: 2;
      }
      .label {
        text-align: left;
      }
      input {
        margin: 0 5px 0 2px;
        vertical-align: -2px;
        accent-color: var(--vscode-focusBorder);
      }
      button {
        all: unset;
        cursor: pointer;
        color: var(--vscode-textLink-foreground);
        border-radius: 2px;
      }
      button[aria-pressed='true'] {
        font-weight: 600;
        color: var(--vscode-foreground);
      }
      button:focus-visible,
      input:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
    `,
  ];

  @property() kind: AttentionKind = 'self';
  @property({ attribute: false }) lines: readonly HeadLine[] = [];
  @property({ attribute: false }) selection!: HeadSelection;
  /** Undefined while they are not there. */
  @property({ attribute: false }) summaries?: readonly HeadSummary[];

  override render() {
    const summaries = new Map(this.summaries?.map(summary => [`${summary.layer}.${summary.head}`, summary]));
    return html`<table aria-label="Heads and their measures">
      <thead>
        <tr>
          <th scope="col" class="name">head</th>
          <th scope="col" class="label">label</th>
          ${measureColumns.map(({ name }) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody class="number">
        ${this.lines.flatMap(({ heads }) => heads).map(head => this.row(head, summaries.get(`${head.layer}.${head.head}`)))}
      </tbody>
    </table>`;
  }

  private row(head: OrderedHead, summary: HeadSummary | undefined) {
    const name = headName({ kind: this.kind, layer: head.layer, head: head.head });
    return html`<tr>
      <th scope="row">
        <input
          type="checkbox"
          .checked=${includesHead(this.selection.heads, head)}
          aria-label="Select ${name}"
          @change=${() => this.choose(toggleHead(this.selection, head))}
        /><button
          aria-label=${name}
          aria-pressed=${sameHead(head, this.selection.lead)}
          @click=${() => this.choose(selectOnly(head))}
        >
          ${head.layer}.${head.head}
        </button>
      </th>
      <td class="label">${summary?.label?.name ?? ''}</td>
      ${measureColumns.map(({ of, format }) => {
        const value = summary && of(summary);
        return html`<td>${value === undefined ? '–' : format(value)}</td>`;
      })}
    </tr>`;
  }

  private choose(selection: HeadSelection): void {
    this.selection = selection;
    this.requestUpdate();
    const place = ({ layer, head }: { layer: number; head: number }) => ({ layer, head });
    this.dispatchEvent(panelEvent('heads-choose', { lead: place(selection.lead), heads: selection.heads.map(place) }));
  }
}
