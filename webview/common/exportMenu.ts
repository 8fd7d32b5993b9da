import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sharedStyles } from './styles';
import type { ExportFormat } from './saveExport';
import { componentEvent } from './componentEvent';
import { icon } from './icons';
import { loadScript } from './loadScript';

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
      .failure {
        position: absolute;
        right: 0;
        z-index: 10;
        width: 240px;
        background: var(--vscode-menu-background);
      }
    `,
  ];

  /** The entries; absent: what a view of a run's heads can be saved as. */
  @property({ attribute: false }) groups?: readonly (readonly ExportEntry[])[];
  @state() private shown = false;
  @state() private failure = '';

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
          ? html`<headlight-export-items
                .groups=${this.groups}
                @item-choose=${({ detail }: CustomEvent<ExportFormat>) => this.choose(detail)}
                @items-close=${this.leave}
              ></headlight-export-items
              >${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}`
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
    this.failure = '';
    // The button alone stands in the first picture.
    loadScript('The menu', () => import('./exportItems')).catch((error: unknown) => {
      this.failure = (error as Error).message;
    });
  }

  private readonly close = () => {
    this.shown = false;
    removeEventListener('pointerdown', this.onOutside, { capture: true });
    removeEventListener('blur', this.close);
  };

  private choose(format: ExportFormat): void {
    this.leave();
    this.dispatchEvent(componentEvent('export-choose', format));
  }

  /** Closes the menu, and goes back to the button. */
  private readonly leave = () => {
    this.close();
    this.renderRoot.querySelector<HTMLElement>('.open')?.focus();
  };

  private readonly onOutside = (event: Event) => {
    if (!event.composedPath().includes(this)) this.close();
  };
}
