import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { formatExactly, formatWeight } from '../../core/attention/formatWeight';
import {
  rightCharacters,
  strongestCharacter,
  type MechanismAnswer,
  type MechanismAnswers,
  type ScoreStep,
} from '../../core/mechanisms/mechanismAnswer';
import { firstYear, lastYear, longWay, waysToWrite } from '../../core/mechanisms/writeDates';
import { exampleDates, mechanismIds, mechanismWords, type MechanismId } from '../../core/mechanisms/mechanisms';
import type { MechanismsFormat } from '../../core/mechanisms/mechanismNumbers';
import { vectorColumns } from '../../core/mechanisms/mechanismsSvg';
import { MechanismsPanelRequest, MechanismsRequest, showDate } from '../../core/protocol/mechanismsProtocol';
import { pictureEntries, type ExportEntry } from '../common/exportMenu';
import { exportLook } from '../common/exportLook';
import '../common/hoverNote';
import { icon } from '../common/icons';
import { panelStyles } from '../common/panel.styles';
import { connectToHost } from '../common/rpc';
import { saveExport, type ExportFormat } from '../common/saveExport';
import { segmented } from '../common/segmented';
import { barStyles } from '../common/bar.styles';
import { selectStyles, sharedStyles } from '../common/styles';
import { tableButton } from '../common/tableButton';
import { ThemeController } from '../common/theme';
import { formatNumber } from '../steps/stepNumbers';
import { loadScript } from '../common/loadScript';
import { characterName } from './characterName';
import { numberTableStyles } from './numberTable.styles';
import type { MeasuredChoice } from './measuredPart';
import { mechanismsStyles } from './mechanismsPanel.styles';
import './numberGrid';
import type { GridCell, PointedCell } from './numberGrid';
import './scoreBox';
import { tries, type Try } from './tries';

/** So long after the last key the date is answered, in milliseconds. */
const pause = 120;

const exportGroups: readonly (readonly ExportEntry[])[] = [
  pictureEntries('all four'),
  [
    { format: 'html', label: 'HTML…', note: 'the picture with its numbers' },
    { format: 'csv', label: 'CSV…', note: 'every weight' },
    { format: 'json', label: 'JSON…', note: 'all that is shown' },
  ],
];

/** What is shown, as it is kept for a reload. */
interface Kept {
  readonly text: string;
  readonly id: MechanismId;
  readonly step: number;
  /** Absent: what the digit looks at most. */
  readonly character?: number;
  readonly head: { readonly layer: number; readonly head: number };
  readonly table: boolean;
  readonly measured?: MeasuredChoice;
}

/** Four models with four mechanisms answer one date as one types: what each writes, where it looks, and each score's numbers. */
@customElement('headlight-mechanisms')
export class MechanismsPanel extends LitElement {
  static override styles = [sharedStyles, panelStyles, barStyles, selectStyles, numberTableStyles, mechanismsStyles];

  @state() private text = '';
  @state() private answers?: MechanismAnswers;
  @state() private failure = '';
  @state() private mechanism: MechanismId = 'bahdanau';
  @state() private step = 0;
  @state() private character?: number;
  @state() private head: Kept['head'] = { layer: 0, head: 0 };
  @state() private score?: ScoreStep;
  @state() private table = false;
  @state() private measured: MeasuredChoice = { axis: 'length', count: 500 };
  @state() private tried?: Try;
  @state() private said = '';
  @state() private pointed?: { readonly answer: MechanismAnswer; readonly cell: PointedCell };

  @query('#date') private readonly field!: HTMLInputElement;
  private readonly host = connectToHost();
  private readonly themes = new ThemeController(this);
  private timer?: ReturnType<typeof setTimeout>;
  private asking?: AbortController;
  private scoring?: AbortController;

  override connectedCallback(): void {
    super.connectedCallback();
    const { connection } = this.host;
    connection.onNotification(showDate, ({ text }) => this.show(text));
    connection.listen();
    const kept = this.host.getState() as Kept | undefined;
    if (kept) {
      ({ id: this.mechanism, step: this.step, character: this.character, head: this.head, table: this.table } = kept);
      this.measured = kept.measured ?? this.measured;
    }
    connection.sendRequest(MechanismsPanelRequest.ready).then(
      ({ text }) => this.show(text ?? kept?.text ?? exampleDates[0], text === undefined),
      (error: unknown) => this.fail(error),
    );
  }

  override disconnectedCallback(): void {
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  override render() {
    const { answers } = this;
    const count = [...this.text.trim()].length;
    return html`<div class="bar">
        <h1 class="visually-hidden">Attention mechanisms compared on one date</h1>
        <input
          id="date"
          class="field mono"
          aria-label="A date, as people write it"
          spellcheck="false"
          .value=${this.text}
          @input=${this.onInput}
        />
        <span class="hint dim"
          >${count} ${count === 1 ? 'character' : 'characters'}<span class="more">
            · type a date, or select one in a document</span
          ></span
        >
        <span class="select"
          ><select aria-label="Another example" @change=${this.onExample}>
            <option value="" selected>another example</option>
            ${exampleDates.map(date => html`<option value=${date}>${date}</option>`)}</select
          >${icon('chevron-down')}</span
        >
        ${
          answers && count > 0
            ? html`<headlight-export
                .groups=${exportGroups}
                @export-choose=${(event: CustomEvent<ExportFormat<MechanismsFormat>>) => void this.export(event.detail)}
              ></headlight-export>`
            : nothing
        }
      </div>
      <main>
        ${
          this.failure
            ? html`<p class="problem" role="alert">
                ${icon('error')}<span class="failure">${this.failure}</span>
                <button
                  class="link"
                  @click=${() => void this.host.connection.sendRequest(MechanismsPanelRequest.openLog)}
                >
                  Show Log
                </button>
              </p>`
            : nothing
        }
        ${
          count === 0
            ? html`<p class="empty dim">
                Type a date as people write it, such as “${exampleDates[0]}”, or choose an example.
              </p>`
            : nothing
        }
        ${answers && count > 0 ? html`${this.verdict(answers)}${this.columns(answers)}${this.below(answers)}${this.words()}` : nothing}
        <p class="visually-hidden" aria-live="polite">${this.said}</p>
      </main>
      ${this.note()}`;
  }

  /** What the right answer is, and what of the text no model knows. */
  private verdict({ right, unknown }: MechanismAnswers) {
    const words = right
      ? html`read by rule as ${right.words}:
          <span class="mono">${right.iso}</span>${right.dayFirst ? ', the day first' : nothing}`
      : 'not a date that Headlight can check: no answer is called right or wrong';
    return html`<p class="verdict dim">
      ${words}${unknown.length > 0 ? html` · unknown to the models: ${unknown.map(character => html`<span class="mono">${character}</span> `)}` : nothing}
    </p>`;
  }

  private columns(answers: MechanismAnswers) {
    return html`<div class="four">
      ${answers.answers.map(answer => {
        const { id } = answer;
        return html`<section data-mechanism=${id}>
          <h2>${mechanismWords[id].title}</h2>
          ${this.answer(answer, answers)} ${this.table ? this.tableOf(answer, answers) : this.picture(answer, answers)}
          <p class="formula dim" title=${facts(answer)}>${this.formula(answer)}</p>
        </section>`;
      })}
    </div>`;
  }

  private formula({ id, vector, heads }: MechanismAnswer): string {
    if (vector) return `one vector, ${vector.length} numbers`;
    const many = heads && heads.heads * heads.layers > 1 ? `, ${heads.layers} × ${heads.heads} heads` : '';
    return `${mechanismWords[id].formula}${many}`;
  }

  private answer(answer: MechanismAnswer, { right }: MechanismAnswers) {
    const correct = rightCharacters(answer, right);
    const whole = right && answer.output === right.iso;
    return html`<p class="answer mono">
      ${[...answer.output].map(
        (digit, step) =>
          html`<span
            class="${correct && !correct[step] ? 'wrong' : ''} ${step === this.step ? 'at' : ''}"
            title=${`probability ${formatWeight(answer.probabilities[step])}`}
            @click=${() => this.choose({ id: answer.id, step })}
            >${digit}</span
          >`,
      )}
      ${
        right
          ? html`<b
              class=${whole ? 'right' : 'not'}
              role="img"
              aria-label=${whole ? 'right' : `wrong at ${wrongPlaces(correct!)}`}
              >${whole ? '✓' : '✗'}</b
            >`
          : nothing
      }
    </p>`;
  }

  private picture(answer: MechanismAnswer, { characters }: MechanismAnswers) {
    const { id, alignment, vector, output } = answer;
    if (vector) {
      return html`<p class="kept dim">all that is kept of the ${characters.length - 2} characters</p>
        <headlight-number-grid
          signed
          .values=${vector}
          .columns=${vectorColumns}
          label="The one vector, ${vector.length} numbers; arrow keys move, T shows a table"
          .chosen=${id === this.mechanism ? this.vectorCell(vector) : undefined}
          @cell-choose=${({ detail }: CustomEvent<GridCell>) => this.chooseNumber(detail, vector)}
          @cell-point=${({ detail }: CustomEvent<PointedCell | undefined>) => this.point(answer, detail)}
        ></headlight-number-grid>`;
    }
    if (!alignment) return nothing;
    return html`<headlight-number-grid
      .values=${alignment}
      .columns=${characters.length}
      .rowLabels=${[...output]}
      .columnLabels=${characters}
      label="${mechanismWords[id].title}: what each digit looks at; arrow keys move, T shows a table"
      .chosen=${{ row: this.step, column: this.lookedAt(answer) }}
      @cell-choose=${({ detail: { row, column } }: CustomEvent<GridCell>) => this.choose({ id, step: row, character: column })}
      @cell-point=${({ detail }: CustomEvent<PointedCell | undefined>) => this.point(answer, detail)}
    ></headlight-number-grid>`;
  }

  private tableOf({ id, alignment, vector, output }: MechanismAnswer, { characters }: MechanismAnswers) {
    const name = mechanismWords[id].title;
    const rows = vector ? Math.ceil(vector.length / 8) : characters.length;
    const heads = vector ? Array.from({ length: 8 }, (_, i) => `+${i}`) : [...output];
    return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}: table">
      <table class="mono">
        <thead>
          <tr>
            <th scope="col"></th>
            ${heads.map(head => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${Array.from({ length: rows }, (_, row) => {
            const cells = vector
              ? Array.from(vector.subarray(row * 8, row * 8 + 8), formatNumber)
              : heads.map((_head, step) => formatExactly(alignment![step * characters.length + row]));
            return html`<tr>
              <th scope="row">${vector ? row * 8 : characters[row] === ' ' ? '·' : characters[row]}</th>
              ${cells.map((text, i) => html`<td class=${!vector && i === this.step ? 'at' : ''}>${text}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  private below(answers: MechanismAnswers) {
    const { score } = this;
    return html`<div class="below">
      <headlight-measured-dates
        .connection=${this.host.connection}
        .text=${answers.text}
        .choice=${this.measured}
        .table=${this.table}
        @measured-choice=${({ detail }: CustomEvent<MeasuredChoice>) => (this.measured = detail)}
      ></headlight-measured-dates>
      <section class="step">
        <h2>
          “${this.chosenAnswer(answers)?.output[this.step]}”, step ${this.step + 1} of
          ${this.chosenAnswer(answers)?.output.length}
          <span class="dim">${mechanismWords[this.mechanism].short}${this.lookingAt(answers)}</span>
        </h2>
        <div class="choices">
          ${segmented(
            'Mechanism',
            mechanismIds.map(id => ({ value: id, label: mechanismWords[id].short, name: mechanismWords[id].title })),
            this.mechanism,
            id => this.choose({ id }),
          )}
          ${this.headChoice(answers)} ${tableButton(this.table, () => (this.table = !this.table))}
        </div>
        ${
          this.mechanism === 'none'
            ? html`<p>
                Without attention nothing is scored: every digit is written from this vector and from the digits before
                it.
              </p>`
            : nothing
        }
        ${
          score
            ? html`<headlight-score-box
                .step=${score}
                .answers=${answers}
                .table=${this.table}
                @digit-step=${({ detail }: CustomEvent<number>) => this.go(detail)}
              ></headlight-score-box>`
            : nothing
        }
      </section>
    </div>`;
  }

  private words() {
    const { tried } = this;
    return html`<div class="words">
      <section class="what">
        <h2>What do I see?</h2>
        <p>
          Four models learned to write dates as people write them in ISO form, a character a step. A row is a digit that
          was written, a column a character that was read: the stronger the colour, the more of that character went into
          that digit. The recurrent model without attention has no such picture, since it has only one vector for the
          whole text.
        </p>
        <ul>
          ${mechanismIds.map(
            id =>
              html`<li>
                <b>${mechanismWords[id].title}</b>: <span class="mono">${mechanismWords[id].formula}</span>.
                ${mechanismWords[id].note} <span class="dim">${mechanismWords[id].source}</span>
              </li>`,
          )}
        </ul>
        <p>
          Below the pictures all four write the same dates, drawn and written by rule: a day from ${firstYear} to
          ${lastYear}, in one of ${waysToWrite.length} ways (<span class="mono">${waysToWrite.join(' · ')}</span>),
          every fifth as <span class="mono">${longWay}</span>, which is longer than what they seem to have been trained
          on. Their training is not recorded, so some of these dates may have been in it. Texts are filled up to one
          length, as they were there. <span class="mono">p ± z √(p (1 − p) / n)</span> is too narrow near 0 and 100 %,
          so the intervals are Wilson’s.
          <span class="dim">Wilson 1927; steps one after another as in Vaswani et al. 2017, table 1</span>
        </p>
      </section>
      <section class="what">
        <h2>Three things to try</h2>
        <div class="tries">
          ${tries.map(one => html`<button class="button secondary" @click=${() => this.try(one)}>${one.label}</button>`)}
        </div>
        ${tried ? html`<p role="status">${tried.see}</p>` : nothing}
      </section>
    </div>`;
  }

  private headChoice(answers: MechanismAnswers) {
    const heads = this.chosenAnswer(answers)?.heads;
    if (!heads || heads.layers * heads.heads < 2) return nothing;
    return html`<span class="select"
      ><select aria-label="Head" @change=${this.onHead}>
        ${Array.from({ length: heads.layers * heads.heads }, (_, i) => {
          const [layer, head] = [Math.floor(i / heads.heads), i % heads.heads];
          return html`<option
            value=${`${layer}.${head}`}
            ?selected=${layer === this.head.layer && head === this.head.head}
          >
            head ${layer}.${head}
          </option>`;
        })}</select
      >${icon('chevron-down')}</span
    >`;
  }

  private note() {
    const { pointed, answers } = this;
    const cell = pointed?.cell;
    let [from, to, value] = ['', '', ''];
    if (pointed && cell && answers) {
      const { answer } = pointed;
      if (answer.vector) {
        const index = cell.row * vectorColumns + cell.column;
        [from, value] = [`number ${index}`, formatNumber(answer.vector[index])];
      } else if (answer.alignment) {
        from = `“${answer.output[cell.row]}”`;
        to = characterName(answers, cell.column);
        value = formatWeight(answer.alignment[cell.row * answers.characters.length + cell.column]);
      }
    }
    return html`<headlight-hover-note
      aria-hidden="true"
      .anchor=${from ? cell?.anchor : undefined}
      from=${from}
      to=${to}
      value=${value}
    ></headlight-hover-note>`;
  }

  private chosenAnswer(answers: MechanismAnswers): MechanismAnswer | undefined {
    return answers.answers.find(({ id }) => id === this.mechanism);
  }

  /** What a model's chosen digit looks at: the chosen character, else its strongest. */
  private lookedAt({ alignment }: MechanismAnswer): number {
    const { characters } = this.answers!;
    if (!alignment) return this.character ?? 0;
    const { character } = this;
    return character !== undefined && character < characters.length
      ? character
      : strongestCharacter(alignment, this.step, characters.length);
  }

  private lookingAt(answers: MechanismAnswers): string {
    const answer = this.chosenAnswer(answers);
    return answer?.alignment ? ` looks at ${characterName(answers, this.lookedAt(answer))}` : '';
  }

  private vectorCell(vector: Float32Array): GridCell {
    const index = Math.min(vector.length - 1, this.character ?? 0);
    return { row: Math.floor(index / vectorColumns), column: index % vectorColumns };
  }

  private chooseNumber({ row, column }: GridCell, vector: Float32Array): void {
    const index = row * vectorColumns + column;
    this.mechanism = 'none';
    this.character = index;
    this.said = `number ${index}: ${formatNumber(vector[index])}`;
  }

  /** Chooses a digit, in all four; and of one mechanism what it looks at. */
  private choose({
    id = this.mechanism,
    step = this.step,
    character,
  }: {
    id?: MechanismId;
    step?: number;
    character?: number;
  }): void {
    [this.mechanism, this.step, this.character] = [id, step, character];
    const { answers } = this;
    const answer = answers && this.chosenAnswer(answers);
    if (!answers || !answer) return;
    const digit = answer.output[step];
    if (!answer.alignment) this.said = `digit ${step + 1}, “${digit}”: without attention`;
    else {
      const at = this.lookedAt(answer);
      const weight = answer.alignment[step * answers.characters.length + at];
      this.said = `digit ${step + 1}, “${digit}”, looks at ${characterName(answers, at)}: ${formatWeight(weight)}`;
    }
  }

  private go(by: number): void {
    const steps = this.answers?.answers[0].output.length ?? 0;
    if (steps > 0) this.choose({ step: (this.step + by + steps) % steps });
  }

  private point(answer: MechanismAnswer, cell: PointedCell | undefined): void {
    this.pointed = cell && { answer, cell };
  }

  private try(one: Try): void {
    this.tried = one;
    [this.mechanism, this.step, this.character] = [one.id, one.step, undefined];
    if (one.axis) this.measured = { ...this.measured, axis: one.axis, bin: -1 };
    this.show(one.text, true);
  }

  /** Answers a date now. @param keeps whether the chosen digit stays chosen. */
  private show(text: string, keeps = false): void {
    this.text = text;
    if (!keeps) [this.step, this.character, this.tried] = [0, undefined, undefined];
    clearTimeout(this.timer);
    void this.ask();
  }

  private readonly onInput = () => {
    this.text = this.field.value;
    [this.character, this.tried] = [undefined, undefined];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), pause);
  };

  private readonly onExample = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    const date = select.value;
    select.value = '';
    if (date) this.show(date);
  };

  private readonly onHead = (event: Event) => {
    const [layer, head] = (event.target as HTMLSelectElement).value.split('.').map(Number);
    this.head = { layer, head };
  };

  /** Has all four answer; what was asked before is no longer wanted. */
  private async ask(): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const { text } = this;
    if (text.trim() === '') {
      [this.answers, this.failure] = [undefined, ''];
      return;
    }
    try {
      const answers = await this.host.connection.sendRequest(MechanismsRequest.answer, { text }, asking.signal);
      if (this.asking !== asking) return;
      [this.answers, this.failure] = [answers, ''];
      const all = answers.answers.map(
        ({ id, output }) =>
          `${mechanismWords[id].short} ${output}${answers.right ? (output === answers.right.iso ? ', right' : ', wrong') : ''}`,
      );
      this.said = all.join('; ');
    } catch (error) {
      if (this.asking === asking) this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.answers = this.score = undefined;
    this.failure = error instanceof Error ? error.message : String(error);
  }

  protected override updated(changed: PropertyValues): void {
    this.themes.setColors(this);
    const { answers } = this;
    const places = ['answers', 'mechanism', 'step', 'character', 'head'];
    if (places.some(name => changed.has(name))) void this.askScore();
    if (answers && [...places, 'table', 'measured'].some(name => changed.has(name))) {
      const { text, mechanism: id, step, character, head, table, measured } = this;
      this.host.setState({ text, id, step, character, head, table, measured } satisfies Kept);
    }
  }

  /** Has the chosen digit's score told in its own numbers. */
  private async askScore(): Promise<void> {
    const { answers, mechanism: id, step, head } = this;
    this.scoring?.abort();
    const answer = answers && this.chosenAnswer(answers);
    if (!answers || !answer) {
      this.score = undefined;
      return;
    }
    const scoring = (this.scoring = new AbortController());
    const wish = { text: answers.text, id, step, character: answer.alignment ? this.lookedAt(answer) : 0 };
    try {
      const score = await this.host.connection.sendRequest(
        MechanismsRequest.step,
        id === 'transformer' ? { ...wish, head } : wish,
        scoring.signal,
      );
      if (this.scoring === scoring) this.score = score;
    } catch (error) {
      if (this.scoring === scoring) this.fail(error);
    }
  }

  private async export(format: ExportFormat<MechanismsFormat>): Promise<void> {
    const { answers } = this;
    if (!answers) return;
    try {
      const { connection } = this.host;
      this.said = await saveExport<MechanismsFormat>(format, {
        name: `mechanisms ${answers.text}`,
        make: as => connection.sendRequest(MechanismsRequest.export, { what: answers, format: as, look: exportLook() }),
        save: file => connection.sendRequest(MechanismsPanelRequest.save, file),
      });
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const [target] = event.composedPath();
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.toLowerCase() !== 't') return;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    event.preventDefault();
    this.table = !this.table;
  };

  protected override firstUpdated(): void {
    this.addEventListener('keydown', this.onKey);
    // After the first picture: it needs nothing of it.
    loadScript('The measured comparison', () => import('./measuredPart')).catch((error: unknown) => this.fail(error));
  }
}

/** How large a model is, how often it is right, and what its picture is the mean of. */
function facts({ parameters, exact, heads }: MechanismAnswer): string {
  const mean = heads && heads.heads * heads.layers > 1 ? '; the picture is the mean of its heads' : '';
  return `${parameters.toLocaleString('en')} weights; right on ${(100 * exact).toFixed(1)} % of 2,000 dates that it had not seen, by those who trained it${mean}`;
}

/** “character 4, 9”. */
function wrongPlaces(correct: readonly boolean[]): string {
  const places = correct.flatMap((right, i) => (right ? [] : [i + 1]));
  return `${places.length === 1 ? 'character' : 'characters'} ${places.join(', ')}`;
}
