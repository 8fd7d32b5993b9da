import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sharedStyles } from '../common/styles';
import { keysByWeight } from './headMatrix';
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
    css`
      :host {
        display: block;
        overflow: auto;
        min-height: 0;
      }
      table {
        border-collapse: collapse;
        min-width: min(100%, 360px);
      }
      caption {
        text-align: left;
        padding: 0 0 6px;
      }
      th,
      td {
        text-align: left;
        font-weight: 400;
        padding: 0 16px 0 0;
        line-height: 22px;
        border-bottom: 1px solid var(--headlight-border);
      }
      thead th {
        color: var(--headlight-dim);
        position: sticky;
        top: 0;
        background: var(--vscode-editor-background);
      }
      .figure {
        text-align: right;
      }
      tbody tr:hover {
        background: var(--vscode-list-hoverBackground);
      }
      button {
        all: unset;
        cursor: pointer;
        margin: 8px 0;
        color: var(--vscode-textLink-foreground);
      }
      button:hover {
        text-decoration: underline;
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 2px;
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
  /** What the numbers are called. */
  @property() what = 'weight';
  @property({ attribute: false }) columns: readonly RowColumn[] = [];

  @state() private all = false;

  override render() {
    const { weights, columns } = this;
    if (!weights) return html`<p class="dim" role="status">The numbers are on their way.</p>`;
    const keys = keysByWeight(weights.map(Math.abs), this.all ? undefined : shownAtFirst);
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
        keys.length < weights.length
          ? html`<button
              @click=${() => {
                this.all = true;
              }}
            >
              Show all ${count(weights.length)}
            </button>`
          : nothing
      }`;
  }
}

function written(number: number | undefined): string {
  return number === undefined ? '' : `${number < 0 ? '−' : ''}${formatExactly(Math.abs(number))}`;
}
