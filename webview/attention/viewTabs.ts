import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PanelTab } from '../run/panelTab';
import { ChoiceRow } from '../common/choiceRow';
import { sharedStyles } from '../common/styles';

/** The tabs of the pictures. Fires `change` with the new `value`. */
@customElement('headlight-tabs')
export class ViewTabs extends ChoiceRow {
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

  protected override get values() {
    return this.tabs.map(({ id }) => id);
  }

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
}
