import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { tableStyles } from '../common/table.styles';
import { sharedStyles } from '../common/styles';
import type { CellRange } from '../../core/attention/cellRange';
import { isWithin, keysByWeight } from './headMatrix';
import { count, formatExactly } from './wording';

const shownAtFirst = 50;

/** A column of numbers that stands before the last one. */
export interface RowColumn {
  readonly name: string;
  /** One for each key; undefined where there is none. */
  readonly at: (key: number) => number | undefined;
}

/** One row of a picture as a table: a number for each key, the largest first, whatever its sign. */
@customElement('headlight-row-table')
export class RowTable extends LitElement {
  static override styles = [
    sharedStyles,
    tableStyles,
    css`
      :host {
        min-height: 0;
      }
      table {
        min-width: min(100%, 360px);
      }
      caption {
        text-align: left;
        padding: 0 0 6px;
      }
      th,
      td {
        padding: 0 16px 0 0;
      }
      .figure {
        text-align: right;
      }
      tbody tr:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .link {
        margin: 8px 0;
      }
    `,
  ];

  /** What the row is. */
  @property({ attribute: false }) caption: unknown = '';
  /** What the keys are, and what they are called. */
  @property() unit = 'token';
  @property({ attribute: false }) names: readonly string[] = [];
  /** Of the first so many keys. */
  @property({ attribute: false }) weights?: Float32Array;
  /** The keys that are told of, the last one included; absent: all. */
  @property({ attribute: false }) range?: Pick<CellRange, 'firstKey' | 'lastKey'>;
  /** What the numbers are called. */
  @property() what = 'weight';
  @property({ attribute: false }) columns: readonly RowColumn[] = [];

  @state() private all = false;

  override render() {
    const { weights, columns, range } = this;
    if (!weights) return html`<p class="dim" role="status">The numbers are on their way.</p>`;
    const ranked = keysByWeight(weights.map(Math.abs)).filter(key => isWithin(key, range));
    const keys = this.all ? ranked : ranked.slice(0, shownAtFirst);
    return html`<table>
        <caption>
          ${this.caption}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="figure">key</th>
            <th scope="col">${this.unit}</th>
            ${columns.map(({ name }) => html`<th scope="col" class="figure">${name}</th>`)}
            <th scope="col" class="figure">${this.what}</th>
          </tr>
        </thead>
        <tbody class="mono number">
          ${keys.map(
            key =>
              html`<tr>
                <td class="figure">${key}</td>
                <th scope="row"><bdi class="token">${this.names[key]}</bdi></th>
                ${columns.map(({ at }) => html`<td class="figure">${written(at(key))}</td>`)}
                <td class="figure">${written(weights[key])}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        keys.length < ranked.length
          ? html`<button
              class="link"
              @click=${() => {
                this.all = true;
              }}
            >
              Show all ${count(ranked.length)}
            </button>`
          : nothing
      }`;
  }
}

function written(number: number | undefined): string {
  return number === undefined ? '' : `${number < 0 ? '−' : ''}${formatExactly(Math.abs(number))}`;
}
