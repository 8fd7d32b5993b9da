import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Explanation } from '../../core/run/explanation';
import { selectStyles, sharedStyles } from '../common/styles';
import { textRuns } from '../tokens/textRuns';
import { panelEvent } from '../run/events';
import { detailsStyles } from './details.styles';
import { icon } from '../common/icons';

/** How many tokens are offered to be written. */
const offered = [8, 16, 32, 64] as const;

/**
 * Lets a causal model write on, and replays what it wrote: a slider from the last token of the text to the last written,
 * each step choosing the token that was read to write the next. Fires `continue-text` and `token-choose`.
 */
@customElement('headlight-continue')
export class ContinueBar extends LitElement {
  static override styles = [
    sharedStyles,
    detailsStyles,
    selectStyles,
    css`
      label {
        display: flex;
        align-items: center;
        gap: 5px;
      }
      input[type='range'] {
        flex: 1;
        min-width: 80px;
        accent-color: var(--vscode-charts-blue);
      }
      .place {
        min-width: 5ch;
        text-align: right;
      }
      .written {
        margin: 2px 0 8px;
        max-height: 108px;
        overflow: hidden auto;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
        user-select: text;
        line-height: 18px;
      }
      /* Not the region itself: its template has white space of its own. */
      .written > * {
        white-space: pre-wrap;
      }
      .written .newline::before {
        content: '↵';
        opacity: 0.45;
      }
      .written mark {
        color: inherit;
        background: none;
        border-radius: 2px;
        box-shadow: inset 0 0 0 1px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
      }
    `,
  ];

  @property({ attribute: false }) explanation!: Explanation;
  /** The chosen query. */
  @property({ attribute: false }) query = 0;

  @state() private newTokens: number = offered[0];

  override render() {
    const { explanation, query } = this;
    const ofText = explanation.model.task === 'text-generation';
    if (!ofText && !explanation.continues) return nothing;
    const unit = ofText ? 'tokens' : 'items';
    const from = explanation.writtenFrom;
    const last = explanation.tokens.length - 1;
    return html`<section aria-label="Generation">
      <h2>
        Generation ${from === undefined ? nothing : html`<span class="dim">${last - from + 1} ${unit} written</span>`}
      </h2>
      ${
        from === undefined
          ? nothing
          : html`<div class="tools">
                <input
                  type="range"
                  min=${from - 1}
                  max=${last}
                  .value=${String(Math.max(query, from - 1))}
                  aria-label="Step of the generation"
                  aria-valuetext=${`token ${Math.max(query, from - 1)} of ${last}`}
                  @input=${this.onStep}
                />
                <span class="place mono number"
                  >${Math.max(0, Math.min(query, last) - from + 1)}/${last - from + 1}</span
                >
              </div>
              ${this.written(from)}`
      }
      <div class="tools">
        <button class="button ${from === undefined ? '' : 'secondary'}" @click=${this.onContinue}>
          Continue the ${ofText ? 'Text' : 'Sequence'}
        </button>
        <label
          >by
          <span class="select"
            ><select aria-label="Number of ${unit} to write" @change=${this.onCount}>
              ${offered.map(n => html`<option value=${n} ?selected=${n === this.newTokens}>${n} ${unit}</option>`)}</select
            >${icon('chevron-down')}</span
          ></label
        >
      </div>
    </section>`;
  }

  /** What was written up to the slider's step, its last token marked; what comes later is dimmed. */
  private written(from: number) {
    const { text, tokens } = this.explanation;
    const at = tokens[this.query];
    const start = tokens[from].start;
    const [left, right] = this.query < from ? [start, start] : [at.start, at.end];
    return html`<div class="written mono" role="region" aria-label="What was written" tabindex="0" dir="auto">
      <span
        >${textRuns(text.slice(start, left))}<mark>${textRuns(text.slice(left, right))}</mark
        ><span class="dim">${textRuns(text.slice(right))}</span></span
      >
    </div>`;
  }

  private readonly onStep = (event: Event) => {
    this.dispatchEvent(panelEvent('token-choose', Number((event.target as HTMLInputElement).value)));
  };

  private readonly onCount = (event: Event) => {
    this.newTokens = Number((event.target as HTMLSelectElement).value);
  };

  private readonly onContinue = () => {
    this.dispatchEvent(panelEvent('continue-text', this.newTokens));
  };
}
