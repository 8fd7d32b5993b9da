import { html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import type { HeadAddress } from '../../core/run/explanation';

/** A picture of how far all heads are from each other, of which two are held against each other. Fires {@link CompareEvents}. */
export abstract class HeadsPicture extends LitElement {
  @property({ attribute: false }) groups?: HeadGroups;
  @property({ attribute: false }) one!: HeadAddress;
  @property({ attribute: false }) other?: HeadAddress;
  /** Marks heads; none: lets go of the marks. */
  @property({ attribute: false }) mark!: (heads: readonly HeadPlace[]) => void;

  /** What stands above it until the distances are there. */
  protected abstract readonly heading: string;

  override render() {
    if (this.groups) return this.picture(this.groups);
    return html`<h2>${this.heading}</h2>
      <p class="dim" role="status">Comparing the heads…</p>`;
  }

  protected abstract picture(groups: HeadGroups): unknown;
}
