import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { sharedStyles } from './styles';

/** A note beside what is pointed at. It is for the eye only: the panel's live region says the same. */
@customElement('headlight-hover-note')
export class HoverNote extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: fixed;
        z-index: 10;
        inset: 0 auto auto 0;
        pointer-events: none;
        max-width: min(420px, calc(100vw - 16px));
        padding: 3px 8px;
        color: var(--vscode-editorHoverWidget-foreground);
        background: var(--vscode-editorHoverWidget-background);
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-editorHoverWidget-border));
        border-radius: 4px;
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
        line-height: 18px;
        overflow: hidden;
      }
      .first {
        display: flex;
        gap: 6px;
        white-space: nowrap;
      }
      .first bdi {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      b {
        font-weight: 600;
        margin-left: 6px;
      }
      .note {
        font-size: 11px;
        line-height: 16px;
      }
    `,
  ];

  /** The rectangle, in the window, that the note is about. */
  @property({ attribute: false }) anchor?: DOMRect;
  @property() from = '';
  @property() to = '';
  @property() value = '';
  @property() note = '';

  override render() {
    return html`<div class="first mono">
        ${this.from ? html`<bdi class="token">${this.from}</bdi>` : ''}
        ${this.to ? html`<span class="dim">→</span><bdi class="token">${this.to}</bdi>` : ''}${this.value ? html`<b class="number">${this.value}</b>` : ''}
      </div>
      ${this.note ? html`<div class="note dim">${this.note}</div>` : ''}`;
  }

  protected override updated(): void {
    this.hidden = !this.anchor;
    if (!this.anchor) return;
    const { offsetWidth: width, offsetHeight: height } = this;
    const { left, right, top, bottom } = this.anchor;
    const below = bottom + 10 + height <= innerHeight;
    const x = Math.min(Math.max(4, right + 8), Math.max(4, innerWidth - width - 4));
    const y = below ? bottom + 8 : Math.max(4, top - height - 8);
    this.style.transform = `translate(${Math.round(Math.max(4, Math.min(x, left + width > innerWidth ? innerWidth - width - 4 : x)))}px, ${Math.round(y)}px)`;
  }
}
