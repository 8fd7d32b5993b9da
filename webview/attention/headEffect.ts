import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AttentionGroup, Effect, Explanation, HeadAddress } from '../../core/protocol/explanation';
import '../common/segmented';
import type { Segment, Segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { effectTable, effectTableStyles } from './effectTable';
import { positionOf } from './effectPosition';
import { headName } from './wording';

type Scope = 'head' | 'layer';

const scopes: readonly Segment[] = [
  { value: 'head', label: 'head', name: 'This head' },
  { value: 'layer', label: 'layer', name: 'All heads of this layer' },
];

/** So long a switch waits for the next change, so that moving over tokens does not run the model for each. */
const pause = 120;

/** Asks what the model says with heads switched off. */
export type AskSwitchOff = (heads: readonly HeadAddress[], position: number, signal: AbortSignal) => Promise<Effect>;

/** The causal check beside a picture of attention: the chosen head (or its layer) off, and what the model then says. */
@customElement('headlight-effect')
export class HeadEffect extends LitElement {
  static override styles = [sharedStyles, effectTableStyles, css`
    :host { display: block; }
    h2 { margin-bottom: 6px; }
    .tools { display: flex; align-items: center; gap: 8px; margin-bottom: 6px; }
    p { margin: 6px 0 0; }
    .failure { color: var(--vscode-errorForeground); }
  `];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) head!: HeadAddress;
  /** The chosen query. */
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) ask!: AskSwitchOff;

  @state() private off = false;
  @state() private scope: Scope = 'head';
  @state() private effect?: Effect;
  @state() private failure = '';
  private abort?: AbortController;
  private timer = 0;

  override disconnectedCallback(): void {
    this.giveUp();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation')) this.off = false;
    const asked = ['explanation', 'head', 'query', 'off', 'scope'].some(name => changed.has(name));
    if (!asked) return;
    if (this.off) this.load();
    else this.forget();
  }

  override render() {
    const { explanation, group } = this;
    if (explanation.predictions.length === 0 && !explanation.classes) return nothing;
    const { off, scope, effect, failure } = this;
    const name = scope === 'head' ? headName(this.head) : `Layer ${this.head.layer}`;
    return html`<section aria-label="What it does"><h2>What it does <span class="dim">${name} ${off ? 'is off' : ''}</span></h2>
      <div class="tools">
        <vscode-button ?secondary=${off} aria-pressed=${off} @click=${this.toggle}
          title="Multiply this ${scope}’s attention by zero and run the model again">${off ? 'Switch On' : 'Switch Off'}</vscode-button>
        <headlight-segmented label="What to switch" .segments=${scopes} .value=${scope}
          @change=${(event: Event) => { this.scope = (event.target as Segmented).value as Scope; }}></headlight-segmented>
      </div>
      ${failure ? html`<p class="failure" role="alert">${failure}</p>` : nothing}
      ${effect && off ? effectTable(effect, positionOf(explanation, group, this.query).name) : nothing}
    </section>`;
  }

  private readonly toggle = () => { this.off = !this.off; };

  private forget(): void {
    this.giveUp();
    this.effect = undefined;
    this.failure = '';
  }

  private giveUp(): void {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = undefined;
  }

  /** The last answer stays to be seen until the next is there. */
  private load(): void {
    this.giveUp();
    const abort = this.abort = new AbortController();
    const { kind, layer, head } = this.head;
    const heads = this.group.layers.find(candidate => candidate.layer === layer)?.heads ?? 0;
    const off = this.scope === 'head' ? [{ kind, layer, head }] : Array.from({ length: heads }, (_, h) => ({ kind, layer, head: h }));
    const { index } = positionOf(this.explanation, this.group, this.query);
    this.timer = window.setTimeout(() => {
      this.ask(off, index, abort.signal).then(effect => {
        if (abort.signal.aborted) return;
        this.effect = effect;
        this.failure = '';
      }, (error: unknown) => {
        if (abort.signal.aborted) return;
        this.effect = undefined;
        this.failure = error instanceof Error ? error.message : String(error);
      });
    }, pause);
  }
}
