import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Token } from '../../core/text/token';
import { sharedStyles } from '../common/styles';
import { panelEvent } from '../run/events';
import { findTokens } from './findTokens';

/** Finds a query by its text. Fires `token-choose` for each place, and `close`. */
@customElement('headlight-find')
export class FindBar extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .field {
        width: 220px;
        max-width: 50%;
      }
    `,
  ];

  @property() text = '';
  @property({ attribute: false }) tokens: readonly Token[] = [];

  @state() private found: readonly number[] = [];
  @state() private at = 0;
  @state() private sought = '';

  override render() {
    const state =
      this.sought === '' ? '' : this.found.length === 0 ? 'No results' : `${this.at + 1} of ${this.found.length}`;
    return html`<input
        class="field"
        placeholder="Find a token, or #25"
        aria-label="Find a token"
        spellcheck="false"
        @input=${this.onInput}
        @keydown=${this.onKey}
      />
      <span class="dim" role="status">${state}</span>`;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  private readonly onInput = (event: Event) => {
    this.sought = (event.target as HTMLInputElement).value;
    this.found = findTokens(this.text, this.tokens, this.sought);
    this.go(0);
  };

  private go(place: number): void {
    if (this.found.length === 0) return;
    this.at = (place + this.found.length) % this.found.length;
    this.dispatchEvent(panelEvent('token-choose', this.found[this.at]));
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') this.go(this.at + (event.shiftKey ? -1 : 1));
    else if (event.key === 'Escape') this.dispatchEvent(new Event('close'));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
