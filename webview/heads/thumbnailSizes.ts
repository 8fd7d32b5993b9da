import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { sharedStyles } from '../common/styles';
import { nextSize } from './nextSize';

/** How large the overview's thumbnails are, with buttons for smaller and larger ones. */
@customElement('headlight-sizes')
export class ThumbnailSizes extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex: none;
        border: 1px solid var(--headlight-border);
        border-radius: 4px;
      }
      button {
        all: unset;
        box-sizing: border-box;
        min-width: 22px;
        line-height: 20px;
        text-align: center;
        cursor: pointer;
        color: var(--headlight-dim);
      }
      button + button {
        border-left: 1px solid var(--headlight-border);
        padding: 0 5px;
      }
      button:disabled {
        opacity: 0.4;
        cursor: default;
      }
      button:hover:enabled {
        color: var(--vscode-foreground);
        background: var(--vscode-toolbar-hoverBackground);
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
    `,
  ];

  /** In CSS pixels. */
  @property({ attribute: false }) size = 0;
  /** Whether the user chose it. */
  @property({ attribute: false }) chosen = false;
  /** Makes thumbnails larger (1), smaller (−1), or as large as the room lets them be (0). */
  @property({ attribute: false }) resize!: (step: -1 | 0 | 1) => void;

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'group';
    this.ariaLabel = 'Size of the thumbnails';
  }

  override render() {
    const { size } = this;
    return html`${this.button('−', 'Smaller thumbnails', -1, nextSize(size, -1) !== undefined)}${this.button(
      `${size} px`,
      `Thumbnails of ${size} pixels: as large as the room lets them be (0)`,
      0,
      this.chosen,
    )}${this.button('+', 'Larger thumbnails', 1, nextSize(size, 1) !== undefined)}`;
  }

  private button(words: string, name: string, step: -1 | 0 | 1, able: boolean) {
    return html`<button
      class="number"
      aria-label=${name}
      title=${step === 0 ? name : `${name} (${words})`}
      ?disabled=${!able}
      @click=${() => this.resize(step)}
    >
      ${words}
    </button>`;
  }
}
