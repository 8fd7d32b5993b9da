import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PanelTab } from '../run/panelTab';
import { ChoiceRow } from '../common/choiceRow';
import { icon } from '../common/icons';
import { sharedStyles } from '../common/styles';
import { WidthController } from '../common/widthController';

/** The tabs of the pictures. Fires `change` with the new `value`. */
@customElement('headlight-tabs')
export class ViewTabs extends ChoiceRow {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
      }
      /* As the editor's own tabs: one row, that scrolls where it is too long. */
      [role='tablist'] {
        display: flex;
        gap: 0 16px;
        white-space: nowrap;
        overflow-x: auto;
        scrollbar-width: none;
      }
      .further {
        position: absolute;
        top: 0;
        bottom: 2px;
        width: 26px;
        padding: 0;
        display: flex;
        align-items: center;
        justify-content: end;
        right: 0;
        background: linear-gradient(to right, transparent, var(--vscode-editor-background) 10px);
      }
      .further.back {
        right: auto;
        left: 0;
        justify-content: start;
        background: linear-gradient(to left, transparent, var(--vscode-editor-background) 10px);
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

  /** Whether tabs are out of sight on the left, on the right. */
  @state() private further = [false, false];

  private readonly widths = new WidthController(this);

  protected override updated(changed: PropertyValues): void {
    if (changed.has('value') || changed.has('tabs')) {
      const tab = this.renderRoot.querySelector('[aria-selected=true]');
      tab?.scrollIntoView({ block: 'nearest', inline: 'center' });
    }
    this.look();
  }

  override render() {
    return html`<div role="tablist" aria-label="Picture" @keydown=${this.onKey} @scroll=${this.look}>
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
      </div>
      ${this.further.map((hidden, i) =>
        hidden
          ? // The arrow keys reach all tabs: this is for the mouse alone.
            html`<button
              class="further ${i === 0 ? 'back' : ''}"
              tabindex="-1"
              aria-hidden="true"
              title=${i === 0 ? 'Earlier tabs' : 'Further tabs'}
              @click=${() => this.row?.scrollBy({ left: (i === 0 ? -1 : 1) * this.widths.width * 0.6 })}
            >
              ${icon(i === 0 ? 'chevron-left' : 'chevron-right')}
            </button>`
          : nothing,
      )}`;
  }

  private get row(): HTMLElement | null {
    return this.renderRoot.querySelector('[role=tablist]');
  }

  private readonly look = () => {
    if (!this.row) return;
    const { scrollLeft, scrollWidth, clientWidth } = this.row;
    const further = [scrollLeft > 1, scrollLeft + clientWidth < scrollWidth - 1];
    if (further.some((hidden, i) => hidden !== this.further[i])) this.further = further;
  };
}
