import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import type { HeadAddress } from '../../core/run/explanation';
import { sharedStyles } from '../common/styles';
import { panelEvent } from '../run/events';
import { selectOnly } from '../run/headSelection';
import type { LoadGroups } from '../run/runState';
import { similarHeadList, similarHeadListStyles } from '../run/similarHeadList';
import { detailsStyles } from './details.styles';
import { headName } from '../run/wording';

/** The heads that look most like the chosen one: asked for by a button, there from then on. Fires `heads-choose`. */
@customElement('headlight-similar')
export class SimilarHeads extends LitElement {
  static override styles = [
    sharedStyles,
    detailsStyles,
    similarHeadListStyles,
    css`
      p {
        margin: 0;
      }
    `,
  ];

  @property({ attribute: false }) head!: HeadAddress;
  /** Another function where it would give other groups. */
  @property({ attribute: false }) load!: LoadGroups;

  @state() private open = false;
  @state() private groups?: HeadGroups;
  @state() private failure = '';

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('load')) return;
    this.groups = undefined;
    if (this.open) this.ask();
  }

  override render() {
    const { groups, head, open, failure } = this;
    return html`<section aria-label="Similar heads">
      <h2>Like ${headName(head)} ${open ? html`<span class="dim">Jensen-Shannon, bits</span>` : nothing}</h2>
      ${
        !open
          ? html`<button
              class="button secondary"
              title="The heads that look most alike on this text"
              @click=${this.show}
            >
              Similar Heads
            </button>`
          : failure
            ? html`<p class="failure" role="alert">${failure}</p>`
            : groups
              ? nothing
              : html`<p class="dim" role="status">Comparing the heads…</p>`
      }
      ${groups ? similarHeadList(groups, head, 'Show %', place => this.dispatchEvent(panelEvent('heads-choose', selectOnly(place)))) : nothing}
    </section>`;
  }

  private readonly show = () => {
    this.open = true;
    this.ask();
  };

  private ask(): void {
    const { load } = this;
    this.failure = '';
    load().then(
      groups => {
        if (load === this.load) this.groups = groups;
      },
      (error: unknown) => {
        if (load === this.load) this.failure = error instanceof Error ? error.message : String(error);
      },
    );
  }
}
