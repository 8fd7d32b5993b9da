import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  AskImagePanelRequest,
  showProgress,
  type AnswerProgress,
  type AskImageContent,
} from '../../core/protocol/askImageProtocol';
import { turnsUpTo, type ShownTurn } from '../../core/vision/conversationTurns';
import type { WordWeighting, WordWish } from '../../core/vision/imageAnswer';
import { hasThumbnail, type ShownParts } from '../../core/vision/pictureTokens';
import type { Rgb } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { duration } from '../common/duration';
import '../common/exportMenu';
import type { HostConnection } from '../common/hostConnection';
import { icon } from '../common/icons';
import { segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { AnswerStudy } from './answerStudy';
import { askImageViewStyles } from './askImageView.styles';
import './conversation';
import type { Question, TurnWord } from './conversation';
import { answerExports, exportAnswer, type AnswerExportFormat } from './exportAnswer';
import type { DecoderHead } from './headGrid';
import { pictureColor, smallPixels } from './pictureColor';
import './pictureStage';
import './wordDetails';

const weightings = [
  { value: 'raw', label: 'raw' },
  { value: 'minusMean', label: 'minus mean', name: 'minus mean of all words of the answer' },
  { value: 'value', label: 'value', name: 'value: weighted by the length of each value vector' },
] as const;
const howMany = [
  { value: 'all', label: 'all heads' },
  { value: 'one', label: 'one head' },
] as const;

type Conversation = Extract<AskImageContent, { phase: 'conversation' }>;

/** A conversation about an image: questions and answers, the picture with a word's heat, and the word's numbers. */
@customElement('headlight-ask-image-view')
export class AskImageView extends LitElement {
  static override styles = [sharedStyles, askImageViewStyles];

  @property({ attribute: false }) content!: Conversation;
  @property({ attribute: false }) connection!: HostConnection;

  /** The turn that is looked at. */
  @state() private turn = 0;
  @state() private weighting: WordWeighting = 'minusMean';
  @state() private all = true;
  @state() private head: DecoderHead = { layer: 0, head: 0 };
  @state() private shown: ShownParts = 'tiles';
  @state() private exportFailure = '';
  /** What an export came to, for a screen reader. */
  @state() private exported = '';
  /** Counts the changes of studies. */
  @state() private version = 0;
  @state() private pixels?: Uint8ClampedArray;
  /** How far the answer is that is under way. */
  @state() private progress?: AnswerProgress;
  /** [turn], of those with an answer. */
  private studies: (AnswerStudy | undefined)[] = [];
  private source = '';
  private readonly themes = new ThemeController(this);

  override firstUpdated(): void {
    this.connection.onNotification(showProgress, progress => {
      this.progress = progress;
    });
  }

  override disconnectedCallback(): void {
    for (const study of this.studies) study?.stop();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('content')) return;
    const before = changed.get('content');
    const { facts, file, model, png, turns } = this.content;
    if (before?.facts.hash !== facts.hash || before.file.uri !== file.uri || before.model !== model) this.begin(png);
    this.exportFailure = '';
    this.progress = undefined;
    const old = this.studies;
    this.studies = turns.map((turn, i) => this.studyOf(turn, old[i]));
    for (const study of old) if (study && !this.studies.includes(study)) study.stop();
    const newest = this.studies.findLastIndex(study => study !== undefined);
    const isNew = this.studies[newest] !== undefined && this.studies[newest] !== old[newest];
    if (isNew || !this.studies[this.turn]) this.choose({ turn: Math.max(0, newest) });
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('content')) return;
    const { turns } = this.content;
    this.dispatchEvent(componentEvent('view-keep', { turns }));
  }

  override render() {
    const { content, study, wish } = this;
    const { facts, turns, context } = content;
    return html`<div class="bar">
        ${this.facts()}
        ${
          study
            ? html`${segmented('Weights', weightings, this.weighting, weighting => {
                  this.weighting = weighting;
                  this.look();
                })}
                ${segmented('Heads', howMany, this.all ? 'all' : 'one', heads => this.chooseHead(heads === 'one' ? this.head : undefined))}
                <headlight-export
                  .groups=${answerExports}
                  @export-choose=${(event: CustomEvent<AnswerExportFormat>) => void this.export(event.detail)}
                ></headlight-export>`
            : nothing
        }
      </div>
      ${this.notices()}
      <main class=${study ? '' : 'alone'}>
        <headlight-conversation
          .turns=${turns}
          .turn=${this.turn}
          .words=${this.studies.map(each => each?.word ?? 0)}
          .looked=${wish && study?.attentionOf(wish)?.words}
          .progress=${this.progress}
          .context=${context}
          @word-choose=${(event: CustomEvent<TurnWord>) => this.choose(event.detail)}
          @ask=${(event: CustomEvent<Question>) => void this.connection.sendRequest(AskImagePanelRequest.ask, event.detail)}
          @alt-text=${(event: CustomEvent<boolean>) =>
            void this.connection.sendRequest(AskImagePanelRequest.altText, { context: event.detail })}
          @stop=${() => void this.connection.sendRequest(AskImagePanelRequest.stop)}
          @copy=${(event: CustomEvent<string>) =>
            void this.connection.sendRequest(AskImagePanelRequest.copy, { text: event.detail })}
          @insert=${(event: CustomEvent<string>) =>
            void this.connection.sendRequest(AskImagePanelRequest.insert, { text: event.detail })}
        ></headlight-conversation>
        <div class="study">
          <headlight-picture-stage
            .facts=${facts}
            .source=${this.source}
            .study=${study}
            .version=${this.version}
            .wish=${wish}
            .shown=${this.shown}
            .color=${this.color}
            @shown-choose=${(event: CustomEvent<ShownParts>) => {
              this.shown = event.detail;
            }}
            @look-again=${() => this.look()}
          ></headlight-picture-stage>
          ${
            study && wish
              ? html`<headlight-word-details
                  .study=${study}
                  .version=${this.version}
                  .wish=${wish}
                  @head-choose=${(event: CustomEvent<DecoderHead>) => this.chooseHead(event.detail)}
                  @knock-out=${() => void study.knockOut()}
                  @knock-out-stop=${() => study.cuts?.asking?.abort()}
                ></headlight-word-details>`
              : nothing
          }
        </div>
      </main>
      <span class="visually-hidden" role="status">${this.exported}</span>`;
  }

  private get study(): AnswerStudy | undefined {
    return this.studies[this.turn];
  }

  private get wish(): WordWish | undefined {
    const { study, all, head, weighting } = this;
    if (!study?.answer.words.length) return undefined;
    return { word: study.word, ...(all ? { layer: 'all', head: 'all' } : head), weighting };
  }

  private get color(): Rgb {
    void this.themes.theme;
    return pictureColor(this.pixels);
  }

  /** Another picture or model: nothing of the one before is of use. */
  private begin(png: Uint8Array): void {
    for (const study of this.studies) study?.stop();
    this.studies = [];
    this.turn = 0;
    this.pixels = undefined;
    URL.revokeObjectURL(this.source);
    const blob = new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' });
    const source = (this.source = URL.createObjectURL(blob));
    smallPixels(blob).then(
      pixels => {
        if (source === this.source) this.pixels = pixels;
      },
      // A picture that cannot be made small keeps the theme's colour.
      () => undefined,
    );
  }

  /** The study of a turn's answer: the one that was, where it is the same answer. */
  private studyOf({ told, answer }: ShownTurn, before: AnswerStudy | undefined): AnswerStudy | undefined {
    if (!answer) return undefined;
    const key = `${told}\n${answer.text}`;
    if (before?.key === key) return before;
    return new AnswerStudy(key, answer, this.connection, () => this.version++);
  }

  /** Looks at a turn's answer, at a word of it or the one that was looked at there. */
  private choose({ turn, word }: Partial<TurnWord> & { readonly turn: number }): void {
    if (turn !== this.turn) this.study?.stop();
    this.turn = turn;
    const { study } = this;
    if (!study) return;
    if (word !== undefined) study.word = word;
    if (!hasThumbnail(study.answer.parts)) this.shown = 'tiles';
    this.version++;
    void this.connection.sendRequest(AskImagePanelRequest.choose, { turn });
    this.look();
  }

  private chooseHead(head: DecoderHead | undefined): void {
    this.all = head === undefined;
    if (head) this.head = head;
    this.look();
  }

  private look(): void {
    const { study, wish } = this;
    if (study && wish) void study.look(wish);
  }

  /** The model's chip, and what is known of image and answer. */
  private facts() {
    const { title, model, dtype, facts, turns } = this.content;
    const { elapsed } = turns[this.turn] ?? {};
    const answer = this.study?.answer;
    const words = [
      title,
      `${facts.width.toLocaleString('en')} × ${facts.height.toLocaleString('en')}`,
      ...(answer ? [`${answer.pictureTokens.toLocaleString('en')} picture tokens`] : []),
      ...(elapsed === undefined ? [] : [duration(elapsed)]),
    ].join(' · ');
    return html`<button
        class="chip"
        title="Choose another model"
        @click=${() => void this.connection.sendRequest(AskImagePanelRequest.chooseModel)}
      >
        ${icon('chip')}${model.split('/').pop()}
        <span class="dim">${answer ? `${answer.layers} × ${answer.heads} heads · ` : ''}${dtype}</span
        >${icon('chevron-down')}
      </button>
      <h1 class="title dim" title=${words}>${words}</h1>`;
  }

  private notices() {
    const { frames } = this.content.facts;
    const notices = [
      ...(frames > 1 ? [`Only the first of ${frames.toLocaleString('en')} frames or pages is read.`] : []),
      ...(this.exportFailure ? [`Nothing was exported: ${this.exportFailure}`] : []),
    ];
    return notices.map(text => html`<div class="notice" role="note">${icon('info')}<span>${text}</span></div>`);
  }

  private async export(format: AnswerExportFormat): Promise<void> {
    const { study, wish, content, turn, connection } = this;
    const attention = wish && study?.attentionOf(wish);
    this.exportFailure = this.exported = '';
    if (!study || !wish || !attention) {
      this.exportFailure = 'where the word looked is not known yet; wait for it, or try again.';
      return;
    }
    const { title, turns, png } = content;
    try {
      this.exported = await exportAnswer(
        format,
        {
          title,
          turns: turnsUpTo(turns, turn),
          answer: study.answer,
          wish,
          shown: this.shown,
          attention,
          covers: study.covers.flatMap(({ name, regions, changes }) => (changes ? [{ name, regions, changes }] : [])),
          png,
        },
        this.color,
        connection,
      );
    } catch (error) {
      this.exportFailure = error instanceof Error ? error.message : String(error);
    }
  }
}
