import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { PanelRequest, type RunPartner } from '../../core/protocol/attentionPanelProtocol';
import type { RunHost } from '../run/runHost';
import { tokenCount } from '../run/wording';
import { chip } from '../common/chip';
import { sharedStyles } from '../common/styles';
import { icon } from '../common/icons';

/** What the run can be held against. */
const others = [
  {
    what: 'run',
    label: 'Another Run…',
    title: 'Hold this run against another: another text, an edit, a variant of a prompt',
  },
  {
    what: 'model',
    label: 'Another Model…',
    title: 'Run another model, or this one in another precision, on the same text',
  },
] as const;

/** What the run is held against: its own heads or another run; and how to choose that. */
@customElement('headlight-against')
export class CompareAgainst extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 10px;
        padding: 8px 12px 0;
      }
      .what {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 10px;
        min-width: 0;
        max-width: 100%;
        white-space: nowrap;
      }
      .partner {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        overflow: hidden;
        line-height: 22px;
        ${chip};
        padding-right: 4px;
      }
      .partner > span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .partner .dim {
        flex-shrink: 2;
      }
      .close {
        all: unset;
        flex: none;
        cursor: pointer;
        border-radius: 4px;
        padding: 1px;
        line-height: 0;
      }
      .close:hover {
        background: var(--vscode-toolbar-hoverBackground);
      }
      .close:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      .grow {
        flex: 1;
      }
    `,
  ];

  @property({ attribute: false }) host!: RunHost;
  @property({ attribute: false }) partner?: RunPartner;
  @state() private failure = '';

  override render() {
    const { partner, failure } = this;
    return html`<div class="what">
        <span class="dim">Against</span>
        ${
          partner
            ? html`<span class="partner" title="${partner.title}, ${partner.explanation.model.found}"
                ><span class="name">${partner.name}</span>
                <span class="dim"
                  >${partner.explanation.model.id} · ${partner.explanation.model.dtype} ·
                  ${tokenCount(partner.explanation)}</span
                >
                <button
                  class="close"
                  title="Compare the heads of one run again"
                  aria-label="Stop comparing with ${partner.name}"
                  @click=${() => this.ask('nothing')}
                >
                  ${icon('close')}
                </button></span
              >`
            : html`<span>other heads of this run</span>`
        }
        ${others.map(
          ({ what, label, title }) =>
            html`<button class="button secondary" title=${title} @click=${() => this.ask(what)}>${label}</button>`,
        )}
      </div>
      <span class="grow"></span
      ><slot></slot> ${failure ? html`<span class="failure" role="alert">${failure}</span>` : nothing}`;
  }

  private ask(what: 'run' | 'model' | 'nothing'): void {
    this.failure = '';
    this.host.request(PanelRequest.compareWith, { what }).catch((error: unknown) => {
      this.failure = error instanceof Error ? error.message : String(error);
    });
  }
}
