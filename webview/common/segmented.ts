import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ChoiceRow } from './choiceRow';
import { sharedStyles } from './styles';

/** One of a few: what it stands for, how it is shown, and how it is read out where the label is a sign. */
export interface Segment {
  readonly value: string;
  readonly label: string;
  readonly name?: string;
}

/** A row of exclusive choices among `segments`; `choose` is called with another value than the one it has. */
export function segmented<Value extends string>(
  label: string,
  segments: readonly Segment[],
  value: Value,
  choose: (value: Value) => void,
) {
  return html`<headlight-segmented
    label=${label}
    .segments=${segments}
    .value=${value}
    @change=${(event: Event) => choose((event.target as Segmented).value as Value)}
  ></headlight-segmented>`;
}

/** A row of exclusive choices, as in the editor's own settings. Fires `change` with the new `value`. */
@customElement('headlight-segmented')
export class Segmented extends ChoiceRow {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-flex;
      }
      [role='radiogroup'] {
        display: inline-flex;
        border: 1px solid var(--headlight-border);
        border-radius: 4px;
        overflow: hidden;
      }
      button {
        all: unset;
        box-sizing: border-box;
        padding: 0 8px;
        line-height: 20px;
        cursor: pointer;
        white-space: nowrap;
        color: var(--headlight-dim);
      }
      button + button {
        border-left: 1px solid var(--headlight-border);
      }
      button:hover {
        background: var(--vscode-toolbar-hoverBackground);
        color: var(--vscode-foreground);
      }
      button[aria-checked='true'] {
        color: var(--vscode-inputOption-activeForeground, var(--vscode-foreground));
        background: var(--vscode-inputOption-activeBackground);
        box-shadow: inset 0 0 0 1px var(--vscode-inputOption-activeBorder, transparent);
      }
      @media (forced-colors: active) {
        button[aria-checked='true'] {
          background: SelectedItem;
          color: SelectedItemText;
          forced-color-adjust: none;
        }
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
    `,
  ];

  @property({ attribute: false }) segments: readonly Segment[] = [];
  @property() label = '';

  protected override readonly steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  protected override get values() {
    return this.segments.map(({ value }) => value);
  }

  override render() {
    return html`<div role="radiogroup" aria-label=${this.label} @keydown=${this.onKey}>
      ${this.segments.map(segment => {
        const chosen = segment.value === this.value;
        return html`<button
          role="radio"
          aria-checked=${chosen}
          tabindex=${chosen ? 0 : -1}
          aria-label=${segment.name ?? segment.label}
          title=${segment.name ?? ''}
          @click=${() => this.choose(segment.value)}
        >
          ${segment.label}
        </button>`;
      })}
    </div>`;
  }
}
