import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatWeight } from '../../core/attention/formatWeight';
import { formatChange } from '../../core/vision/formatChange';
import type { WordAttention, WordWish } from '../../core/vision/imageAnswer';
import { hasThumbnail } from '../../core/vision/pictureTokens';
import { wordShares } from '../../core/vision/wordAttention';
import { cssColor, readableOn } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { trackStyles } from '../common/track.styles';
import type { AnswerStudy } from './answerStudy';
import { formatHeat } from './formatHeat';
import './headGrid';
import './layerBars';

/** What is known of a word of an answer, in numbers. Fires `head-choose`, `knock-out` and `knock-out-stop`. */
@customElement('headlight-word-details')
export class WordDetails extends LitElement {
  static override styles = [
    sharedStyles,
    trackStyles,
    css`
      section {
        margin-bottom: 18px;
      }
      h2 {
        margin-bottom: 6px;
      }
      h2 .word {
        text-transform: none;
        overflow-wrap: anywhere;
      }
      .share {
        display: grid;
        grid-template-columns: 92px 1fr auto;
        gap: 10px;
        align-items: center;
        line-height: 22px;
      }
      p {
        margin: 4px 0 8px;
        line-height: 18px;
      }
      .row {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 8px;
      }
      table {
        border-collapse: collapse;
        width: 100%;
      }
      th,
      td {
        text-align: left;
        font-weight: 400;
        padding: 2px 4px;
        line-height: 20px;
        border-bottom: 1px solid var(--headlight-border);
      }
      td.number {
        text-align: right;
      }
      summary {
        cursor: pointer;
        line-height: 20px;
      }
      summary:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      .prompt {
        list-style: none;
        margin: 4px 0 0;
        padding: 0;
        max-height: 220px;
        overflow: auto;
        line-height: 20px;
        overflow-wrap: anywhere;
      }
      .prompt li {
        display: inline;
        white-space: pre-wrap;
        border-radius: 2px;
        forced-color-adjust: none;
      }
    `,
  ];

  @property({ attribute: false }) study!: AnswerStudy;
  /** Another one for each change of the study. */
  @property({ attribute: false }) version = 0;
  @property({ attribute: false }) wish!: WordWish;
  private readonly themes = new ThemeController(this);

  override render() {
    const { study, wish } = this;
    const { answer } = study;
    const word = answer.words[wish.word];
    if (!word) return nothing;
    const shown = html`<span class="word">“${word.text}”</span>`;
    const attention = study.attentionOf(wish);
    return html`<section>
        <h2>${shown} <span class="dim">${word.probability.toFixed(2)} · where it looks</span></h2>
        ${this.shares(study.sharesOf(wish))} ${attention ? this.prompt(attention) : nothing}
      </section>
      <section>
        <h2>Heads <span class="dim">share on the picture</span></h2>
        ${this.heads()}
      </section>
      <section>
        <h2>Not one picture token <span class="dim">cut in one layer</span></h2>
        ${this.cuts(shown)}
      </section>
      <section>
        <h2>Instead of ${shown}</h2>
        <table class="mono">
          <tbody>
            ${word.instead.map(
              ({ text, probability }) =>
                html`<tr>
                  <td>${visible(text)}</td>
                  <td class="number">${formatWeight(probability)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </section>`;
  }

  private shares(attention: WordAttention | undefined) {
    const { parts } = this.study.answer;
    const split = hasThumbnail(parts);
    const shares = attention && wordShares(attention, parts, this.wish.weighting === 'value' ? 'value' : 'raw');
    const lines = [
      [split || parts.some(({ kind }) => kind === 'tile') ? 'tiles' : 'picture', shares?.tiles],
      ...(split ? [['thumbnail', shares?.thumbnail] as const] : []),
      ['question', shares?.question],
      ['words before', shares?.before],
      ['first token', shares?.first],
    ] as const;
    return lines.map(
      ([name, value]) =>
        html`<div class="share">
          <span>${name}</span>
          <span class="track"><i ${inlineStyle({ width: `${Math.min(1, value ?? 0) * 100}%` })}></i></span>
          <span class="mono number">${value === undefined ? '…' : value.toFixed(2)}</span>
        </div>`,
    );
  }

  private prompt({ prompt }: WordAttention) {
    const { theme } = this.themes;
    const { colors } = theme.heat;
    // The first token is where most attention rests that finds nothing: beside it nothing else would be seen.
    const most = prompt.subarray(1).reduce((largest, value) => Math.max(largest, value), 0);
    return html`<details>
      <summary class="dim">The question, token by token</summary>
      <ul class="prompt mono" tabindex="0" aria-label="Tokens of the question with what the word gives them">
        ${this.study.answer.prompt.map((token, i) => {
          const part = most > 0 && i > 0 ? Math.min(1, Math.max(0, prompt[i] / most)) : 0;
          const color = colors[Math.round(part * (colors.length - 1))];
          return html`<li
            title=${formatHeat(prompt[i])}
            ${inlineStyle(
              part > 0.01
                ? { background: cssColor(color), color: cssColor(readableOn(color, theme.foreground)) }
                : { background: '', color: '' },
            )}
          >
            ${visible(token)}<span class="visually-hidden"> ${formatHeat(prompt[i])}</span>
          </li>`;
        })}
      </ul>
    </details>`;
  }

  private heads() {
    const { study, wish } = this;
    const { layers, heads } = study.answer;
    const one = wish.layer === 'all' || wish.head === 'all' ? undefined : { layer: wish.layer, head: wish.head };
    return html`<headlight-head-grid
        .layers=${layers}
        .heads=${heads}
        .values=${study.sharesOf(wish)?.heads}
        .chosen=${one}
        label="Heads of the decoder, layers from left to right: arrow keys choose one"
        @head-choose=${(event: CustomEvent<object>) => this.dispatchEvent(componentEvent('head-choose', event.detail))}
      ></headlight-head-grid>
      <p class="dim">${one ? `chosen: head ${one.layer}.${one.head}` : 'chosen: all'} · click one for its heat</p>`;
  }

  private cuts(shown: unknown) {
    const { study, wish } = this;
    const { cuts, answer } = study;
    const fire = (name: string) => () => this.dispatchEvent(componentEvent(name, undefined));
    const start = (label: string) =>
      html`<button class="button secondary" @click=${fire('knock-out')}>${label}</button>`;
    if (!cuts) {
      return html`<p class="dim">What the words lose where the model cannot read the picture’s tokens in a layer.</p>
        ${start('Cut Layer by Layer')}`;
    }
    const change = (i: number) => cuts.data[i * answer.words.length + wish.word];
    const done = Math.max(0, cuts.done - 1);
    return html`<headlight-layer-bars
        .layers=${answer.layers}
        .values=${Array.from({ length: done }, (_, layer) => change(layer + 1))}
      ></headlight-layer-bars>
      <p class="dim">
        Δ log p of
        ${shown}${cuts.done > 0 ? html` · all layers cut <span class="mono">${formatChange(change(0), 1)}</span>` : nothing}
      </p>
      ${
        cuts.asking
          ? html`<div class="row">
              <span class="dim" role="status">${done} of ${answer.layers} layers</span>
              <button class="button secondary" @click=${fire('knock-out-stop')}>Stop</button>
            </div>`
          : cuts.done < cuts.things.length
            ? html`<div class="row">
                <span role="status">${cuts.failure ?? `Stopped after ${done} of ${answer.layers} layers.`}</span>
                ${start(cuts.failure === undefined ? 'Go On' : 'Try Again')}
              </div>`
            : nothing
      }`;
  }
}

/** A token, its spaces and line breaks to be seen. */
export function visible(token: string): string {
  return token.replace(/^ | $/g, '·').replace(/\n/g, '↵');
}
