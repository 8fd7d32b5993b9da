import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { HeadPart, TokenLogit } from '../../core/run/cause';
import type { AttentionGroup, Explanation, HeadAddress } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';
import { icon } from '../common/icons';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { AskController } from '../run/askController';
import { textOf, tokensOf } from '../run/choice';
import type { RunHost } from '../run/runHost';
import { placedToken } from '../run/wording';
import { formatChange } from './causeNumbers';
import { causeEvent } from './causeEvents';
import { causePartStyles } from './causePart.styles';

/** So many keys are listed unless all are asked for. */
const mostKeys = 8;

/** What one head adds to a logit: from which keys, and what its result alone would promote and suppress. Fires `token-hover`. */
@customElement('headlight-head-part')
export class HeadPartView extends LitElement {
  static override styles = [
    sharedStyles,
    causePartStyles,
    css`
      :host {
        padding: 4px 0 8px 12px;
        border-inline-start: 2px solid var(--headlight-border);
      }
      h2 {
        font-family: var(--vscode-font-family);
      }
      .said {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 0 20px;
      }
      .said li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) max-content;
        gap: 8px;
        line-height: 19px;
      }
      .said bdi {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) head!: HeadAddress;
  @property({ attribute: false }) position = 0;
  @property({ attribute: false }) token = 0;
  @property({ attribute: false }) minus?: number;
  @property({ attribute: false }) host!: RunHost;

  @state() private all = false;
  private readonly asked = new AskController<HeadPart>(this);

  protected override willUpdate(): void {
    const { head, position, token, minus } = this;
    const key = JSON.stringify([this.explanation.run, head, position, token, minus]);
    if (this.asked.isOf(key) || this.failed === key) return;
    this.failed = key;
    const wish = { head, position, token, ...(minus !== undefined && { minus }) };
    this.asked.ask(key, signal => this.host.request(RunRequest.headPart, wish, signal));
  }

  /** What was asked for last: that it failed is no reason to ask again. */
  private failed = '';

  override render() {
    const { answer, failure, waits } = this.asked;
    const name = `${this.head.layer}.${this.head.head}`;
    if (failure) return html`<p class="failure" role="alert">${icon('error')} ${failure}</p>`;
    if (!answer) return html`<p class="dim" role="status">${waits ? `Taking head ${name} apart…` : ''}</p>`;
    if ('missing' in answer) return html`<p role="status">${answer.missing}</p>`;
    return html`<section aria-label="Head ${name} by key">
        <h2>Head ${name} <span class="dim">by the tokens that it took it from</span></h2>
        ${this.byKey(answer)}
      </section>
      <section aria-label="What head ${name} says by itself">
        <h2 class="next">
          By itself <span class="dim">what its result adds to logits, above the mean of all tokens</span>
        </h2>
        <div class="said mono">
          ${this.tokens('would promote', answer.promotes)}${this.tokens('would suppress', answer.suppresses)}
        </div>
      </section>`;
  }

  private byKey({ keys, value }: Exclude<HeadPart, { readonly missing: string }>) {
    const group = this.group;
    const tokens = tokensOf(this.explanation, group.keys);
    const text = textOf(this.explanation, group.keys);
    const ranked = [...keys]
      .map((part, key) => ({ key, part }))
      .filter(({ part }) => part !== 0)
      .sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
    const shown = this.all ? ranked : ranked.slice(0, mostKeys);
    const rest = ranked.slice(shown.length).reduce((sum, { part }) => sum + part, 0);
    const total = keys.reduce((sum, part) => sum + part, 0);
    const most = Math.max(...[...shown.map(({ part }) => part), rest, total].map(Math.abs)) || 1;
    const row = (label: unknown, part: number, key?: number, className = '') =>
      html`<li class=${className} @pointerenter=${() => this.point(key)} @pointerleave=${() => this.point(undefined)}>
        <span class="name">${label}</span
        ><span class="signed"
          ><i
            class=${part < 0 ? 'below' : ''}
            ${inlineStyle({ width: `${(50 * Math.abs(part)) / most}%`, 'inset-inline-start': part < 0 ? `${50 - (50 * Math.abs(part)) / most}%` : '50%' })}
          ></i></span
        ><span class="number">${formatChange(part)}</span>
      </li>`;
    return html`<div class="scroll list" tabindex="0" role="region" aria-label="Its part by key, the largest first">
        <ul class="parts mono">
          ${shown.map(({ key, part }) =>
            row(html`<span class="dim">${key}</span> <bdi>${placedToken(tokens, key, text)}</bdi>`, part, key),
          )}
          ${ranked.length > shown.length ? row(`other ${ranked.length - shown.length} tokens`, rest) : nothing}
          ${row('sum', total, undefined, 'sum')}
        </ul>
      </div>
      <p class="dim" role="status">
        sum <span class="mono">${formatChange(total)}</span>, the head’s part
        <span class="mono">${formatChange(value)}</span>
        ${
          ranked.length > mostKeys
            ? html`·
                <button class="link" aria-pressed=${this.all} @click=${() => (this.all = !this.all)}>
                  ${this.all ? 'show the largest' : `show all ${ranked.length}`}
                </button>`
            : nothing
        }
      </p>`;
  }

  private tokens(label: string, list: readonly TokenLogit[]) {
    return html`<div>
      <span class="dim">${label}</span>
      <ol aria-label=${label}>
        ${list.map(
          ({ text, value }) =>
            html`<li>
              <bdi class="token">${visibleText(text)}</bdi><span class="number">${formatChange(value)}</span>
            </li>`,
        )}
      </ol>
    </div>`;
  }

  private get group(): AttentionGroup {
    const { groups } = this.explanation;
    return groups.find(({ kind }) => kind === this.head.kind) ?? groups[0];
  }

  private point(index: number | undefined): void {
    this.dispatchEvent(
      causeEvent('token-hover', index === undefined ? undefined : { sequence: this.group.keys, index }),
    );
  }
}
