import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatWeight } from '../../core/attention/formatWeight';
import type { MechanismAnswers, ScorePart, ScoreStep } from '../../core/mechanisms/mechanismAnswer';
import { componentEvent } from '../common/componentEvent';
import { formatNumber } from '../steps/stepNumbers';
import { sharedStyles } from '../common/styles';
import '../common/hoverNote';
import { characterName } from './characterName';
import { numberTableStyles } from './numberTable.styles';
import '../steps/vectorStrip';
import type { VectorStrip } from '../steps/vectorStrip';

/** Of the weights so many are told. */
const toldWeights = 3;

/** A step's score in its own numbers: a line for each letter of the formula. Fires `digit-step` (detail: -1 or 1). */
@customElement('headlight-score-box')
export class ScoreBox extends LitElement {
  static override styles = [
    sharedStyles,
    numberTableStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 3px 14px;
        margin: 6px 0 0;
      }
      dt {
        color: var(--vscode-textLink-foreground);
        white-space: nowrap;
      }
      dd {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 10px;
        margin: 0;
        min-width: 0;
      }
      .buttons {
        display: flex;
        gap: 8px;
        margin-top: 10px;
      }
      .scroll {
        max-height: 320px;
        margin-top: 8px;
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) step!: ScoreStep;
  @property({ attribute: false }) answers!: MechanismAnswers;
  @property({ type: Boolean }) table = false;
  @state() private pointed?: { readonly part: ScorePart; readonly index: number; readonly anchor: DOMRect };

  override render() {
    const { pointed } = this;
    return html`${this.table ? this.numbers() : this.lines()}
      <div class="buttons">
        <button class="button secondary" @click=${() => this.go(-1)}>‹ Digit</button>
        <button class="button secondary" @click=${() => this.go(1)}>Digit ›</button>
      </div>
      <headlight-hover-note
        aria-hidden="true"
        .anchor=${pointed?.anchor}
        from=${pointed ? `${pointed.part.symbol}, ${this.nameOf(pointed.part, pointed.index)}` : ''}
        value=${pointed ? formatNumber(pointed.part.numbers[pointed.index]) : ''}
      ></headlight-hover-note>`;
  }

  private lines() {
    return html`<dl class="mono">
      ${this.step.parts.map(
        part =>
          html`<dt>${part.symbol}</dt>
            <dd>${this.line(part)}</dd>`,
      )}
    </dl>`;
  }

  private line(part: ScorePart) {
    const { numbers, words } = part;
    if (numbers.length === 1) return html`<span>${words} ${formatNumber(numbers[0])}</span>`;
    if (part.symbol === 'softmax') return html`<span>${this.strongest(part)}</span>`;
    const most = numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
    return html`<headlight-vector
        .vector=${numbers}
        .full=${most}
        .width=${144}
        @pointermove=${(event: PointerEvent) => this.point(event, part)}
        @pointerleave=${() => (this.pointed = undefined)}
      ></headlight-vector>
      <span>${this.wordsOf(part)}</span>`;
  }

  private wordsOf({ symbol, words, numbers, perCharacter }: ScorePart): string {
    if (perCharacter) return `of all ${numbers.length} characters`;
    const at = symbol === 'k' ? ` at ${characterName(this.answers, this.step.character)}` : '';
    return `${words}${at}${words ? ', ' : ''}${numbers.length} numbers`;
  }

  /** “0.91 on “4”, 0.05 on “3””. */
  private strongest({ numbers }: ScorePart): string {
    return Array.from(numbers.keys())
      .sort((a, b) => numbers[b] - numbers[a])
      .slice(0, toldWeights)
      .map(i => `${formatWeight(numbers[i])} on ${characterName(this.answers, i)}`)
      .join(', ');
  }

  private numbers() {
    const { parts } = this.step;
    const most = Math.max(...parts.map(({ numbers }) => numbers.length));
    return html`<div class="scroll" tabindex="0" role="region" aria-label="The numbers of this score">
      <table class="mono">
        <thead>
          <tr>
            <th scope="col"></th>
            ${parts.map(({ symbol }) => html`<th scope="col">${symbol}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${Array.from(
            { length: most },
            (_, i) =>
              html`<tr>
                <th scope="row">${i}</th>
                ${parts.map(({ numbers }) => html`<td>${i < numbers.length ? formatNumber(numbers[i]) : ''}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private nameOf({ perCharacter }: ScorePart, index: number): string {
    return perCharacter ? characterName(this.answers, index) : `number ${index}`;
  }

  private point(event: PointerEvent, part: ScorePart): void {
    const strip = event.currentTarget as VectorStrip;
    const index = strip.indexAt(event.clientX);
    this.pointed = { part, index, anchor: strip.anchorOf(index) };
  }

  private go(by: number): void {
    this.dispatchEvent(componentEvent('digit-step', by));
  }
}
