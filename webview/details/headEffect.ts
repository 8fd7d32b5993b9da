import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionGroup, Effect, Explanation, HeadAddress, Prediction } from '../../core/run/explanation';
import { type Segment, segmented } from '../common/segmented';
import { icon } from '../common/icons';
import { selectStyles, sharedStyles } from '../common/styles';
import { effectTable, effectTableStyles, formatEffect } from './effectTable';
import { tokensOf } from '../run/choice';
import { positionOf } from './effectPosition';
import type { HeadRanking, RankedFor } from '../run/headRanking';
import { panelEvent } from '../run/events';
import type { RunHost } from '../run/runHost';
import { detailsStyles } from './details.styles';
import { headName } from '../run/wording';
import { headEffectStyles } from './headEffect.styles';

type Scope = 'head' | 'selected' | 'layer' | 'token';
type Instead = 'zero' | 'mean';
type RankBy = 'divergence' | 'token' | 'difference';

/** At how many places of a text heads are ranked at most. */
const mostPositions = 16;

function spread(length: number): number[] {
  const count = Math.min(length, mostPositions);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count));
}

/** One head, those that are selected where they are several, or a layer. */
function scopesOf(selected: number): readonly Segment[] {
  return [
    { value: 'head', label: 'head', name: 'This head' },
    ...(selected > 1 ? [{ value: 'selected', label: `${selected} heads`, name: 'All selected heads at once' }] : []),
    { value: 'layer', label: 'layer', name: 'All heads of this layer' },
  ];
}

/** For encoders, which have a token for a place that is to be filled. */
const tokenScope: Segment = { value: 'token', label: 'token', name: 'The chosen token, hidden behind the mask token' };

const insteads: readonly Segment[] = [
  { value: 'zero', label: 'zero', name: 'In its place: nothing' },
  { value: 'mean', label: 'mean', name: 'In its place: the mean over the positions of what it gives' },
];

/** So long a switch waits for the next change, so that moving over tokens does not run the model for each. */
const pause = 120;

/** The causal check beside a picture of attention: the chosen head (or those selected, or its layer) off, and what the model then says. */
@customElement('headlight-effect')
export class HeadEffect extends LitElement {
  static override styles = [sharedStyles, detailsStyles, effectTableStyles, selectStyles, headEffectStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) head!: HeadAddress;
  /** The selected heads; `head` is one of them. */
  @property({ attribute: false }) heads: readonly HeadAddress[] = [];
  /** The chosen query. */
  @property({ attribute: false }) query = 0;
  /** What the model says at a position, likeliest first, where it is known. */
  @property({ attribute: false }) predictionsAt: (position: number) => readonly Prediction[] | undefined = () =>
    undefined;
  @property({ attribute: false }) host!: RunHost;
  /** Changes without becoming another object: each setting draws anew. */
  @property({ attribute: false, hasChanged: () => true }) ranking!: HeadRanking;

  @state() private off = false;
  @state() private scope: Scope = 'head';
  @state() private instead: Instead = 'zero';
  /** The token whose log-probability is told in place of what really follows: picked, or typed. */
  @state() private asked?: { readonly id: number; readonly text: string } | { readonly word: string };
  @state() private by: RankBy = 'divergence';
  @state() private everywhere = false;
  @state() private effect?: Effect;
  @state() private failure = '';
  private abort?: AbortController;
  private timer = 0;

  override disconnectedCallback(): void {
    this.giveUp();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation')) {
      this.off = false;
      this.asked = undefined;
    }
    if ((this.scope === 'token' && !this.masks) || (this.scope === 'selected' && this.heads.length < 2)) {
      this.scope = 'head';
    }
    const asks =
      ['explanation', 'head', 'query', 'off', 'scope', 'instead', 'asked'].some(name => changed.has(name)) ||
      (changed.has('heads') && this.scope === 'selected');
    if (!asks) return;
    if (this.off) this.load();
    else this.forget();
  }

  override render() {
    const { explanation, group, masks } = this;
    const switches = explanation.predictions.length > 0 || explanation.classes !== undefined;
    if (!switches && !masks) return nothing;
    const { off, scope, instead, effect, failure } = this;
    const hides = scope === 'token';
    const several = scope === 'selected';
    const name =
      scope === 'head'
        ? headName(this.head)
        : hides
          ? `token ${this.query}`
          : several
            ? `${this.heads.length} heads`
            : `Layer ${this.head.layer}`;
    const does = hides
      ? 'Put the mask token in place of this token and run the model again'
      : instead === 'zero'
        ? `Multiply ${several ? 'the selected heads’' : `this ${scope}’s`} attention by zero and run the model again`
        : `Give each position the mean over all positions of what ${several ? 'each of the selected heads' : `this ${scope}`} gives, and run the model again`;
    return html`<section aria-label="What it does">
      <h2>
        What it does
        <span class="dim">${name} ${off ? (hides ? 'is hidden' : several ? 'are off' : 'is off') : ''}</span>
      </h2>
      <div class="tools">
        <button class="button ${off ? 'secondary' : ''}" aria-pressed=${off} @click=${this.toggle} title=${does}>
          ${hides ? (off ? 'Show' : 'Hide') : off ? 'Switch On' : 'Switch Off'}
        </button>
        ${segmented('What to switch', [...scopesOf(this.heads.length), ...(masks ? [tokenScope] : [])], scope, this.switch)}
        ${hides ? nothing : segmented('What is put in its place', insteads, instead, this.replace)}
      </div>
      ${failure ? html`<p class="failure" role="alert">${failure}</p>` : nothing}
      ${
        effect && off
          ? effectTable(
              effect,
              hides && !explanation.classes
                ? `at token ${this.query}`
                : positionOf(explanation, group, this.query).name,
              explanation.classes || explanation.predicts === 'class' || hides
                ? undefined
                : ({ id, text }) => {
                    this.asked = { id, text };
                  },
            )
          : nothing
      }
      ${off && !hides && !explanation.classes && explanation.predicts !== 'class' ? this.askToken() : nothing}
      ${switches && !hides ? this.rank() : nothing}
    </section>`;
  }

  /** Which token's log-probability is told: what really follows, a row of the table, or what is typed. */
  private askToken() {
    const { asked, effect } = this;
    const word = asked && 'word' in asked ? asked.word : undefined;
    const partly = word !== undefined && effect?.token && effect.token.text !== word;
    return html`<div class="follow">
        <label class="dim" for="follow">log p of</label>
        <input
          id="follow"
          class="field"
          placeholder="what follows"
          spellcheck="false"
          title="A token to follow: type it with its leading space and press Enter, or click one above. Empty: what really follows."
          .value=${word ?? (asked && 'text' in asked ? asked.text : '')}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLInputElement;
            this.asked = value === '' ? undefined : { word: value };
          }}
        />
      </div>
      ${partly ? html`<p class="dim">“${word}” is several tokens; this is its first.</p>` : nothing}`;
  }

  /** Where the head stands among all, and what lets one find out. */
  private rank() {
    const { ranking, head } = this;
    const current = ranking.isOf({ kind: this.group.kind, ...this.rankedBy });
    const place = current ? ranking.placeOf(head) : undefined;
    const scores = this.explanation.model.outputs === 'scores';
    const done = ranking.effects.length;
    return html`${
        place
          ? html`<p class="dim place">
              ${headName(head)} alone: ${scores ? 'the score falls by ' : ''}${formatEffect(place.bits, scores)}, rank
              ${place.rank} of ${done}${done < ranking.total ? ' so far' : ''}
            </p>`
          : nothing
      }
      ${
        current && !ranking.running && done > 0 && done < ranking.total
          ? html`<p class="dim">${done} of ${ranking.total} heads are ranked; the overview has them.</p>`
          : nothing
      }
      ${current && ranking.failure ? html`<p class="failure" role="alert">${ranking.failure}</p>` : nothing}
      ${this.rankChoices()}
      <div class="rank">
        ${
          ranking.running
            ? html`<progress aria-label="Heads ranked" max=${ranking.total} value=${done}></progress
                ><span class="mono number">${done}/${ranking.total}</span>
                <button class="button secondary" @click=${this.cancelRanking}>Cancel</button>`
            : html`<button
                class="button secondary"
                title="Switch each head off alone and compare what the model then says here"
                @click=${this.startRanking}
              >
                Rank All Heads by Effect
              </button>`
        }
      </div>`;
  }

  /** Whether a token of the text can be hidden behind the mask token. */
  private get masks(): boolean {
    const { task } = this.explanation.model;
    return (task === 'text-classification' || task === 'fill-mask') && this.group.queries === 'input';
  }

  /** By what heads are ranked, and where. */
  private rankChoices() {
    const { explanation, by, everywhere } = this;
    const { predicts = 'next', classes } = explanation;
    if (classes || predicts === 'class') return nothing;
    const { asked } = this;
    const name = asked ? `“${'word' in asked ? asked.word : asked.text}”` : 'what follows';
    const [likeliest] = this.predictionsAt(positionOf(explanation, this.group, this.query).index) ?? [];
    const option = (value: RankBy, label: string) =>
      html`<option value=${value} ?selected=${by === value}>${label}</option>`;
    return html`<div class="follow wraps">
      <label class="dim" for="rank-by">rank by</label>
      <span class="select"
        ><select
          id="rank-by"
          title="What heads are ranked by, in bits"
          @change=${(event: Event) => {
            this.by = (event.target as HTMLSelectElement).value as RankBy;
          }}
        >
          ${option('divergence', 'all that changes')}
          ${asked || predicts === 'next' ? option('token', `log p of ${name}`) : nothing}
          ${asked && likeliest ? option('difference', `log p of ${name} less “${likeliest.text}”`) : nothing}</select
        >${icon('chevron-down')}</span
      >
      <label class="dim check" title="The mean over up to ${mostPositions} places of the text">
        <input
          type="checkbox"
          .checked=${everywhere}
          @change=${(event: Event) => {
            this.everywhere = (event.target as HTMLInputElement).checked;
          }}
        />
        everywhere
      </label>
    </div>`;
  }

  /** What heads are ranked by, of what is chosen now. */
  private get rankedBy(): Omit<RankedFor, 'kind'> {
    const { explanation, asked } = this;
    const { index: position } = positionOf(explanation, this.group, this.query);
    const [likeliest] = this.predictionsAt(position) ?? [];
    const of = asked && ('word' in asked ? { word: asked.word } : { token: asked.id });
    const byToken = of
      ? { of, against: this.by === 'difference' && likeliest ? { token: likeliest.id } : undefined }
      : 'follows';
    const length = tokensOf(explanation, explanation.predictionsOf).length;
    return {
      position,
      mean: this.instead === 'mean',
      by: this.by === 'divergence' || explanation.classes ? undefined : byToken,
      positions: this.everywhere && !explanation.classes ? spread(length - 1) : undefined,
    };
  }

  private readonly startRanking = () => {
    void this.ranking.start(this.group, this.rankedBy).then(() => {
      this.dispatchEvent(panelEvent('heads-ranked', undefined));
    });
  };

  private readonly cancelRanking = () => {
    this.ranking.cancel();
    this.requestUpdate();
  };

  private readonly switch = (scope: Scope) => {
    this.scope = scope;
  };

  private readonly replace = (instead: Instead) => {
    this.instead = instead;
  };

  private readonly toggle = () => {
    this.off = !this.off;
  };

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
    const abort = (this.abort = new AbortController());
    const { kind, layer, head } = this.head;
    const heads = this.group.layers.find(candidate => candidate.layer === layer)?.heads ?? 0;
    const off =
      this.scope === 'head'
        ? [{ kind, layer, head }]
        : this.scope === 'selected'
          ? this.heads
          : Array.from({ length: heads }, (_, h) => ({ kind, layer, head: h }));
    const { explanation, query, instead, asked } = this;
    const { index } = positionOf(explanation, this.group, query);
    // What really follows or stands here, whose log-probability is told; there is nothing like it for a classifier.
    const { classes, predicts = 'next', predictionsOf } = explanation;
    const follows =
      classes || predicts === 'class'
        ? undefined
        : tokensOf(explanation, predictionsOf)[predicts === 'next' ? index + 1 : index]?.id;
    const token = asked ? ('word' in asked ? { word: asked.word } : { token: asked.id }) : { token: follows };
    this.timer = window.setTimeout(() => {
      const answer =
        this.scope === 'token'
          ? this.host.request(RunRequest.mask, { token: query }, abort.signal)
          : this.host.request(
              RunRequest.switchOff,
              { heads: off, position: index, mean: instead === 'mean', ...token },
              abort.signal,
            );
      answer.then(
        effect => {
          if (abort.signal.aborted) return;
          this.effect = effect;
          this.failure = '';
        },
        (error: unknown) => {
          if (abort.signal.aborted) return;
          this.effect = undefined;
          this.failure = error instanceof Error ? error.message : String(error);
        },
      );
    }, pause);
  }
}
