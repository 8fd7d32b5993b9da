import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PanelView } from '../../core/protocol/attentionPanelProtocol';
import { sharedStyles } from '../common/styles';

/** The pictures of the panel, in the order of their tabs. */
export const panelViews: readonly { readonly view: PanelView; readonly label: string }[] = [
  { view: 'matrix', label: 'Matrix' },
  { view: 'lines', label: 'Lines' },
  { view: 'text', label: 'Text' },
  { view: 'steps', label: 'Steps' },
  { view: 'compare', label: 'Compare' },
  { view: 'logitLens', label: 'Logit Lens' },
];

/** The tabs of the pictures. Fires `change` with the new `value`. */
@customElement('headlight-tabs')
export class ViewTabs extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
      }
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

  @property() value: PanelView = 'matrix';

  override render() {
    return html`<div role="tablist" aria-label="Picture" @keydown=${this.onKey}>
      ${panelViews.map(
        ({ view, label }, i) =>
          html`<button
            role="tab"
            aria-selected=${view === this.value}
            tabindex=${view === this.value ? 0 : -1}
            title="${label} (${i + 1})"
            @click=${() => this.choose(view)}
          >
            ${label}
          </button>`,
      )}
    </div>`;
  }

  private choose(view: PanelView): void {
    if (view === this.value) return;
    this.value = view;
    this.dispatchEvent(new Event('change'));
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = panelViews.findIndex(({ view }) => view === this.value);
    this.choose(panelViews[(index + step + panelViews.length) % panelViews.length].view);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
}
