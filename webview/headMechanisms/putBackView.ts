import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PutBackResult } from '../../core/export/mechanismsNumbers';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import type { PutBackPart, PutBackScope, PutBackWish } from '../../core/run/putBack';
import { type Segment, segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { positionOf } from '../details/effectPosition';
import { effectTable, effectTableStyles, formatEffect } from '../details/effectTable';
import type { RunHost } from '../run/runHost';
import { count, headName } from '../run/wording';
import { keepPutBack, putBackResults } from './putBackResults';
import { putBackStyles } from './putBackView.styles';

/** What is put back but for where: the mechanism as it is set. */
export type SetMechanism = Omit<PutBackWish, 'scope' | 'position'> & { readonly name: string };

let keptScope: PutBackScope = 'head';

/** Runs the model with heads computed by a mechanism, and shows what that does to what it says. */
@customElement('headlight-put-back')
export class PutBackView extends LitElement {
  static override styles = [sharedStyles, effectTableStyles, putBackStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) host!: RunHost;
  @property({ attribute: false }) set!: SetMechanism;

  @state() private scope = keptScope;
  @state() private done?: PutBackPart;
  @state() private failure = '';
  @state() private shown?: PutBackResult;

  private abort?: AbortController;

  override disconnectedCallback(): void {
    this.cancel();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('explanation') && !changed.has('set') && !changed.has('query') && !changed.has('scope')) return;
    const asked = this.asked;
    if (asked !== this.askedBefore) {
      this.cancel();
      this.failure = '';
      this.askedBefore = asked;
    }
    this.shown = putBackResults(this.explanation.run).find(({ wish }) => JSON.stringify(wish) === asked);
  }

  private askedBefore = '';

  private get wish(): PutBackWish {
    const { address, mechanism, parameters, temperature } = this.set;
    const { index: position } = positionOf(this.explanation, this.group, this.query);
    return { address, mechanism, parameters, temperature, scope: this.scope, position };
  }

  private get scores(): boolean {
    return this.explanation.model.outputs === 'scores';
  }

  private get asked(): string {
    return JSON.stringify(this.wish);
  }

  override render() {
    const { explanation, done, failure, shown, set } = this;
    if (explanation.predictions.length === 0 && !explanation.classes) {
      return html`<section aria-label="Put it back">
        <h2>Put it back</h2>
        <p class="dim">This model says nothing that could change: it has no logits.</p>
      </section>`;
    }
    return html`<section aria-label="Put it back">
      <h2>Put it back <span class="dim">${set.name}</span></h2>
      <div class="tools">
        ${segmented('Which heads are computed by it', this.scopes(), this.scope, scope => {
          this.scope = keptScope = scope;
        })}
        ${
          done
            ? html`<progress aria-label="Layers replaced" max=${done.of} value=${done.done}></progress
                ><button class="button secondary" @click=${this.cancel}>Cancel</button>`
            : html`<button
                class="button"
                title="Run the model with these heads’ attention computed by ${set.name}, and compare what it says"
                @click=${this.start}
              >
                Run
              </button>`
        }
      </div>
      ${failure ? html`<p class="failure" role="alert">${failure}</p>` : nothing}
      ${shown ? this.result(shown) : failure || done ? nothing : this.invitation()} ${this.all()}
    </section>`;
  }

  private scopes(): readonly Segment[] {
    const { layers } = this.group;
    const { layer } = this.set.address;
    const heads = layers.reduce((sum, { heads }) => sum + heads, 0);
    return [
      { value: 'head', label: 'this head', name: `${headName(this.set.address)} alone` },
      { value: 'layer', label: `layer ${layer}`, name: `All heads of layer ${layer}` },
      { value: 'all', label: 'all heads', name: `All ${heads} heads of this attention` },
    ];
  }

  private invitation() {
    return html`<p class="dim">
      What would it cost this model? Run it with this head, its layer or all heads computed that way, and see what it
      then says.
    </p>`;
  }

  private result({ answer }: PutBackResult) {
    const { explanation, group, query } = this;
    const { effect, divergence, positions, perplexity, rounds, heads } = answer;
    return html`${effectTable(
        { ...effect, inFloat32: answer.inFloat32 },
        positionOf(explanation, group, query).name,
        undefined,
        'put back',
      )}
      <p role="status">
        ${heads === 1 ? 'One head' : `${count(heads)} heads`} put
        back${
          positions > 1
            ? html`: <span class="number">${formatEffect(divergence, this.scores)}</span> ${this.scores ? '' : 'KL '}as
                the mean of ${count(positions)} positions`
            : nothing
        }${
          perplexity
            ? html` · perplexity of ${perplexity.tokens === 1 ? 'one token' : `${count(perplexity.tokens)} tokens`} of
                this text
                <span class="number">${amount(perplexity.before)} → ${amount(perplexity.after)}</span>`
            : nothing
        }.
      </p>
      ${
        rounds && !answer.inFloat32
          ? html`<p class="dim">
              This file rounds activations to 8 bits as it runs, which small changes are amplified by: put scaled dot
              product back to see how much that alone is.
            </p>`
          : nothing
      }`;
  }

  /** What was put back into this model on this text so far. */
  private all() {
    const results = putBackResults(this.explanation.run);
    if (results.length < 2) return nothing;
    const perplexity = results.some(({ answer }) => answer.perplexity);
    return html`<div class="so-far" tabindex="0" role="region" aria-label="What was put back so far">
      <table class="number mono">
        <caption class="dim">
          So far on this text:
          ${this.scores ? 'how much the score falls' : 'mean KL in bits'}${perplexity ? ', and perplexity' : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">mechanism</th>
            <th scope="col">heads</th>
            <th scope="col">${this.scores ? 'falls by' : 'KL'}</th>
            ${perplexity ? html`<th scope="col">perpl.</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${results.map(
            ({ name, wish, answer }) =>
              html`<tr class=${answer === this.shown?.answer ? 'chosen' : ''}>
                <th scope="row">${name}</th>
                <td>
                  ${wish.scope === 'head' ? headName(wish.address) : wish.scope === 'layer' ? `layer ${wish.address.layer}` : 'all'}
                </td>
                <td>${answer.divergence.toFixed(3)}</td>
                ${perplexity ? html`<td>${answer.perplexity ? amount(answer.perplexity.after) : ''}</td>` : nothing}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private readonly cancel = () => {
    this.abort?.abort();
    this.abort = undefined;
    this.done = undefined;
  };

  private readonly start = () => {
    this.cancel();
    this.failure = '';
    const abort = (this.abort = new AbortController());
    const { wish, explanation, set } = this;
    this.done = { done: 0, of: 1 };
    this.load(wish, abort.signal).then(
      answer => {
        if (!answer || abort.signal.aborted) return;
        this.done = undefined;
        this.shown = { wish, name: set.name, answer };
        keepPutBack(explanation.run, this.shown);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        this.done = undefined;
        this.failure = error instanceof Error ? error.message : String(error);
      },
    );
  };

  private async load(wish: PutBackWish, signal: AbortSignal) {
    for (;;) {
      const answer = await this.host.request(RunRequest.putBack, wish, signal);
      if (signal.aborted) return undefined;
      if (!('done' in answer)) return answer;
      this.done = answer;
    }
  }
}

/** "9.4", "1,847". */
function amount(perplexity: number): string {
  return perplexity < 100 ? perplexity.toFixed(1) : count(Math.round(perplexity));
}
