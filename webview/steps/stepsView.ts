import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AttentionGroup, AttentionSteps, Explanation, HeadAddress } from '../../core/protocol/explanation';
import { textOf, tokensOf } from '../attention/choice';
import '../attention/tip';
import { count, headName, quotedToken } from '../attention/wording';
import { onPixelRatioChange } from '../common/canvas';
import { sharedStyles } from '../common/styles';
import { partList, sizeList, sizesStyles } from './headSizes';
import './outputBars';
import { formulaParts } from './stepColumns';
import { formatNumber, type StepSizes, stepSizes } from './stepNumbers';
import { isLong, seenKeys } from './stepRows';
import { stepsEvent, type StepsEvents } from './stepsEvents';
import { type FetchSteps, StepsLoader } from './stepsLoader';
import './stepsTable';
import { stepsViewStyles } from './stepsView.styles';
import { stripWidth } from './stripWidth';

/** So long nothing is said of a wait, in milliseconds, so that a short one does not flash. */
const patience = 100;

/** Steps, and what they are the steps of. */
interface Shown {
  readonly explanation: Explanation;
  readonly group: AttentionGroup;
  readonly head: HeadAddress;
  readonly query: number;
  readonly steps: AttentionSteps;
  readonly sizes: StepSizes;
}

/**
 * How one row of one head comes about, step by step, with the model's own numbers. Loads what it shows when the head or
 * the query changes. Fires `token-hover` and `query-choose` (see {@link StepsEvents}).
 */
@customElement('headlight-steps')
export class StepsView extends LitElement {
  static override styles = [sharedStyles, sizesStyles, stepsViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  /** The group that the head belongs to. */
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) head!: HeadAddress;
  /** The place of the query in the sequence `group.queries`. */
  @property({ attribute: false }) query = 0;
  /** Gives the numbers of a row; rejects with an error whose message is one sentence for the user. */
  @property({ attribute: false }) load!: FetchSteps;

  @state() private shown?: Shown;
  @state() private failure = '';
  @state() private waited = false;
  @state() private all = false;
  @state() private asNumbers = false;
  @state() private pointed: StepsEvents['step-point'];
  @state() private width = 0;

  private loader = this.newLoader();
  private waitTimer = 0;
  private endRatioWatch?: () => void;
  private readonly resizes = new ResizeObserver(([entry]) => { this.width = Math.floor(entry.contentRect.width); });

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    this.endRatioWatch = onPixelRatioChange(() => this.requestUpdate());
    if (this.hasUpdated) this.ask();
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    this.endRatioWatch?.();
    this.loader.cancel();
    clearTimeout(this.waitTimer);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('explanation');
    if (changed.has('explanation') && before?.run !== this.explanation.run) {
      this.loader.cancel();
      this.loader = this.newLoader();
      this.shown = undefined;
      this.all = false;
    }
    if (changed.has('explanation') || changed.has('group') || changed.has('head') || changed.has('query')) this.ask();
  }

  override render() {
    const { shown } = this;
    const stale = this.waited || this.failure !== '';
    return html`<div class="steps">
      <div class="top">
        <h2>${headName(this.head)} <span class="dim">from query ${this.query}</span> <bdi class="token mono">${this.nameOf('queries', this.query)}</bdi></h2>
        ${this.formula()}
      </div>
      <p class="plain dim">The query asks, each key answers: the better they match, the more of that key’s value goes into the output.</p>
      ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}
      ${this.waited && !this.failure ? html`<p class="progress dim" role="status">Reading the numbers of ${headName(this.head)} from the model…</p>` : nothing}
      ${shown && this.width > 0 && !this.failure ? html`<div class=${stale ? 'waiting' : ''} ?inert=${stale}>${this.body(shown)}</div>` : nothing}
      <headlight-tip .anchor=${this.pointed?.readout ? this.pointed.anchor : undefined} .from=${this.pointed?.readout?.from ?? ''}
        .value=${this.pointed?.readout?.value ?? ''} .note=${this.pointed?.readout?.note ?? ''}></headlight-tip>
      <div class="visually-hidden" role="status">${this.said}</div>
    </div>`;
  }

  private get said(): string {
    const { from = '', value = '', note = '' } = this.pointed?.readout ?? {};
    return [from, value, note].filter(part => part !== '').join(', ');
  }

  private nameOf(which: 'queries' | 'keys', index: number, { explanation, group } = { explanation: this.explanation, group: this.group }): string {
    const token = tokensOf(explanation, group[which])[index];
    return token ? quotedToken(token, textOf(explanation, group[which])) : '';
  }

  private formula() {
    const column = this.pointed?.column;
    return html`<p class="formula">${formulaParts(this.shown?.steps ?? {}).map(({ text, steps }) =>
      html`<span class=${column && steps.includes(column) ? 'on' : ''}>${text}</span>`)}</p>`;
  }

  private body(shown: Shown) {
    const { explanation, group, head, query, steps, sizes } = shown;
    const seen = seenKeys(steps).length;
    const nameOf = (key: number) => this.nameOf('keys', key, shown);
    return html`<headlight-steps-table .explanation=${explanation} .group=${group} .query=${query} .steps=${steps} .sizes=${sizes} .all=${this.all}
        .stripWidth=${stripWidth(this.width, steps.headSize)} .ratio=${devicePixelRatio} .name="Steps of ${headName(head)} from query ${query} ${nameOf(query)}"
        @step-point=${this.onPoint} @token-hover=${this.pass} @query-choose=${this.pass}></headlight-steps-table>
      <div class="under dim">${isLong(steps)
        ? html`<button class="link" @click=${this.toggleAll}>${this.all ? 'Show the strongest keys only' : `Show all ${count(seen)} keys`}</button>` : nothing}</div>
      <div class="result">
        <section aria-label="Output of this head">
          <div class="row"><h2>Output of this head <span class="dim">Σ weight × value, ${steps.valueSize} numbers</span></h2>
            <button class="link" aria-pressed=${this.asNumbers} @click=${() => { this.asNumbers = !this.asNumbers; }}>Numbers</button></div>
          ${this.asNumbers
            ? html`<ol class="numbers mono number" aria-label="Output, dimension by dimension">${Array.from(steps.output, (value, i) => html`<li><span class="dim">${i}</span><span>${formatNumber(value)}</span></li>`)}</ol>`
            : html`<headlight-output .steps=${steps} .nameOf=${nameOf} .width=${this.resultWidth} .ratio=${devicePixelRatio} @step-point=${this.onPoint}></headlight-output>`}
        </section>
        <section aria-label="Its size">
          <h2>Its size <span class="dim">lengths of vectors</span></h2>${sizeList(sizes)}
          <h2>Strongest contributions <span class="dim">weight × ‖value‖</span></h2>${partList(sizes, nameOf)}
        </section>
      </div>`;
  }

  private get resultWidth(): number {
    return Math.max(120, this.width < 840 ? this.width - 24 : Math.floor((this.width - 64) / 2));
  }

  private newLoader(): StepsLoader {
    return new StepsLoader((address, query, signal) => this.load(address, query, signal));
  }

  private ask(): void {
    const { explanation, group, head, query } = this;
    const isWanted = () => this.isConnected && this.explanation === explanation && this.head === head && this.query === query;
    const show = (steps: AttentionSteps) => {
      clearTimeout(this.waitTimer);
      this.waited = false;
      this.failure = '';
      this.pointed = undefined;
      this.shown = { explanation, group, head, query, steps, sizes: stepSizes(steps) };
    };
    const held = this.loader.get(head, query);
    if (held) {
      this.loader.cancel();
      show(held);
      return;
    }
    clearTimeout(this.waitTimer);
    this.waitTimer = window.setTimeout(() => { this.waited = true; }, patience);
    this.loader.load(head, query).then(steps => {
      if (isWanted()) show(steps);
    }, (error: unknown) => {
      if (!isWanted()) return;
      clearTimeout(this.waitTimer);
      this.waited = false;
      this.failure = error instanceof Error ? error.message : String(error);
    });
  }

  private readonly onPoint = ({ detail }: CustomEvent<StepsEvents['step-point']>) => {
    this.pointed = detail;
  };

  private readonly pass = ({ type, detail }: CustomEvent<never>) => {
    this.dispatchEvent(stepsEvent(type as keyof StepsEvents, detail));
  };

  private readonly toggleAll = () => {
    this.all = !this.all;
  };
}
