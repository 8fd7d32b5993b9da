import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { captionConfidence } from '../../core/captions/captionConfidence';
import type { AnswerProgress } from '../../core/protocol/askImageProtocol';
import type { ShownTurn } from '../../core/vision/conversationTurns';
import type { ImageAnswer } from '../../core/vision/imageAnswer';
import { componentEvent } from '../common/componentEvent';
import { icon } from '../common/icons';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { wordList } from '../common/wordList';
import { conversationStyles } from './conversation.styles';

/** A word that the model gave less than this is marked. */
const weak = 0.5;

/** A word of the conversation. */
export interface TurnWord {
  readonly turn: number;
  readonly word: number;
}

/** What is asked: a question, and whether what is known of the image is told with it. */
export interface Question {
  readonly question: string;
  readonly context: boolean;
}

/**
 * The questions and answers about a picture, and the box to ask in. Fires `word-choose` (detail: {@link TurnWord}), `ask`
 * (detail: {@link Question}), `alt-text` (detail: whether what is known is told), `stop`, `copy` and `insert` (detail: an
 * answer's text).
 */
@customElement('headlight-conversation')
export class Conversation extends LitElement {
  static override styles = [sharedStyles, conversationStyles];

  @property({ attribute: false }) turns: readonly ShownTurn[] = [];
  /** The turn that is looked at. */
  @property({ attribute: false }) turn = 0;
  /** [turn]: its word that is looked at, or was. */
  @property({ attribute: false }) words: readonly number[] = [];
  /** [word]: what the word that is looked at looked at among those before it. */
  @property({ attribute: false }) looked?: Float32Array;
  /** How far the answer is that is under way. */
  @property({ attribute: false }) progress?: AnswerProgress;
  /** What can be told of the image; undefined where none of it may be. */
  @property() context?: string;

  /** Seconds that an answer is waited for. */
  @state() private waited = 0;
  @state() private tells = true;
  @query('textarea') private readonly box!: HTMLTextAreaElement;
  @query('.turns') private readonly list!: HTMLElement;
  private timer?: ReturnType<typeof setInterval>;

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('turns')) return;
    clearInterval(this.timer);
    this.waited = 0;
    if (this.pending) this.timer = setInterval(() => this.waited++, 1000);
  }

  protected override updated(changed: PropertyValues<this>): void {
    // What was said last is in sight.
    if (changed.has('turns')) this.list.scrollTop = this.list.scrollHeight;
  }

  override render() {
    const { turns } = this;
    const questions = turns.filter(({ altText }) => !altText).length;
    const text = turns[this.turn]?.answer?.text;
    return html`<div class="head">
        <h2>
          Conversation
          <span class="dim">${questions === 1 ? '1 question' : `${questions} questions`}</span>
        </h2>
        <button
          class="link"
          title="Asks for alt text, as headlight.altText.prompt words it"
          @click=${() => this.dispatchEvent(componentEvent('alt-text', this.tells))}
        >
          Alt Text
        </button>
      </div>
      <div class="turns" role="group" aria-label="Questions and answers">
        ${turns.map((turn, i) => this.turnOf(turn, i))}
      </div>
      ${
        text === undefined
          ? nothing
          : html`<div class="buttons">
              <button class="button secondary" @click=${() => this.dispatchEvent(componentEvent('copy', text))}>
                Copy
              </button>
              <button class="button secondary" @click=${() => this.dispatchEvent(componentEvent('insert', text))}>
                Insert as alt text
              </button>
            </div>`
      }
      <form @submit=${this.onSubmit}>
        <textarea
          rows="2"
          aria-label="Ask about this picture"
          placeholder="Ask about this picture"
          title="Enter asks, Shift+Enter begins a new line"
          @keydown=${this.onKey}
        ></textarea>
        <div class="foot">
          ${this.contextChoice()}
          <button class="button">Ask</button>
        </div>
      </form>`;
  }

  private get pending(): boolean {
    const last = this.turns.at(-1);
    return last !== undefined && !last.answer && last.failed === undefined;
  }

  private contextChoice() {
    return this.context === undefined
      ? nothing
      : html`<label title=${this.context}
          ><input
            type="checkbox"
            .checked=${this.tells}
            @change=${(event: Event) => {
              this.tells = (event.target as HTMLInputElement).checked;
            }}
          />with heading and file name</label
        >`;
  }

  private turnOf(turn: ShownTurn, i: number) {
    const { question, altText, told, answer, failed } = turn;
    return html`<div class=${i === this.turn ? 'turn current' : 'turn'}>
      ${
        altText
          ? nothing
          : html`<div class="who">you</div>
              <p class="question" title=${told === question ? nothing : told}>${question}</p>`
      }
      <div class="who" title=${altText ? told : nothing}>
        <span>${altText ? 'alt text' : 'answer'}</span>${answer ? weakestOf(answer) : nothing}
      </div>
      ${answer ? this.answerOf(answer, i) : failed === undefined ? this.waiting(i) : this.failedTurn(turn, failed)}
    </div>`;
  }

  private answerOf({ words, text, cut }: ImageAnswer, turn: number) {
    const current = turn === this.turn;
    const { looked } = this;
    const most = current && looked ? looked.reduce((largest, value) => Math.max(largest, value), 0) : 0;
    const choose = (word: number) => {
      this.dispatchEvent(componentEvent<TurnWord>('word-choose', { turn, word }));
    };
    if (words.length === 0) return html`<p class="question">${text === '' ? 'The model wrote nothing.' : text}</p>`;
    const list = wordList({
      name: 'answer',
      label: `Words of ${this.turns[turn].altText ? 'the alt text' : `answer ${turn + 1}`}`,
      words: words.map(word => word.text),
      chosen: this.words[turn] ?? 0,
      title: i => `probability ${words[i].probability.toFixed(2)}`,
      mark: i => [
        words[i].probability < weak ? html`<i class="weak"></i>` : nothing,
        most > 0 && looked![i] > 0 ? html`<i ${inlineStyle({ width: `${(looked![i] / most) * 100}%` })}></i>` : nothing,
      ],
      choose,
      onKey: event => this.onWordKey(event, turn, choose),
    });
    return html`${list}${cut ? html`<p class="dim cut">ended here, since it became too long</p>` : nothing}`;
  }

  private waiting(turn: number) {
    const { progress } = this;
    const [words, more] =
      progress?.phase === 'writing'
        ? ['Answering…']
        : progress
          ? ['Reading the picture…', `part ${Math.min(progress.parts, progress.done + 1)} of ${progress.parts}`]
          : [turn === 0 ? 'Reading the picture and answering…' : 'Answering…'];
    const text = progress?.phase === 'writing' ? progress.text.trim() : '';
    return html`${text ? html`<p class="question" aria-hidden="true">${text} …</p>` : nothing}
      <div class="waiting">
        <span role="status">${words}</span>
        ${more ? html`<span class="dim number" aria-hidden="true">${more}</span>` : nothing}
        ${this.waited > 1 ? html`<span class="dim number" aria-hidden="true">${this.waited} s</span>` : nothing}
        <button class="button secondary" @click=${() => this.dispatchEvent(componentEvent('stop', undefined))}>
          Stop
        </button>
      </div>`;
  }

  private failedTurn({ question, altText, told }: ShownTurn, failed: string) {
    const context = told !== question;
    const again = () =>
      this.dispatchEvent(altText ? componentEvent('alt-text', context) : componentEvent('ask', { question, context }));
    return html`<p class="failed" role="alert">${icon('error')}<span>${failed}</span></p>
      <button class="button secondary" @click=${again}>Try Again</button>`;
  }

  private readonly onSubmit = (event: Event) => {
    event.preventDefault();
    const question = this.box.value.trim();
    if (question === '') {
      this.box.focus();
      return;
    }
    this.box.value = '';
    this.dispatchEvent(componentEvent<Question>('ask', { question, context: this.tells }));
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.onSubmit(event);
  };

  private onWordKey(event: KeyboardEvent, turn: number, choose: (word: number) => void): void {
    const { length } = this.turns[turn].answer?.words ?? [];
    const at = this.words[turn] ?? 0;
    const to = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: length - 1,
      Enter: at,
      ' ': at,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(Math.min(length - 1, Math.max(0, to)));
    const list = event.currentTarget as HTMLElement;
    void this.updateComplete.then(() => list.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  }
}

/** The weakest content word with its probability: nothing is calibrated for such models, so nothing is made of it. */
function weakestOf({ words }: ImageAnswer) {
  const { value, weakest } = captionConfidence(words);
  return weakest === undefined
    ? nothing
    : html`<span
        title="The content word that the model gave the least probability; what that says of the answer was not measured for such models"
        >weakest: “${weakest}” ${value.toFixed(2)}</span
      >`;
}
