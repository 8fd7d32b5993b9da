import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { WordWish } from '../../core/vision/imageAnswer';
import { partName } from '../../core/vision/pictureTokens';
import type { RegionHeat } from '../../core/vision/regionHeat';
import { icon } from '../common/icons';
import { sharedStyles } from '../common/styles';
import '../image/heatTable';
import type { AnswerStudy } from './answerStudy';
import { formatHeat } from './formatHeat';
import { pictureStageStyles } from './pictureStage.styles';
import { visible } from './wordDetails';

/** The numbers that a word's heat is painted from: of a part of the picture as its tokens lie, and of the question's tokens and the words before. */
@customElement('headlight-heat-tables')
export class HeatTables extends LitElement {
  static override styles = [sharedStyles, pictureStageStyles];

  @property({ attribute: false }) study!: AnswerStudy;
  @property({ attribute: false }) version = 0;
  @property({ attribute: false }) wish!: WordWish;
  /** What is shown instead of the word's attention. */
  @property({ attribute: false }) regions?: readonly RegionHeat[];
  @state() private chosenPart = 0;

  override render() {
    const { study, wish, regions } = this;
    const { parts, prompt, words } = study.answer;
    if (regions) {
      return this.list(
        'Numbers of the regions shown',
        regions.map(({ name, value }) => [name, value]),
      );
    }
    const attention = study.attentionOf(wish);
    if (!attention) return html`<p class="dim">The numbers are on their way.</p>`;
    const part = parts[Math.min(this.chosenPart, parts.length - 1)];
    const word = words[wish.word]?.text;
    return html`<div class="tables">
      ${
        parts.length > 1
          ? html`<span class="select"
              ><select
                aria-label="Part of the picture"
                @change=${(event: Event) => {
                  this.chosenPart = Number((event.target as HTMLSelectElement).value);
                }}
              >
                ${parts.map((each, i) => html`<option value=${i} ?selected=${each === part}>${partName(parts, each)}</option>`)}</select
              >${icon('chevron-down')}</span
            >`
          : nothing
      }
      <headlight-heat-table
        .grid=${{ rows: part.rows, columns: part.columns }}
        .heat=${attention.picture.subarray(part.from, part.from + part.rows * part.columns)}
        .chooses=${false}
        name=${`“${word}”: ${wish.weighting === 'minusMean' ? 'attention less the mean of all words' : wish.weighting === 'value' ? 'value-weighted attention' : 'attention'} ${part.kind === 'tile' ? 'on' : 'on the'} ${partName(parts, part)}`}
      ></headlight-heat-table>
      ${this.list(`“${word}”: the question’s tokens and the words before`, [
        ...prompt.map((token, i) => [visible(token), attention.prompt[i]] as const),
        ...words.slice(0, wish.word).map(({ text }, i) => [text, attention.words[i]] as const),
      ])}
    </div>`;
  }

  private list(name: string, lines: readonly (readonly [string, number])[]) {
    return html`<div class="tables">
      <div class="tokens" tabindex="0" role="group" aria-label=${name}>
        <table class="mono number">
          <caption>
            ${name}
          </caption>
          <tbody>
            ${lines.map(
              ([text, value]) =>
                html`<tr>
                  <th scope="row">${text}</th>
                  <td>${formatHeat(value)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </div>`;
  }
}
