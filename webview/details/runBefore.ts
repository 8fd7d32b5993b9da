import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { HeadMove } from '../../core/attention/compare/headMoves';
import type { RunBefore } from '../../core/protocol/attentionPanelProtocol';
import type { Explanation } from '../../core/run/explanation';
import { firstDifference } from '../../core/text/firstDifference';
import { sharedStyles } from '../common/styles';
import { panelEvent } from '../run/events';
import { selectOnly } from '../run/headSelection';
import { formatWeight } from '../run/wording';
import { detailsStyles } from './details.styles';

/** The run of the same place before: what differs, which heads moved most, and the way to compare. Fires `heads-choose` and `before-compare`. */
@customElement('headlight-before')
export class RunBeforeDetails extends LitElement {
  static override styles = [
    sharedStyles,
    detailsStyles,
    css`
      p {
        margin: 0 0 6px;
        line-height: 18px;
      }
      .moved .link + .link {
        margin-inline-start: 10px;
      }
    `,
  ];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) earlier!: RunBefore;
  /** The heads that moved most. */
  @property({ attribute: false }) moved: readonly HeadMove[] = [];

  override render() {
    const {
      earlier: { explanation: held, time },
      explanation,
      moved,
    } = this;
    const { model } = held;
    const sameModel = model.id === explanation.model.id && model.dtype === explanation.model.dtype;
    const difference = firstDifference(explanation.text, held.text);
    return html`<section aria-label="The run before">
      <h2>Before <span class="dim">the run of ${time}</span></h2>
      <p class="dim">
        ${difference ? html`<bdi>${difference}</bdi>` : 'The same text'}${sameModel ? nothing : html` · ${model.id} · ${model.dtype}`}
      </p>
      ${
        moved.length > 0
          ? html`<p class="moved">
              <span
                class="dim"
                title="Mean Jensen-Shannon divergence over the tokens that the edit can have changed, bits"
                >Moved most</span
              >
              ${moved.map(
                place =>
                  html`<button
                    class="link"
                    title="Show head ${place.layer}.${place.head}"
                    @click=${() => this.dispatchEvent(panelEvent('heads-choose', selectOnly(place)))}
                  >
                    ${place.layer}.${place.head}
                    <span class="dim number">${formatWeight(place.distance)}</span>
                  </button>`,
              )}
            </p>`
          : nothing
      }
      <button class="button secondary" @click=${() => this.dispatchEvent(panelEvent('before-compare', undefined))}>
        Compare with the Run Before
      </button>
    </section>`;
  }
}
