import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { GridSize } from '../../core/images/gridSize';
import { formatExactly } from '../../core/attention/formatWeight';
import { componentEvent } from '../common/componentEvent';
import { sharedStyles } from '../common/styles';
import { cellAfterKey } from './cellKeys';

/** The heat of an image's cells as a table that lies as they do. Fires `cell-choose` (detail: a cell) at a click or an arrow key. */
@customElement('headlight-heat-table')
export class HeatTable extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        max-height: 520px;
        overflow: auto;
        border: 1px solid var(--headlight-border);
      }
      :host(:focus-visible) {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      table {
        border-collapse: separate;
        border-spacing: 0;
      }
      caption {
        text-align: left;
        padding: 6px 10px;
        white-space: nowrap;
      }
      th,
      td {
        text-align: right;
        font-weight: 400;
        padding: 0 10px;
        line-height: 22px;
        border-bottom: 1px solid var(--headlight-border);
      }
      thead th,
      tbody th {
        position: sticky;
        background: var(--vscode-editor-background);
        color: var(--headlight-dim);
      }
      thead th {
        top: 0;
        z-index: 1;
      }
      tbody th {
        left: 0;
      }
      td.chooses {
        cursor: crosshair;
      }
      td.chooses:hover {
        background: var(--vscode-list-hoverBackground);
      }
      [aria-current] {
        box-shadow: inset 0 0 0 2px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
      }
    `,
  ];

  @property({ attribute: false }) grid: GridSize = { rows: 0, columns: 0 };
  /** [cell] */
  @property({ attribute: false }) heat?: Float32Array;
  /** The cell that is looked from. */
  @property({ attribute: false }) cell?: number;
  /** Whether one may look from a cell. */
  @property({ attribute: false }) chooses = true;
  /** What the numbers are. */
  @property() name = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    this.removeEventListener('keydown', this.onKey);
    super.disconnectedCallback();
  }

  override render() {
    const {
      grid: { rows, columns },
      heat,
      cell,
      chooses,
    } = this;
    if (!heat) return html`<p class="dim">The numbers are on their way.</p>`;
    const along = (count: number) => Array.from({ length: count }, (_, i) => i);
    return html`<table>
      <caption>
        ${this.name}
      </caption>
      <thead class="mono number">
        <tr>
          <th scope="col">row</th>
          ${along(columns).map(column => html`<th scope="col"><span class="visually-hidden">column </span>${column}</th>`)}
        </tr>
      </thead>
      <tbody class="mono number">
        ${along(rows).map(
          row =>
            html`<tr>
              <th scope="row">${row}</th>
              ${along(columns).map(column => {
                const at = row * columns + column;
                return html`<td
                  class=${chooses ? 'chooses' : ''}
                  aria-current=${at === cell ? 'true' : nothing}
                  @click=${() => {
                    this.choose(at);
                  }}
                >
                  ${formatExactly(heat[at])}
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('cell')) {
      this.renderRoot.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  private choose(cell: number): void {
    if (this.chooses) this.dispatchEvent(componentEvent('cell-choose', cell));
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const to = this.chooses ? cellAfterKey(event.key, this.cell, this.grid) : undefined;
    if (to === undefined) return;
    event.preventDefault();
    this.choose(to);
  };
}
