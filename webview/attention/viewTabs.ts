import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PanelTab } from '../run/panelTab';
import { sharedStyles } from '../common/styles';

/** The tabs of the pictures. Fires `change` with the new `value`. */
@customElement('headlight-tabs')
export class ViewTabs extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      [role='tablist'] {
        display: flex;
        flex-wrap: wrap;
        gap: 0 18px;
        white-space: nowrap;
      }
      button {
        all: unset;
        box-sizing: border-box;
        padding: 7px 0 6px;
        line-height: 20px;
        cursor: pointer;
        color: var(--headlight-dim);
        border-bottom: 2px solid transparent;
      }
      button:hover {
        color: var(--vscode-foreground);
      }
      button[aria-selected='true'] {
        color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
        border-bottom-color: var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder));
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 2px;
      }
    `,
  ];

  @property({ attribute: false }) tabs: readonly PanelTab[] = [];
  /** The id of the chosen tab. */
  @property() value = '';

  override render() {
    return html`<div role="tablist" aria-label="Picture" @keydown=${this.onKey}>
      ${this.tabs.map(
        ({ id, label }, i) =>
          html`<button
            role="tab"
            aria-selected=${id === this.value}
            tabindex=${id === this.value ? 0 : -1}
            title="${label} (${i + 1})"
            @click=${() => this.choose(id)}
          >
            ${label}
          </button>`,
      )}
    </div>`;
  }

  private choose(id: string): void {
    if (id === this.value) return;
    this.value = id;
    this.dispatchEvent(new Event('change'));
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { tabs } = this;
    const index = tabs.findIndex(({ id }) => id === this.value);
    this.choose(tabs[(index + step + tabs.length) % tabs.length].id);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
}
