import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatChange } from '../../core/vision/formatChange';
import type { AnswerWord } from '../../core/vision/imageAnswer';
import { regionName } from '../common/regionName';
import { cssColor, readableOn, type Rgb } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { divergingColors } from '../common/divergingColors';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import type { Cover } from './answerStudy';

/** A change of so many nats has the deepest colour. */
const deepest = 4;
const mostOpaque = 0.75;

/**
 * What covers do to the words of an answer: a row each, with the change of every word's log-probability. Fires `cover-choose`,
 * `cover-again` and `cover-stop` (detail: a {@link Cover}).
 */
@customElement('headlight-covered')
export class CoveredTable extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .scroll {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        min-width: 100%;
      }
      th,
      td {
        font-weight: 400;
        padding: 2px 5px;
        line-height: 20px;
        text-align: right;
        white-space: nowrap;
        border-bottom: 1px solid var(--headlight-border);
      }
      tbody td.number {
        forced-color-adjust: none;
      }
      th[scope='row'],
      td.wide {
        text-align: left;
      }
      thead th {
        color: var(--headlight-dim);
      }
      thead th {
        max-width: 120px;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      thead th.on {
        color: var(--vscode-foreground);
        font-weight: 600;
        text-decoration: underline;
      }
      tr.on th[scope='row'] {
        box-shadow: inset 2px 0 0 var(--vscode-focusBorder);
      }
      .name {
        all: unset;
        cursor: pointer;
        padding: 0 4px;
        border-radius: 2px;
        color: var(--vscode-foreground);
      }
      .name:hover {
        text-decoration: underline;
      }
      .name:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      p {
        margin: 6px 0 0;
        line-height: 19px;
        overflow-wrap: anywhere;
      }
      p b {
        font-weight: 600;
        color: var(--vscode-list-warningForeground, var(--vscode-charts-yellow));
      }
    `,
  ];

  @property({ attribute: false }) words: readonly AnswerWord[] = [];
  @property({ attribute: false }) covers: readonly Cover[] = [];
  /** The cover whose region and text are shown. */
  @property({ attribute: false }) cover = 0;
  /** The word that is looked at. */
  @property({ attribute: false }) word = 0;
  private readonly themes = new ThemeController(this);

  override render() {
    const { words, covers } = this;
    const text = covers[this.cover]?.text;
    return html`<div class="scroll" tabindex="0" role="group" aria-label="Covered and asked again">
        <table>
          <thead class="mono">
            <tr>
              <th scope="col" class="wide"><span class="visually-hidden">covered</span></th>
              ${words.map((word, i) => html`<th scope="col" title=${word.text} class=${i === this.word ? 'on' : ''}>${word.text}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${covers.map((cover, i) => this.row(cover, i))}
          </tbody>
        </table>
      </div>
      ${
        text === undefined
          ? nothing
          : html`<p class="dim">written anew under the cover: “${differing(text, words)}”</p>`
      }`;
  }

  private row(cover: Cover, i: number) {
    const { name, regions, changes, failure, asking } = cover;
    const fire = (event: string) => () => this.dispatchEvent(componentEvent(event, cover));
    const all = this.words.length;
    return html`<tr class=${i === this.cover ? 'on' : ''}>
      <th scope="row">
        <button
          class="name"
          aria-pressed=${i === this.cover}
          title=${regions.map(regionName).join(' and ')}
          @click=${fire('cover-choose')}
        >
          ${name}
        </button>
      </th>
      ${
        changes
          ? this.words.map((_, word) => this.change(changes[word] ?? 0))
          : asking
            ? html`<td class="wide dim" colspan=${all}>
                asking again… <button class="link" @click=${fire('cover-stop')}>Stop</button>
              </td>`
            : html`<td class="wide" colspan=${all}>
                ${failure} <button class="link" @click=${fire('cover-again')}>Try Again</button>
              </td>`
      }
    </tr>`;
  }

  private change(change: number) {
    const { theme } = this.themes;
    const { positive, negative } = divergingColors(theme);
    const part = Math.min(mostOpaque, Math.abs(change) / deepest);
    const background = mixed(theme.background, change < 0 ? negative : positive, part);
    return html`<td
      class="mono number"
      title=${formatChange(change)}
      ${inlineStyle({
        background: part < 0.02 ? '' : cssColor(background),
        color: cssColor(readableOn(background, theme.foreground)),
      })}
    >
      ${formatChange(change, 1)}
    </td>`;
  }
}

function mixed(from: Rgb, to: Rgb, part: number): Rgb {
  const channel = (i: number) => Math.round(from[i] + (to[i] - from[i]) * part);
  return [channel(0), channel(1), channel(2)];
}

/** A text, the words in it that the answer does not have in bold. */
function differing(text: string, words: readonly AnswerWord[]) {
  const bare = (word: string) => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const there = new Set(words.map(word => bare(word.text)));
  return text.split(/(\s+)/).map(part => (there.has(bare(part)) ? part : html`<b>${part}</b>`));
}
