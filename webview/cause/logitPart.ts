import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AttentionKind } from '../../core/attention/attentionKind';
import { gatherParts, partsBySize, type ShownPart } from '../../core/cause/gatherParts';
import type { CauseFound } from '../../core/export/causeNumbers';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { LogitParts } from '../../core/run/cause';
import type { Explanation, HeadAddress, Prediction } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';
import { icon } from '../common/icons';
import { inlineStyle } from '../common/inlineStyle';
import { keepKeys } from '../common/keepKeys';
import { loadScript } from '../common/loadScript';
import { sharedStyles } from '../common/styles';
import { AskController } from '../run/askController';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';
import { formatChange } from './causeNumbers';
import { causeEvent } from './causeEvents';
import { causePartStyles } from './causePart.styles';

/** Whether all parts are shown, which stays while other tabs are looked at. */
let everything = false;

/** What the logit of a token, less that of another, is made of: bars left and right of zero. Fires `token-hover`. */
@customElement('headlight-logit-parts')
export class LogitPart extends LitElement {
  static override styles = [sharedStyles, causePartStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) run!: RunState;
  /** The position whose prediction it is. */
  @property({ attribute: false }) position = 0;
  /** What the model says there, likeliest first, where it is known. */
  @property({ attribute: false }) predictions?: readonly Prediction[];
  @property({ attribute: false }) host!: RunHost;

  @state() private token?: number;
  @state() private minus?: number;
  @state() private all = everything;
  @state() private refusal = '';
  /** What is to be known of what was typed. */
  @state() private said = '';
  /** The head whose part is opened. */
  @state() private opened?: HeadAddress;

  private readonly asked = new AskController<LogitParts>(this);

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('position');
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation')) {
      this.asked.forget();
      [this.token, this.minus, this.opened] = [undefined, undefined, undefined];
    }
    if (changed.has('position')) [this.refusal, this.said] = ['', ''];
    const { position, token, minus } = this;
    const key = JSON.stringify([this.explanation.run, position, token, minus]);
    const changes = ['explanation', 'position', 'token', 'minus'].some(name => changed.has(name));
    if (!changes || this.asked.isOf(key)) return;
    const wish = { position, ...(token !== undefined && { token }), ...(minus !== undefined && { minus }) };
    this.asked.ask(key, signal => this.host.request(RunRequest.logitParts, wish, signal));
  }

  /** Heads can be sorted by what is known. */
  protected override updated(): void {
    const { answer } = this.asked;
    if (!answer || 'missing' in answer || answer === this.gave) return;
    this.gave = answer;
    const { kind } = this.run.rawGroup;
    const values = new Map<string, number>();
    for (const { part, layer, head, kind: own, value } of answer.parts) {
      if (part === 'head' && this.kindOf(own) === kind) values.set(`${layer}.${head}`, value);
    }
    if (values.size > 0) this.run.findHeads('attribution', { kind, values });
  }

  /** What was given to the overview last. */
  private gave?: LogitParts;

  /** What is known of it, to be exported. */
  get found(): CauseFound['parts'] {
    const { answer } = this.asked;
    if (!answer || 'missing' in answer) return undefined;
    const { token, minus, ...parts } = answer;
    return { ...parts, token: token.text, ...(minus && { minus: minus.text }) };
  }

  override render() {
    const { answer, failure, waits } = this.asked;
    const parts = answer && !('missing' in answer) ? answer : undefined;
    const name = ({ text }: { readonly text: string }) => html`<bdi class="token mono">${visibleText(text)}</bdi>`;
    return html`<section aria-label="Parts of the logit" aria-busy=${waits}>
      <h2>
        Parts of the logit
        ${parts ? html`<span class="dim">${name(parts.token)}${parts.minus ? html` − ${name(parts.minus)}` : nothing}, final norm held</span>` : nothing}
      </h2>
      ${
        answer && 'missing' in answer
          ? html`<p role="status">${answer.missing}</p>`
          : html`<div class="tools">
                ${this.field('token', 'Token whose logit is shown', 'the likeliest', parts?.token, this.token)}
                ${this.field('minus', 'Token whose logit is taken off', 'none', parts?.minus, this.minus)}
                ${
                  parts
                    ? html`<button class="button secondary" aria-pressed=${this.all} @click=${this.toggle}>
                          ${this.all ? 'Show the Largest' : `Show All ${parts.parts.length}`}
                        </button>
                        <button
                          class="button secondary"
                          title="Show the overview of heads, sorted by their parts of this logit"
                          @click=${() => this.run.sortByFound('attribution')}
                        >
                          Show in Overview
                        </button>`
                    : nothing
                }
              </div>
              <datalist id="said">
                ${this.predictions?.map(({ text }) => html`<option value=${visibleText(text)}></option>`)}
              </datalist>`
      }
      ${this.refusal || failure ? html`<p class="failure" role="alert">${icon('error')} ${this.refusal || failure}</p>` : nothing}
      ${this.said ? html`<p class="dim" role="status">${this.said}</p>` : nothing} ${parts ? this.bars(parts) : nothing}
      ${waits && !parts ? html`<p class="dim" role="status">Taking the logit apart…</p>` : nothing}
    </section>`;
  }

  private field(
    which: 'token' | 'minus',
    label: string,
    placeholder: string,
    shown: { readonly text: string } | undefined,
    asked: number | undefined,
  ) {
    return html`<label
      ><span class="dim">${which}</span
      ><input
        class="field mono"
        list="said"
        aria-label=${label}
        placeholder=${placeholder}
        title="One of what the model says here, any text, of which the first token is taken, or a token’s number; empty: ${placeholder}"
        spellcheck="false"
        .value=${asked === undefined ? '' : shown ? visibleText(shown.text) : `${asked}`}
        @keydown=${keepKeys}
        @change=${(event: Event) => this.choose(which, (event.target as HTMLInputElement).value)}
    /></label>`;
  }

  private bars({ parts, sum, logit, token, minus }: Extract<LogitParts, { readonly sum: number }>) {
    const shown: readonly ShownPart[] = this.all ? partsBySize(parts) : gatherParts(parts);
    const most = Math.max(...[...shown.map(({ value }) => value), sum].map(Math.abs)) || 1;
    const opened = (head: ShownPart['head']) => {
      const { opened: one } = this;
      return (
        head !== undefined && one?.layer === head.layer && one.head === head.head && one.kind === this.kindOf(head.kind)
      );
    };
    const row = ({ name, value, head }: Omit<ShownPart, 'of'>, className = '') =>
      html`<li class=${className}>
          <span class="name"
            >${
              head && this.kindOf(head.kind)
                ? html`<button
                      class="plain"
                      aria-expanded=${opened(head)}
                      title="Where it took its part from, and what it says by itself"
                      aria-label="Open ${name}"
                      @click=${() => this.open(head)}
                    >
                      ${icon(opened(head) ? 'chevron-down' : 'chevron-right')}</button
                    ><button class="link" title="Choose this head in the panel" @click=${() => this.chooseHead(head)}>
                      ${name}
                    </button>`
                : name
            }</span
          ><span class="signed"
            ><i
              class=${value < 0 ? 'below' : ''}
              ${inlineStyle({ width: `${(50 * Math.abs(value)) / most}%`, 'inset-inline-start': value < 0 ? `${50 - (50 * Math.abs(value)) / most}%` : '50%' })}
            ></i></span
          ><span class="number">${formatChange(value)}</span>
        </li>
        ${opened(head) && this.opened ? this.headPart(this.opened, token.id, minus?.id) : nothing}`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="The parts by size">
        <ul class="parts mono" aria-label="Parts, the largest first">
          ${shown.map(part => row(part))}${row({ name: 'sum', value: sum }, 'sum')}
        </ul>
      </div>
      <p class="dim" role="status">
        sum <span class="mono">${formatChange(sum)}</span>, logit <span class="mono">${formatChange(logit)}</span>
      </p>`;
  }

  private headPart(head: HeadAddress, token: number, minus: number | undefined) {
    return html`<li class="opened">
      <headlight-head-part
        .explanation=${this.explanation}
        .head=${head}
        .position=${this.position}
        .token=${token}
        .minus=${minus}
        .host=${this.host}
        @token-hover=${({ detail }: CustomEvent<TokenAddress | undefined>) => this.dispatchEvent(causeEvent('token-hover', detail))}
      ></headlight-head-part>
    </li>`;
  }

  private open({ layer, head, kind }: NonNullable<ShownPart['head']>): void {
    const own = this.kindOf(kind);
    const isOpen = this.opened?.layer === layer && this.opened.head === head && this.opened.kind === own;
    this.opened = own && !isOpen ? { kind: own, layer, head } : undefined;
    if (!this.opened) return;
    loadScript('What a head adds', () => import('./headPartView')).catch((error: unknown) => {
      this.refusal = (error as Error).message;
    });
  }

  /** The kind of attention that a head is of: the model's own where it has one alone. */
  private kindOf(kind: string | undefined): AttentionKind | undefined {
    const { groups } = this.explanation;
    return (kind === undefined && groups.length === 1 ? groups[0] : groups.find(group => group.kind === kind))?.kind;
  }

  private chooseHead({ layer, head, kind }: NonNullable<ShownPart['head']>): void {
    const own = this.kindOf(kind);
    if (!own) return;
    const address = { kind: own, layer, head };
    this.run.choose({ head: address, heads: [address] });
  }

  private choose(which: 'token' | 'minus', typed: string): void {
    [this.refusal, this.said] = ['', ''];
    const written = typed.trim();
    const predictions = this.predictions ?? [];
    const found =
      predictions.find(({ text }) => visibleText(text) === typed || text === typed) ??
      predictions.find(({ text }) => text.trim() === written && written !== '');
    const id = found?.id ?? (/^\d{1,7}$/.test(written) ? Number(written) : undefined);
    if (typed === '' || id !== undefined) {
      this[which] = id;
      return;
    }
    this.host.request(RunRequest.tokenOf, { text: typed }).then(
      ({ id: first, text, of }) => {
        this[which] = first;
        if (of > 1) this.said = `“${typed}” is ${of} tokens; “${text}”, the first, is taken.`;
      },
      (error: unknown) => {
        this.refusal = error instanceof Error ? error.message : String(error);
      },
    );
  }

  private readonly toggle = () => {
    this.all = everything = !this.all;
  };
}
