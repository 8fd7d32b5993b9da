import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AttentionGroup } from '../../core/run/explanation';
import { barStyles } from '../common/bar.styles';
import { duration } from '../common/duration';
import { sharedStyles } from '../common/styles';
import { panelEvent, type PanelEvents } from '../run/events';
import '../common/exportMenu';
import type { PanelRun, TabExports } from '../run/panelTab';
import { cutNotice, headCount, tokenCount } from '../run/wording';
import { icon } from '../common/icons';

/** The panel's top: the model, where the text is from, how much of it, how long it took; below, what is to know. */
@customElement('headlight-bar')
export class PanelBar extends LitElement {
  static override styles = [
    sharedStyles,
    barStyles,
    css`
      :host {
        border-bottom: 1px solid var(--headlight-border);
      }
      .chip {
        max-width: 100%;
        overflow: hidden;
      }
      headlight-export {
        margin-inline-start: auto;
      }
      .notice {
        padding: 0 12px 6px;
      }
    `,
  ];

  @property({ attribute: false }) run!: PanelRun;
  @property({ attribute: false }) group!: AttentionGroup;
  /** What the shown tab can be saved as. */
  @property({ attribute: false }) exports!: TabExports;

  override render() {
    const { title, explanation, elapsed, notice = cutNotice(explanation) } = this.run;
    const { model } = explanation;
    return html`<div class="bar">
        <span class="chip" title="${model.found}, reads ${model.contextLength} tokens at most"
          >${icon('chip')} ${model.id} <span class="dim">${headCount(this.group)} · ${model.dtype}</span></span
        >
        <h1 class="title dim" title=${this.timing}>${title} · ${tokenCount(explanation)} · ${duration(elapsed)}</h1>
        <headlight-export
          .groups=${this.exports.menu}
          @export-choose=${({ detail }: CustomEvent<PanelEvents['export-choose']>) => this.dispatchEvent(panelEvent('export-choose', detail))}
        ></headlight-export>
      </div>
      ${notice ? html`<div class="notice" role="note">${icon('info')}<span>${notice}</span></div>` : nothing}`;
  }

  private get timing(): string {
    const {
      explanation: { times },
      elapsed,
    } = this.run;
    const load = times.load > 0 ? `, opening the model ${duration(times.load)}` : '';
    return `The model's run ${duration(times.run)}, in the process ${duration(times.total)}${load}; from command to answer ${duration(elapsed)}`;
  }
}
