import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { weightFormats, type WeightFormat } from '../../core/export/weightFormats';
import { componentEvent } from './componentEvent';
import { type ExportEntry, pictureExports } from './exportMenu';
import { sharedStyles } from './styles';

const [page, ...weights] = weightFormats.map((each: WeightFormat): ExportEntry => {
  const what = each.holds === 'head' ? 'this head' : 'all heads';
  return { format: each.format, label: each.label, note: each.note ? `${what}, ${each.note}` : what };
});

/** What a view of a run's heads can be saved as. */
const attentionExports: readonly (readonly ExportEntry[])[] = [[...pictureExports, page], weights];

/** The formats of an export menu, where that is open. Fires `item-choose` with a format, and `items-close` where Escape or Tab ends it. */
@customElement('headlight-export-items')
export class ExportItems extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      [role='menu'] {
        position: absolute;
        right: 0;
        top: 28px;
        z-index: 10;
        width: max-content;
        padding: 4px;
        border-radius: 5px;
        color: var(--vscode-menu-foreground);
        background: var(--vscode-menu-background);
        border: 1px solid var(--vscode-menu-border, var(--headlight-line));
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      .left {
        left: 0;
        right: auto;
      }
      [role='menuitem'] {
        all: unset;
        box-sizing: border-box;
        display: flex;
        justify-content: space-between;
        gap: 24px;
        width: 100%;
        white-space: nowrap;
        padding: 0 10px;
        line-height: 24px;
        border-radius: 3px;
        cursor: pointer;
      }
      [role='menuitem']:hover,
      [role='menuitem']:focus {
        color: var(--vscode-menu-selectionForeground);
        background: var(--vscode-menu-selectionBackground);
        outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
      }
      [role='menuitem'] .note {
        opacity: 0.75;
      }
      [role='separator'] {
        height: 1px;
        margin: 4px 0;
        background: var(--vscode-menu-separatorBackground, var(--headlight-line));
      }
    `,
  ];

  @property({ attribute: false }) groups?: readonly (readonly ExportEntry[])[];

  override render() {
    return html`<div role="menu" aria-label="Export" @keydown=${this.onKey}>
      ${(this.groups ?? attentionExports).map(
        (group, i) =>
          html`${i > 0 ? html`<div role="separator"></div>` : nothing}${group.map(
            ({ format, label, note }) =>
              html` <button
                role="menuitem"
                tabindex="-1"
                @click=${() => this.dispatchEvent(componentEvent('item-choose', format))}
              >
                <span>${label}</span><span class="note">${note}</span>
              </button>`,
          )}`,
      )}
    </div>`;
  }

  protected override firstUpdated(): void {
    const menu = this.renderRoot.querySelector<HTMLElement>('[role=menu]');
    // Where the panel is so narrow that the button stands at its left, the menu opens to the right.
    menu?.classList.toggle('left', menu.getBoundingClientRect().left < 0);
    this.items[0]?.focus();
  }

  private get items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const { items } = this;
    const { length } = items;
    const at = items.findIndex(item => item === this.renderRoot.querySelector(':focus'));
    const to = { ArrowDown: (at + 1) % length, ArrowUp: (at - 1 + length) % length, Home: 0, End: length - 1 }[
      event.key
    ];
    if (to !== undefined) items[to].focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      this.dispatchEvent(componentEvent('items-close', undefined));
    } else if (event.key !== 'Enter' && event.key !== ' ') return;
    event.stopPropagation();
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
  };
}
