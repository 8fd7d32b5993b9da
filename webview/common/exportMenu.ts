import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { weightFormats, type WeightFormat } from '../../core/export/weightFormats';
import { sharedStyles } from './styles';
import type { ExportFormat } from './saveExport';
import { componentEvent } from './componentEvent';
import { icon } from './icons';

/** A line of the menu. */
export interface ExportEntry {
  readonly format: ExportFormat;
  readonly label: string;
  readonly note: string;
}

/** A picture, in the formats that every view has. @param note what is in it. */
export function pictureEntries(note: string): readonly ExportEntry[] {
  return [
    { format: 'copy', label: 'Copy as Image', note },
    { format: 'png', label: 'PNG…', note },
    { format: 'svg', label: 'SVG…', note },
  ];
}

/** A picture of what is shown. */
export const pictureExports = pictureEntries('what is shown');

const [page, ...weights] = weightFormats.map((each: WeightFormat): ExportEntry => {
  const what = each.holds === 'head' ? 'this head' : 'all heads';
  return { format: each.format, label: each.label, note: each.note ? `${what}, ${each.note}` : what };
});

/** What a view of a run's heads can be saved as. */
export const attentionExports: readonly (readonly ExportEntry[])[] = [[...pictureExports, page], weights];

/** A button with a menu of formats. Fires `export-choose`. */
@customElement('headlight-export')
export class ExportMenu extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
        position: relative;
        flex: none;
      }
      .open {
        all: unset;
        box-sizing: border-box;
        display: inline-flex;
        align-items: center;
        gap: 5px;
        padding: 0 8px;
        line-height: 22px;
        cursor: pointer;
        border-radius: 4px;
        color: var(--vscode-foreground);
        border: 1px solid var(--vscode-contrastBorder, transparent);
        background: color-mix(in srgb, var(--vscode-foreground) 9%, transparent);
      }
      /* In a narrow bar the icon stands for it: the title needs the room. */
      @container (max-width: 619px) {
        .open {
          gap: 0;
        }
        .word {
          width: 0;
          overflow: hidden;
        }
      }
      .open:hover {
        background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
      }
      .open:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
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

  @property({ attribute: false }) groups = attentionExports;
  @state() private shown = false;

  override disconnectedCallback(): void {
    this.close();
    super.disconnectedCallback();
  }

  override render() {
    return html`<button
        class="open"
        title="Export"
        aria-haspopup="menu"
        aria-expanded=${this.shown}
        @click=${this.toggle}
      >
        ${icon('edit-session')}<span class="word">Export</span>
      </button>
      ${
        this.shown
          ? html`<div role="menu" aria-label="Export" @keydown=${this.onKey}>
              ${this.groups.map(
                (group, i) =>
                  html`${i > 0 ? html`<div role="separator"></div>` : nothing}${group.map(
                    ({ format, label, note }) =>
                      html` <button role="menuitem" tabindex="-1" @click=${() => this.choose(format)}>
                        <span>${label}</span><span class="note">${note}</span>
                      </button>`,
                  )}`,
              )}
            </div>`
          : nothing
      }`;
  }

  private readonly toggle = () => {
    if (this.shown) this.close();
    else this.show();
  };

  private show(): void {
    this.shown = true;
    addEventListener('pointerdown', this.onOutside, { capture: true });
    addEventListener('blur', this.close);
    void this.updateComplete.then(() => {
      const menu = this.renderRoot.querySelector<HTMLElement>('[role=menu]');
      // Where the panel is so narrow that the button stands at its left, the menu opens to the right.
      menu?.classList.toggle('left', menu.getBoundingClientRect().left < 0);
      this.items[0]?.focus();
    });
  }

  private readonly close = () => {
    this.shown = false;
    removeEventListener('pointerdown', this.onOutside, { capture: true });
    removeEventListener('blur', this.close);
  };

  private choose(format: ExportEntry['format']): void {
    this.close();
    this.renderRoot.querySelector<HTMLElement>('.open')?.focus();
    this.dispatchEvent(componentEvent('export-choose', format));
  }

  private get items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  private readonly onOutside = (event: Event) => {
    if (!event.composedPath().includes(this)) this.close();
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const { items } = this;
    const { length } = items;
    const at = items.findIndex(item => item === this.renderRoot.querySelector(':focus'));
    const to = { ArrowDown: (at + 1) % length, ArrowUp: (at - 1 + length) % length, Home: 0, End: length - 1 }[
      event.key
    ];
    if (to !== undefined) items[to].focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      this.close();
      this.renderRoot.querySelector<HTMLElement>('.open')?.focus();
    } else if (event.key !== 'Enter' && event.key !== ' ') return;
    event.stopPropagation();
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
  };
}
