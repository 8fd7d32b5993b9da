import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import { headsLike } from '../../core/attention/compare/headsLike';
import type { HeadAddress } from '../../core/protocol/explanation';
import { prop } from '../common/prop';
import { sharedStyles } from '../common/styles';
import { panelEvent } from './events';
import { selectOnly } from './headSelection';
import { formatWeight, headName } from './wording';

/** Gives the heads of the chosen kind by how alike they look. */
export type LoadGroups = () => Promise<HeadGroups>;

/** The heads that look most like the chosen one: asked for by a button, there from then on. Fires `heads-choose`. */
@customElement('headlight-similar')
export class SimilarHeads extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: block; }
    h2 { margin-bottom: 6px; }
    .like { display: flex; flex-wrap: wrap; gap: 6px; }
    .like button { all: unset; cursor: pointer; padding: 0 8px; line-height: 20px; border-radius: 4px; white-space: nowrap; background: color-mix(in srgb, var(--vscode-foreground) 9%, transparent); border: 1px solid var(--vscode-contrastBorder, transparent); }
    .like button:hover { background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent); }
    .like button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
    p { margin: 0; }
  `];

  @prop() head!: HeadAddress;
  /** Another function where it would give other groups. */
  @prop() load!: LoadGroups;

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
    if (!open) return html`<button class="button secondary" title="The heads that look most alike on this text" @click=${this.show}>Similar Heads</button>`;
    const at = groups?.heads.findIndex(place => place.layer === head.layer && place.head === head.head) ?? -1;
    return html`<section aria-label="Similar heads"><h2>Like ${headName(head)} <span class="dim">Jensen-Shannon, bits</span></h2>
      ${failure ? html`<p class="failure" role="alert">${failure}</p>` : groups ? nothing : html`<p class="dim" role="status">Comparing the heads…</p>`}
      ${groups && at >= 0 ? html`<div class="like mono">${headsLike(groups, at, 5).map(({ head: index, distance }) => {
        const place = groups.heads[index];
        return html`<button title="Show head ${place.layer}.${place.head}" @click=${() => this.dispatchEvent(panelEvent('heads-choose', selectOnly(place)))}>${place.layer}.${place.head} <span class="dim">${formatWeight(distance)}</span></button>`;
      })}</div>` : nothing}</section>`;
  }

  private readonly show = () => {
    this.open = true;
    this.ask();
  };

  private ask(): void {
    const { load } = this;
    this.failure = '';
    load().then(groups => {
      if (load === this.load) this.groups = groups;
    }, (error: unknown) => {
      if (load === this.load) this.failure = error instanceof Error ? error.message : String(error);
    });
  }
}
