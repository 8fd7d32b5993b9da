import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import {
  SpeechPanelRequest,
  type EncoderHeads,
  type SoundHeat,
  type SpeechContent,
  type SpeechHeads,
  TranscriptRequest,
  type TranscriptFormat,
} from '../../core/protocol/speechProtocol';
import { type SpeechWord, type TimeRange } from '../../core/speech/transcript';
import { formatTime } from '../../core/speech/formatTime';
import { likelyFrom, sureFrom, wordConfidence } from '../../core/speech/wordConfidence';
import type { WaveformContent } from '../../core/speech/waveformPicture';
import { type ExportEntry, pictureEntries } from '../common/exportMenu';
import { exportLook } from '../common/exportLook';
import { fileStem } from '../common/fileStem';
import { saveExport, type ExportFormat } from '../common/saveExport';
import { formatWeight } from '../run/wording';
import { captionViewStyles } from '../common/captionView.styles';
import { componentEvent } from '../common/componentEvent';
import { duration } from '../common/duration';
import type { HostConnection } from '../common/hostConnection';
import { sharedStyles } from '../common/styles';
import { tableButton } from '../common/tableButton';
import { wordList } from '../common/wordList';
import { Player } from './player';
import { speechViewStyles } from './speechView.styles';
import { showing, zoomed, zoomStep } from './timeView';
import './waveform';
import { type IconName, icon } from '../common/icons';

const exportGroups: readonly (readonly ExportEntry[])[] = [
  pictureEntries('the waveform with this word').filter(({ format }) => format !== 'copy'),
  [
    { format: 'srt', label: 'SRT…', note: 'subtitles' },
    { format: 'vtt', label: 'WebVTT…', note: 'subtitles' },
    { format: 'srtWords', label: 'SRT by Word…', note: 'subtitles, one word a cue' },
    { format: 'vttWords', label: 'WebVTT by Word…', note: 'subtitles, one word a cue' },
    { format: 'txt', label: 'Text…', note: 'the transcript' },
    { format: 'csv', label: 'CSV…', note: 'words with their times' },
    { format: 'json', label: 'JSON…', note: 'words with their times' },
  ],
];

/** What there is to save of sound of which nothing was written. */
const soundGroups: readonly (readonly ExportEntry[])[] = [
  pictureEntries('the waveform with what this time looks at').filter(({ format }) => format !== 'copy'),
];

/** What is in sight at first is at most so long. */
const firstSeconds = 30;
/** Playing from a word goes on for so long at most. */
const mostPlayed = 30;

/** What is chosen here, as it is kept for a reload. */
export interface SpeechChoice {
  readonly word: number;
  readonly view: TimeRange;
  readonly heads: SpeechHeads;
  readonly soundHeads: EncoderHeads;
  readonly moment?: number;
  readonly table: boolean;
}

/** A transcript: its words, and on the waveform where the model listened as it wrote the chosen one. */
@customElement('headlight-speech-view')
export class SpeechView extends LitElement {
  static override styles = [sharedStyles, captionViewStyles, speechViewStyles];

  @property({ attribute: false }) content!: Extract<SpeechContent, { phase: 'transcript' }>;
  @property({ attribute: false }) connection!: HostConnection;
  /** What was chosen before the window was reloaded. */
  @property({ attribute: false }) kept?: SpeechChoice;

  @state() private word = 0;
  @state() private hovered?: SpeechWord;
  @state() private view: TimeRange = { start: 0, end: 1 };
  @state() private heads: SpeechHeads = 'alignment';
  /** The time that is looked from in the encoder; undefined: what words listened to is shown. */
  @state() private moment?: number;
  @state() private soundHeads: EncoderHeads = 'all';
  @state() private sound?: SoundHeat & { readonly window: number; readonly frame: number };
  @state() private heat?: { readonly word: SpeechWord; readonly values: Float32Array };
  @state() private table = false;
  @state() private cursor?: number;
  @state() private failure = '';
  private readonly player = new Player(moment => {
    this.cursor = moment;
  });
  private asked = 0;

  override disconnectedCallback(): void {
    this.player.dispose();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('content') as SpeechContent | undefined;
    if (changed.has('content') && (before?.phase !== 'transcript' || before.read.audio !== this.content.read.audio)) {
      this.player.stop();
      this.word = 0;
      this.heat = this.hovered = undefined;
      this.heads = 'alignment';
      this.failure = '';
      this.moment = this.sound = undefined;
      this.soundHeads = 'all';
      this.view = { start: 0, end: Math.min(firstSeconds, this.content.read.seconds) };
      if (!before && this.kept) {
        ({
          word: this.word,
          view: this.view,
          heads: this.heads,
          soundHeads: this.soundHeads,
          moment: this.moment,
          table: this.table,
        } = this.kept);
      }
    }
    const { read, words, done } = this.content;
    if (this.word >= words.length && done === read.windows.length) this.word = 0;
    const { chosen } = this;
    // Without a decoder there is the encoder's attention alone: of the first word, or of the middle of what is in sight.
    if (read.writes !== 'text' && this.moment === undefined && (chosen || done === read.windows.length)) {
      const { start, end } = chosen ?? this.view;
      this.moment = (start + end) / 2;
      changed.set('moment', undefined);
    }
    if (this.moment === undefined && chosen && (chosen !== this.heat?.word || changed.has('heads'))) {
      void this.load(chosen);
    }
    if (this.moment !== undefined && ['content', 'moment', 'soundHeads'].some(name => changed.has(name))) {
      void this.loadSound();
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (!['word', 'view', 'heads', 'soundHeads', 'moment', 'table'].some(name => changed.has(name))) return;
    const { word, view, heads, soundHeads, moment, table } = this;
    this.dispatchEvent(
      componentEvent('view-keep', { word, view, heads, soundHeads, moment, table } satisfies SpeechChoice),
    );
  }

  override render() {
    const { title, read, words, elapsed } = this.content;
    const channels = ['mono', 'stereo'][read.channels - 1] ?? `${read.channels} channels`;
    const sound = `${read.sampleRate.toLocaleString('en')} Hz, ${channels}`;
    const facts = [title, read.format, formatTime(read.seconds), sound, duration(elapsed)].join(' · ');
    const { chosen } = this;
    return html`<div class="bar">
        <span class="chip">${icon('chip')}${read.model.id} <span class="dim">${read.model.dtype}</span></span>
        <h1 class="title dim" title=${facts}>${facts}</h1>
        <span class="grow"></span>
        ${
          words.length === 0 && read.writes !== 'nothing'
            ? nothing
            : html`<headlight-export
                .groups=${words.length === 0 ? soundGroups : exportGroups}
                @export-choose=${(e: CustomEvent<ExportFormat<TranscriptFormat>>) => void this.export(e.detail)}
              ></headlight-export>`
        }
      </div>
      ${this.notices()}
      <main>
        ${this.status()}
        <div class="choices">
          ${this.languageChoice()}${this.attentionChoice()}${this.headChoice()}<span class="tools">
            ${chosen ? this.playTool() : nothing}
            ${this.tool('Zoom in (+)', 'zoom-in', () => this.zoom(zoomStep))}${this.tool('Zoom out (−)', 'zoom-out', () => this.zoom(1 / zoomStep))}${this.tool(
              'Show all (0)',
              'screen-full',
              () => {
                this.view = { start: 0, end: read.seconds };
              },
            )}
          </span>
        </div>
        <headlight-waveform
          .content=${this.picture}
          .seconds=${read.seconds}
          .hovered=${this.hovered}
          .cursor=${this.cursor}
          label=${
            this.moment === undefined
              ? 'The waveform; plus and minus zoom, arrow keys move, 0 shows all'
              : 'The waveform; arrow keys and page keys move the time that is looked from, plus and minus zoom, 0 shows all'
          }
          @time-choose=${(e: CustomEvent<number>) => {
            this.look(e.detail);
          }}
          @view-change=${(e: CustomEvent<TimeRange>) => {
            this.view = e.detail;
          }}
          @word-point=${(e: CustomEvent<SpeechWord | undefined>) => {
            this.hovered = e.detail;
          }}
          @word-choose=${(e: CustomEvent<SpeechWord>) => {
            this.choose(words.indexOf(e.detail));
          }}
        ></headlight-waveform>
        ${wordList({
          name: 'words',
          label: 'Words of the transcript; arrow keys choose, Space plays, F2 corrects',
          words: words.map(({ text }) => text),
          chosen: this.word,
          hovered: this.hovered && words.indexOf(this.hovered),
          title: i => {
            const { start, end, probability, heard } = words[i];
            const placed = `${formatTime(start, 2)} to ${formatTime(end, 2)} s, probability ${probability.toFixed(2)}`;
            return heard === undefined ? placed : `${placed}; heard as “${heard}”`;
          },
          mark: i => {
            const confidence = wordConfidence(words[i]);
            return confidence === 'sure' ? nothing : html`<i class=${confidence}></i>`;
          },
          choose: i => {
            this.choose(i);
          },
          hover: i => {
            this.hovered = i === undefined ? undefined : words[i];
          },
          onKey: this.onKey,
        })}
        ${this.confidenceLegend()}${this.moment === undefined ? nothing : this.soundLine(this.moment)}
        ${
          chosen
            ? html`<p class="dim">
                  “${chosen.text}”${chosen.heard === undefined ? nothing : html` · heard as “${chosen.heard}”`} ·
                  ${formatTime(chosen.start, 2)} to ${formatTime(chosen.end, 2)} · probability
                  ${formatWeight(chosen.probability)}${
                    this.heat?.word === chosen && this.heat.values.length > 0 && this.moment === undefined
                      ? ` · most attention at ${formatTime(this.strongest(this.heat), 2)}`
                      : nothing
                  }
                </p>
                ${this.symbolsOf(chosen)}
                <div class="actions">
                  <vscode-button secondary title="Your own words in place of this one (F2)" @click=${this.correct}
                    >Correct…</vscode-button
                  >
                  ${tableButton(this.table, () => {
                    this.table = !this.table;
                  })}
                </div>`
            : nothing
        }
        <span class="visually-hidden" aria-live="polite"
          >${chosen && this.moment === undefined ? `${chosen.text}, ${formatTime(chosen.start)} to ${formatTime(chosen.end)}` : ''}</span
        >
        ${this.table ? this.tableOf() : nothing}
        <p class="dim">${this.placing()}</p>
      </main>`;
  }

  private get chosen(): SpeechWord | undefined {
    return this.content.words[this.word];
  }

  private get picture(): WaveformContent {
    const { read, words } = this.content;
    const { heat, chosen } = this;
    return {
      view: this.view,
      peaks: read.peaks,
      words,
      ...(this.moment === undefined ? { chosen } : {}),
      ...(this.moment === undefined ? {} : { moment: this.moment }),
      heat:
        this.moment !== undefined
          ? this.sound && {
              start: read.windows[this.sound.window].start,
              framesPerSecond: read.framesPerSecond,
              values: this.sound.heat,
            }
          : heat && heat.word === chosen
            ? { start: read.windows[chosen.window].start, framesPerSecond: read.framesPerSecond, values: heat.values }
            : undefined,
    };
  }

  private choose(word: number): void {
    this.word = word;
    const { chosen } = this;
    if (!chosen) return;
    this.view = showing(this.view, chosen, this.content.read.seconds);
    if (this.moment !== undefined) this.look((chosen.start + chosen.end) / 2);
  }

  /** Looks from a time on, in the encoder. */
  private look(seconds: number): void {
    const { seconds: all, framesPerSecond } = this.content.read;
    this.moment = Math.max(0, Math.min(all - 1 / framesPerSecond, seconds));
    this.view = showing(this.view, { start: this.moment, end: this.moment }, all);
  }

  private async loadSound(): Promise<void> {
    const { windows, framesPerSecond } = this.content.read;
    const moment = this.moment!;
    const window = Math.max(
      0,
      windows.findIndex(({ end }) => moment < end),
    );
    const frame = Math.floor((moment - windows[window].start) * framesPerSecond + 1e-6);
    const asked = ++this.asked;
    try {
      const sound = await this.connection.sendRequest(TranscriptRequest.soundHeat, {
        window,
        frame,
        heads: this.soundHeads,
      });
      if (asked === this.asked) [this.sound, this.failure] = [{ ...sound, window, frame }, ''];
    } catch (error) {
      if (asked === this.asked) {
        [this.sound, this.failure] = [undefined, error instanceof Error ? error.message : String(error)];
      }
    }
  }

  private zoom(factor: number): void {
    const { view, chosen } = this;
    const middle =
      chosen && chosen.end > view.start && chosen.start < view.end
        ? (chosen.start + chosen.end) / 2
        : (view.start + view.end) / 2;
    this.view = zoomed(view, factor, middle, this.content.read.seconds);
  }

  private async load(word: SpeechWord): Promise<void> {
    const asked = ++this.asked;
    this.heat = { word, values: new Float32Array(0) };
    try {
      const values = await this.connection.sendRequest(TranscriptRequest.heat, {
        window: word.window,
        word: word.index,
        heads: this.heads,
      });
      if (asked === this.asked) [this.heat, this.failure] = [{ word, values }, ''];
    } catch (error) {
      if (asked === this.asked) this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  private async play(): Promise<void> {
    const { chosen } = this;
    if (this.player.playing || !chosen) {
      this.player.stop();
      return;
    }
    try {
      const end = Math.min(this.content.read.seconds, chosen.start + mostPlayed);
      await this.player.play(
        await this.connection.sendRequest(TranscriptRequest.samples, { start: chosen.start, end }),
        chosen.start,
      );
    } catch (error) {
      this.failure = `Nothing is played: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  private readonly correct = () => {
    void this.connection.sendRequest(SpeechPanelRequest.correct, { word: this.word });
  };

  private async export(format: ExportFormat<TranscriptFormat>): Promise<void> {
    try {
      const { connection, picture } = this;
      const { title, text, words, language, read } = this.content;
      const chosen = picture.chosen?.text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
      await saveExport<TranscriptFormat>(format, {
        name: `${fileStem(title)}${(format === 'svg' || format === 'png') && chosen ? `-${chosen}` : ''}`,
        make: made =>
          connection.sendRequest(TranscriptRequest.export, {
            what: { title, text, words, language, read, picture },
            format: made,
            look: exportLook(),
          }),
        save: file => connection.sendRequest(SpeechPanelRequest.save, file),
      });
      this.failure = '';
    } catch (error) {
      this.failure = `Nothing was exported: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  private notices() {
    const { cut, failure, read, otherLanguage } = this.content;
    const notices = [
      ...(failure
        ? [
            failure === 'Stopped.'
              ? `Stopped after ${formatTime(this.doneSeconds, 0)} of ${formatTime(read.seconds, 0)}; transcribe again to hear the rest.`
              : failure,
          ]
        : []),
      ...cut.map(
        window =>
          `From ${formatTime(read.windows[window].start)} to ${formatTime(read.windows[window].end)} the model wrote until ` +
          'it may write no more; the end of that part is missing, or it repeats itself.',
      ),
      ...(otherLanguage.length > 0
        ? [
            `${read.model.id} knows one language only and is unsure of what it wrote${
              otherLanguage.length < read.windows.length
                ? ` from ${formatTime(read.windows[otherLanguage[0]].start)} to ${formatTime(read.windows[otherLanguage.at(-1)!].end)}`
                : ''
            }: what is said may be another language; choose a model of several, such as onnx-community/whisper-tiny.`,
          ]
        : []),
      ...(this.failure ? [this.failure] : []),
    ];
    return notices.map(text => html`<div class="notice" role="note">${icon('info')}<span>${text}</span></div>`);
  }

  private get doneSeconds(): number {
    const { read, done } = this.content;
    return done === 0 ? 0 : read.windows[done - 1].end;
  }

  private status() {
    const { read, done, failure, words } = this.content;
    if (done < read.windows.length && !failure) {
      return html`<vscode-progress-bar aria-label="Transcribing"></vscode-progress-bar>
        <p class="status">
          <span role="status">Transcribing… ${formatTime(this.doneSeconds, 0)} of ${formatTime(read.seconds, 0)}</span>
          <vscode-button secondary @click=${() => void this.connection.sendRequest(SpeechPanelRequest.stop)}
            >Stop</vscode-button
          >
        </p>`;
    }
    if (words.length > 0 || failure) return nothing;
    return html`<p class="status" role="status">
      ${
        read.writes === 'nothing'
          ? `${read.model.id} encodes sound and writes no words: choose a time to see what it looks at.`
          : 'The model heard no words.'
      }
    </p>`;
  }

  private languageChoice() {
    const { read, chosenLanguage, language } = this.content;
    if (read.languages.length === 0) return nothing;
    const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });
    const nameOf = (code: string) => {
      try {
        return names.of(code) ?? code;
      } catch {
        return code;
      }
    };
    return html`<span class="dim">Language</span
      ><vscode-single-select
        label="Language"
        .value=${chosenLanguage ?? ''}
        @change=${(e: Event) => {
          void this.connection.sendRequest(SpeechPanelRequest.language, {
            language: (e.target as HTMLInputElement).value || undefined,
          });
        }}
        ><vscode-option value="" ?selected=${chosenLanguage === undefined}
          >guessed${chosenLanguage === undefined && language ? `: ${nameOf(language)}` : ''}</vscode-option
        >
        ${read.languages.map(
          code =>
            html`<vscode-option value=${code} ?selected=${code === chosenLanguage}>${nameOf(code)}</vscode-option>`,
        )}</vscode-single-select
      >`;
  }

  private attentionChoice() {
    const { encoderLayers, writes } = this.content.read;
    if (encoderLayers.length === 0 || writes !== 'text') return nothing;
    const sound = this.moment !== undefined;
    return html`<span class="dim">Attention</span
      ><vscode-single-select
        label="Attention"
        .value=${sound ? 'sound' : 'words'}
        @change=${(e: Event) => {
          if ((e.target as HTMLInputElement).value === 'words') this.moment = undefined;
          else this.look(this.chosen ? (this.chosen.start + this.chosen.end) / 2 : this.view.start);
        }}
        ><vscode-option value="words" ?selected=${!sound}>decoder: words</vscode-option
        ><vscode-option value="sound" ?selected=${sound}>encoder: sound</vscode-option></vscode-single-select
      >`;
  }

  private headChoice() {
    const sound = this.moment !== undefined;
    const { layers, encoderLayers, alignment } = this.content.read;
    const heads = sound ? this.soundHeads : this.heads;
    const value = typeof heads === 'string' ? heads : `${heads.layer}.${heads.head}`;
    const option = (of: string, label: string) =>
      html`<vscode-option value=${of} ?selected=${of === value}>${label}</vscode-option>`;
    // A select of its own for each: one whose options change keeps the old ones in sight.
    return keyed(
      sound,
      html`<span class="dim">Heads</span
        ><vscode-single-select
          label="Heads"
          .value=${value}
          @change=${(e: Event) => {
            const chosen = (e.target as HTMLInputElement).value;
            const [layer, head] = chosen.split('.');
            const one = { layer: Number(layer), head: head === 'all' ? ('all' as const) : Number(head) };
            if (sound) this.soundHeads = chosen === 'all' ? chosen : one;
            else this.heads = chosen === 'alignment' || chosen === 'all' ? chosen : one;
          }}
          >${sound ? nothing : option('alignment', alignment.stated ? 'alignment heads' : 'upper layers')}${option('all', 'all, mean')}
          ${(sound ? encoderLayers : layers).map(({ layer, heads: count }) => [
            option(`${layer}.all`, `layer ${layer}, mean`),
            Array.from({ length: count }, (_, head) => option(`${layer}.${head}`, `head ${layer}.${head}`)),
          ])}</vscode-single-select
        >`,
    );
  }

  /** What the time that is looked from looks at most, in words. */
  private soundLine(moment: number) {
    const { sound } = this;
    const { windows, framesPerSecond } = this.content.read;
    if (!sound) return html`<p class="dim" role="status">${formatTime(moment, 2)}…</p>`;
    const strongest =
      windows[sound.window].start +
      sound.heat.indexOf(sound.heat.reduce((most, value) => Math.max(most, value), 0)) / framesPerSecond;
    return html`<p class="dim" role="status">
      ${formatTime(moment, 2)} looks most at
      ${formatTime(strongest, 2)}${
        sound.rest > 0.0005
          ? ` · ${formatWeight(sound.rest)} goes to the silence that fills the model’s window`
          : nothing
      }
    </p>`;
  }

  /** What the colours below words say, where there are any. */
  private confidenceLegend() {
    const { words } = this.content;
    const found = (['likely', 'doubtful', 'corrected'] as const).filter(each =>
      words.some(word => wordConfidence(word) === each),
    );
    if (found.length === 0) return nothing;
    const says = {
      likely: `probability ${likelyFrom} to ${sureFrom}`,
      doubtful: `below ${likelyFrom}: listen to it`,
      corrected: 'corrected by you',
    };
    return html`<p class="dim legend">${found.map(each => html`<span><i class=${each}></i>${says[each]}</span>`)}</p>`;
  }

  private playTool() {
    const name = this.player.playing ? 'Stop' : 'Play from this word';
    return html`<button class="tool" aria-label=${name} title="${name} (Space)" @click=${() => void this.play()}>
      ${icon(this.cursor === undefined ? 'play' : 'debug-stop')}
    </button>`;
  }

  private tool(name: string, glyph: IconName, act: () => void) {
    return html`<button class="tool" aria-label=${name} title=${name} @click=${act}>${icon(glyph)}</button>`;
  }

  private strongest({ word, values }: { word: SpeechWord; values: Float32Array }): number {
    const { windows, framesPerSecond } = this.content.read;
    return (
      windows[word.window].start +
      values.indexOf(values.reduce((most, value) => Math.max(most, value), 0)) / framesPerSecond
    );
  }

  /** Where each character of a word is said, of a model that says one in each frame. */
  private symbolsOf({ symbols = [] }: SpeechWord) {
    if (symbols.length === 0) return nothing;
    return html`<p class="dim symbols">
      ${symbols.map(
        ({ text, start, end, probability }) =>
          html`<span
            title="${text}: ${formatTime(start, 2)} to ${formatTime(end, 2)}, probability ${formatWeight(probability)}"
            ><bdi>${text}</bdi> <span class="mono">${formatTime(start, 2)}</span></span
          >`,
      )}
    </p>`;
  }

  private placing(): string {
    const { alignment, windows, writes, framesPerSecond } = this.content.read;
    const parts = windows.length > 1 ? ` The audio was read in ${windows.length} parts, cut where it is quiet.` : '';
    if (writes !== 'text') {
      const frames = `The heat is the encoder’s self-attention over frames of ${Number((1000 / framesPerSecond).toFixed(1))} ms.`;
      return writes === 'symbols'
        ? `Each character stands in the frames in which it is the likeliest symbol (CTC), which may be fewer than it sounds in. ${frames}${parts}`
        : `${frames}${parts}`;
    }
    const heads = alignment.stated
      ? `the ${alignment.heads.length} heads that the model names for it`
      : 'the heads of the upper half of the layers, since the model names none';
    const heat = this.moment === undefined ? 'the decoder’s cross-attention' : 'the encoder’s self-attention';
    const placed = `Words are placed by the cross-attention of ${heads}, with dynamic time warping, and clamped to what sounds; the heat is ${heat}.`;
    return `${placed}${parts}`;
  }

  private tableOf() {
    return html`<table class="cells">
      <caption class="dim">
        Words with their times in seconds
      </caption>
      <thead>
        <tr>
          <th scope="col">word</th>
          <th scope="col">from</th>
          <th scope="col">to</th>
          <th scope="col">probability</th>
        </tr>
      </thead>
      <tbody>
        ${this.content.words.map(
          (word, i) =>
            html`<tr aria-current=${i === this.word}>
              <th scope="row">${word.text}</th>
              <td class="mono number">${word.start.toFixed(2)}</td>
              <td class="mono number">${word.end.toFixed(2)}</td>
              <td class="mono number">${word.probability.toFixed(3)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      void this.play();
      return;
    }
    if (event.key === 'F2') {
      event.preventDefault();
      this.correct();
      return;
    }
    const { length } = this.content.words;
    const to = {
      ArrowRight: this.word + 1,
      ArrowDown: this.word + 1,
      ArrowLeft: this.word - 1,
      ArrowUp: this.word - 1,
      Home: 0,
      End: length - 1,
    }[event.key];
    if (to === undefined || length === 0) return;
    event.preventDefault();
    this.choose(Math.min(length - 1, Math.max(0, to)));
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
}
