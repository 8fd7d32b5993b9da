import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Token } from '../../core/text/token';
import { prop } from '../common/prop';
import { sharedStyles } from '../common/styles';
import { keysByWeight } from './headMatrix';
import { count, formatExactly, quotedToken, tokenLabel } from './wording';

const shownAtFirst = 50;

/** One row of the matrix as a table: what a query looks at, strongest first. */
@customElement('headlight-row-table')
export class RowTable extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: block; overflow: auto; min-height: 0; }
    table { border-collapse: collapse; min-width: min(100%, 360px); }
    caption { text-align: left; padding: 0 0 6px; }
    th, td { text-align: left; font-weight: 400; padding: 0 16px 0 0; line-height: 22px; border-bottom: 1px solid var(--headlight-border); }
    thead th { color: var(--headlight-dim); position: sticky; top: 0; background: var(--vscode-editor-background); }
    .figure { text-align: right; }
    tbody tr:hover { background: var(--vscode-list-hoverBackground); }
    button {
      all: unset; cursor: pointer; margin: 8px 0; color: var(--vscode-textLink-foreground);
    }
    button:hover { text-decoration: underline; }
    button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  `];

  @prop() queryIndex = 0;
  @prop() queryTokens: readonly Token[] = [];
  @property() queryText = '';
  @prop() keyTokens: readonly Token[] = [];
  @property() keyText = '';
  @prop() weights?: Float32Array;
  @prop() causal = false;
  @property() name = '';

  @state() private all = false;

  override render() {
    const token = this.queryTokens[this.queryIndex];
    const weights = this.weights;
    if (!token || !weights) return html`<p class="dim">The numbers are on their way.</p>`;
    const seen = this.causal ? Math.min(weights.length, this.queryIndex + 1) : weights.length;
    const keys = keysByWeight(weights.subarray(0, seen), this.all ? undefined : shownAtFirst);
    return html`<table>
      <caption>${this.name}: query ${this.queryIndex} <bdi class="token mono">${quotedToken(token, this.queryText)}</bdi> looks at</caption>
      <thead><tr><th scope="col" class="figure">key</th><th scope="col">token</th><th scope="col" class="figure">weight</th></tr></thead>
      <tbody class="mono number">${keys.map(key => html`<tr>
        <td class="figure">${key}</td>
        <th scope="row"><bdi class="token">${tokenLabel(this.keyTokens[key], this.keyText)}</bdi></th>
        <td class="figure">${formatExactly(weights[key])}</td>
      </tr>`)}</tbody>
    </table>
    ${keys.length < seen ? html`<button @click=${() => { this.all = true; }}>Show all ${count(seen)}</button>` : nothing}`;
  }
}
