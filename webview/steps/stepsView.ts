import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Picture } from '../../core/export/drawPicture';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionGroup, AttentionSteps, Explanation, HeadAddress } from '../../core/run/explanation';
import { textOf, tokensOf } from '../run/choice';
import type { RunHost } from '../run/runHost';
import '../common/hoverNote';
import { count, headName, quotedToken } from '../run/wording';
import { cssColor } from '../common/colorScale';
import { WidthController } from '../common/widthController';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { divergingColors } from '../common/divergingColors';
import { DrawnSteps } from './drawnSteps';
import './headResult';
import { formulaParts } from './stepColumns';
import { keysAreAlike, stepSizes } from './stepNumbers';
import { isLong, seenKeys } from './stepRows';
import { stepsEvent, type StepsEvents } from './stepsEvents';
import { StepsCache } from './stepsCache';
import { stepsPicture } from './stepsPicture';
import './stepsTable';
import { stepsViewStyles } from './stepsView.styles';
import { stripWidth } from './stripWidth';
import { icon } from '../common/icons';

/** So long nothing is said of a wait, in milliseconds, so that a short one does not flash. */
const patience = 100;

const sameHead = (a: HeadAddress | undefined, b: HeadAddress | undefined) =>
  a?.kind === b?.kind && a?.layer === b?.layer && a?.head === b?.head;

/** Steps that are shown, and what they are the steps of. */
interface Shown {
  readonly head: HeadAddress;
  readonly drawn: DrawnSteps;
  readonly name: string;
  readonly alike: boolean;
  readonly seen: number;
}

/**
 * How one row of one head comes about, step by step, with the model's own numbers. Loads what it shows when the head or
 * the query changes. Fires `token-hover` and `query-choose` (see {@link StepsEvents}).
 */
@customElement('headlight-steps')
export class StepsView extends LitElement {
  static override styles = [sharedStyles, stepsViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  /** The group that the head belongs to. */
  @property({ attribute: false }) group!: AttentionGroup;
  @property({
    attribute: false,
    hasChanged: (now: HeadAddress, before: HeadAddress | undefined) => !sameHead(now, before),
  })
  head!: HeadAddress;
  /** The place of the query in the sequence `group.queries`. */
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) host!: RunHost;

  @state() private shown?: Shown;
  @state() private failure = '';
  @state() private waited = false;
  @state() private all = false;
  @state() private pointed: StepsEvents['step-point'];

  private readonly themes = new ThemeController(this);
  private cache = this.newCache();
  private asked = 0;
  private waitTimer = 0;
  private readonly room = new WidthController(this);

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('scroll', this.onScroll, { capture: true, passive: true });
    if (this.hasUpdated) this.ask();
  }

  override disconnectedCallback(): void {
    removeEventListener('scroll', this.onScroll, { capture: true });
    this.asked++;
    this.cache.cancel();
    clearTimeout(this.waitTimer);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('explanation');
    if (changed.has('explanation') && before?.run !== this.explanation.run) {
      this.cache.cancel();
      this.cache = this.newCache();
      this.shown = undefined;
      this.all = false;
    }
    if (changed.has('explanation') || changed.has('group') || changed.has('head') || changed.has('query')) this.ask();
  }

  override render() {
    const { shown, failure, waited } = this;
    const { from = '', value = '', note = '' } = this.pointed?.readout ?? {};
    return html`<div class="steps">
      <div class="line">
        <h2>Query ${this.query} <bdi class="token mono">${this.nameOf(this.query, this.group.queries)}</bdi></h2>
        ${this.formula()}
      </div>
      <div class="line dim">
        <p class="plain">
          The query asks, each key answers: the better they match, the more of that key’s value goes into the output.
        </p>
        <span class="legend"><i class="plus">▀</i> above 0 <i class="minus">▄</i> below 0</span>
      </div>
      ${failure ? html`<p class="failure" role="alert">${icon('error')}<span>${failure}</span></p>` : nothing}
      ${waited ? html`<p class="progress dim" role="status">Reading the numbers of ${headName(this.head)} from the model…</p>` : nothing}
      ${shown && this.room.width > 0 && !failure ? html`<div class=${waited ? 'waiting' : ''} aria-busy=${waited}>${this.body(shown)}</div>` : nothing}
      <headlight-hover-note
        .anchor=${this.pointed?.readout ? this.pointed.anchor : undefined}
        .from=${from}
        .value=${value}
        .note=${note}
      ></headlight-hover-note>
      <div class="visually-hidden" role="status">${[from, value, note].filter(part => part !== '').join(', ')}</div>
    </div>`;
  }

  protected override updated(): void {
    const { positive, negative } = divergingColors(this.themes.theme);
    this.style.setProperty('--steps-plus', cssColor(positive));
    this.style.setProperty('--steps-minus', cssColor(negative));
  }

  /**
   * What is shown, as an SVG document.
   * @throws Error with one sentence where nothing is shown yet.
   */
  picture(source: string): Picture {
    if (!this.shown) throw new Error('The steps are not there yet; export again when they are shown.');
    return stepsPicture(this.shown.drawn, this.shown.head, source, this.themes.theme);
  }

  private nameOf(index: number, sequence: AttentionGroup['keys']): string {
    const token = tokensOf(this.explanation, sequence)[index];
    return token ? quotedToken(token, textOf(this.explanation, sequence)) : '';
  }

  private formula() {
    const column = this.pointed?.column;
    return html`<p class="formula">
      ${formulaParts(this.shown?.drawn.steps ?? {}).map(
        ({ text, steps }) => html`<span class=${column && steps.includes(column) ? 'on' : ''}>${text}</span>`,
      )}
    </p>`;
  }

  private body({ drawn, name, alike, seen }: Shown) {
    return html`<headlight-steps-table
        .drawn=${drawn}
        .scrolls=${this.all && isLong(drawn.steps)}
        .stripWidth=${stripWidth(this.room.width, drawn.steps.headSize, drawn.steps.bias !== undefined)}
        .ratio=${devicePixelRatio}
        .name=${name}
        @step-point=${this.onPoint}
        @token-hover=${this.pass}
        @query-choose=${this.pass}
      ></headlight-steps-table>
      <div class="line dim under">
        ${
          isLong(drawn.steps)
            ? html`<button class="link" @click=${this.toggleAll}>
                ${this.all ? 'Show the strongest keys only' : `Show all ${count(seen)} keys`}
              </button>`
            : nothing
        }
        ${
          alike
            ? html`<span class="alike"
                >The keys look alike: what they share moves every score equally, and the softmax sees only the
                differences.</span
              >`
            : nothing
        }
      </div>
      <headlight-head-result
        .drawn=${drawn}
        .width=${this.room.width}
        .ratio=${devicePixelRatio}
        @step-point=${this.onPoint}
      ></headlight-head-result>`;
  }

  private newCache(): StepsCache {
    return new StepsCache((row, signal) => this.host.request(RunRequest.steps, row, signal));
  }

  private ask(): void {
    const { head, query } = this;
    const ticket = ++this.asked;
    clearTimeout(this.waitTimer);
    const held = this.cache.get({ address: head, query });
    if (held) {
      this.cache.cancel();
      this.show(held);
      return;
    }
    this.waitTimer = window.setTimeout(() => {
      this.failure = '';
      this.waited = true;
    }, patience);
    this.cache.load({ address: head, query }).then(
      steps => {
        if (ticket === this.asked) this.show(steps);
      },
      (error: unknown) => {
        if (ticket !== this.asked) return;
        clearTimeout(this.waitTimer);
        this.waited = false;
        this.failure = error instanceof Error ? error.message : String(error);
      },
    );
  }

  private show(steps: AttentionSteps): void {
    const { explanation, group, head, query } = this;
    clearTimeout(this.waitTimer);
    this.waited = false;
    this.failure = '';
    this.pointed = undefined;
    this.shown = {
      head,
      name: `Steps of ${headName(head)} from query ${query} ${this.nameOf(query, group.queries)}`,
      drawn: new DrawnSteps(explanation, group, query, steps, stepSizes(steps), this.all),
      alike: keysAreAlike(steps),
      seen: seenKeys(steps).length,
    };
  }

  private readonly onPoint = ({ detail }: CustomEvent<StepsEvents['step-point']>) => {
    this.pointed = detail;
  };

  /** The note would stay where its number was. */
  private readonly onScroll = () => {
    if (this.pointed?.anchor) this.pointed = { ...this.pointed, anchor: undefined };
  };

  private readonly pass = ({ type, detail }: CustomEvent<never>) => {
    this.dispatchEvent(stepsEvent(type as keyof StepsEvents, detail));
  };

  private readonly toggleAll = () => {
    this.all = !this.all;
    if (!this.shown) return;
    const { explanation, group, query, steps, sizes } = this.shown.drawn;
    this.shown = { ...this.shown, drawn: new DrawnSteps(explanation, group, query, steps, sizes, this.all) };
  };
}
