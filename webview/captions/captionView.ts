import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { cellWords, layerShares, wordHeat, wordHeatMinusMean, type HeatHead } from '../../core/captions/captionHeat';
import { captionConfidence } from '../../core/captions/captionConfidence';
import { captionVerdict, isUnsure, type CaptionVerdict } from '../../core/captions/captionVerdict';
import { paddingShare } from '../../core/captions/heatCells';
import {
  CaptionedRequest,
  CaptionPanelRequest,
  type CaptionContent,
  type CaptionFormat,
} from '../../core/protocol/captionProtocol';
import type { Caption, CoveredCaption } from '../../core/captions/caption';
import type { ImageRegion } from '../../core/images/image';
import { cellCoverage } from '../../core/images/seenRegion';
import { duration } from '../common/duration';
import { cssColor } from '../common/colorScale';
import { inlineStyle } from '../common/inlineStyle';
import type { HostConnection } from '../common/hostConnection';
import { type ExportEntry, pictureEntries } from '../common/exportMenu';
import { exportLook } from '../common/exportLook';
import { fileStem } from '../common/fileStem';
import { saveExport, type ExportFormat } from '../common/saveExport';
import { segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import './captionPicture';
import type { MarkedCells } from './captionPicture';
import { captionViewStyles } from '../common/captionView.styles';
import { tableButton } from '../common/tableButton';
import { wordList } from '../common/wordList';
import { regionName } from '../common/regionName';
import { icon } from '../common/icons';

const exportGroups: readonly (readonly ExportEntry[])[] = [
  pictureEntries('with the heat of this word'),
  [{ format: 'json', label: 'JSON…', note: 'all words, layers and heads' }],
];

const measures = [
  { value: 'raw', label: 'raw' },
  { value: 'minus', label: 'minus mean' },
] as const;
const howMany = [
  { value: 'all', label: 'all heads' },
  { value: 'one', label: 'one head' },
] as const;
const looks = [
  { value: 'words', label: 'words' },
  { value: 'encoder', label: 'cells it looks at' },
] as const;

/** A change of the log-probability that halves the probability, or doubles it. */
const halved = Math.LN2;

/** Cells that one request covers: so often progress is told and a cancel heard. */
const cellsAtOnce = 4;

/** The cells of most heat, the strongest first; none without any. */
function strongest(heat: Float32Array, most: number): number[] {
  return [...heat.keys()]
    .filter(cell => heat[cell] > 0)
    .sort((a, b) => heat[b] - heat[a])
    .slice(0, most);
}

/** An image with its caption: words, heat, what covering changes. */
@customElement('headlight-caption')
export class CaptionView extends LitElement {
  static override styles = [sharedStyles, captionViewStyles];

  @property({ attribute: false }) content!: Extract<CaptionContent, { phase: 'caption' }>;
  @property({ attribute: false }) connection!: HostConnection;

  @state() private word = 0;
  @state() private hovered?: number;
  @state() private cell?: number;
  @state() private marked?: MarkedCells;
  @state() private measure: 'raw' | 'minus' = 'minus';
  @state() private layer = 0;
  @state() private headNumber = 0;
  @state() private all = true;
  @state() private looks: 'words' | 'encoder' = 'words';
  @state() private covered: readonly ({ name: string; failure?: string } & Partial<CoveredCaption>)[] = [];
  @state() private table = false;
  @state() private edited?: string;
  /** Whether the user asked for what the model said though it was not sure. */
  @state() private guessAsked = false;
  @state() private exportFailure = '';
  /** What covering came to, for a screen reader. */
  @state() private done = '';
  /** [word][cell], as far as measured. */
  @state() private falls?: {
    readonly done: number;
    readonly cells: readonly number[];
    readonly data: Float32Array;
    readonly failure?: string;
  };
  private running?: AbortController;
  private source = '';

  override disconnectedCallback(): void {
    this.running?.abort();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('content')) return;
    URL.revokeObjectURL(this.source);
    this.source = URL.createObjectURL(new Blob([this.content.png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
    this.running?.abort();
    this.edited = this.content.edited;
    this.guessAsked = false;
    this.exportFailure = '';
    this.covered = [];
    this.falls = undefined;
    this.cell = this.hovered = this.marked = undefined;
    this.done = '';
    this.word = Math.max(0, this.content.caption.words.length - 1);
    if (this.content.caption.encoder.shape[0] === 0) this.looks = 'words';
  }

  private get head(): HeatHead {
    return this.all ? 'all' : { layer: this.layer, head: this.headNumber };
  }

  private get verdict(): CaptionVerdict {
    const { model, caption } = this.content;
    const { words, photo, screenshot } = caption;
    return captionVerdict({ model, confidence: captionConfidence(words).value, photo, screenshot });
  }

  /** Whether the caption is a guess that nobody asked for yet; who wrote words of their own has judged it. */
  private get hidesGuess(): boolean {
    return isUnsure(this.verdict) && !this.guessAsked && this.edited === undefined;
  }

  private heat(word: number): Float32Array {
    return (this.measure === 'raw' ? wordHeat : wordHeatMinusMean)(this.content.caption.cross, word, this.head);
  }

  /** [cell]: what the pointed cell looks at in the encoder, all heads and layers. */
  private encoderHeat(cell: number): Float32Array {
    const {
      shape: [layers, heads, , cells],
      data,
    } = this.content.caption.encoder;
    const heat = new Float32Array(cells);
    for (let plane = 0; plane < layers * heads; plane++) {
      const from = (plane * cells + cell) * cells;
      for (let key = 0; key < cells; key++) heat[key] += data[from + key] / layers / heads;
    }
    return heat;
  }

  override render() {
    return this.hidesGuess ? this.notSure() : this.captioned();
  }

  /** The picture without a caption, and how to see the guess. */
  private notSure() {
    const { caption, model } = this.content;
    const why = {
      photo: `This looks like a photo, and ${model} was taught drawings only. Captioners for photos are in the sidebar’s list of models.`,
      screenshot: `This looks like a screenshot, and ${model} was not taught to read those.`,
      weak: `${model} has a guess, and was mostly wrong where it was so little confident.`,
    }[caption.photo ? 'photo' : caption.screenshot ? 'screenshot' : 'weak'];
    return html`<div class="bar">${this.facts()}</div>
      ${this.notices()}
      <main>
        <div class="left">
          <h2 class="unsure">${icon('question')}Not sure what this shows</h2>
          <p class="dim">${why}</p>
          <img
            class="plain"
            src=${this.source}
            alt="The image"
            ${inlineStyle({ background: cssColor(caption.background) })}
          />
          <div class="actions">
            <vscode-button
              @click=${() => {
                this.guessAsked = true;
              }}
              >Show Guess</vscode-button
            >
            <vscode-button secondary @click=${() => void this.edit()}>Write Caption</vscode-button>
          </div>
        </div>
      </main>`;
  }

  /** What pointing at a cell shows, where the encoder's attention is there. */
  private pointingChoice() {
    const [layers] = this.content.caption.encoder.shape;
    const name = 'Pointing at a cell shows';
    if (layers === 0) return nothing;
    return html`<div class="row">
      <span class="dim">${name}</span>${segmented(name, looks, this.looks, value => {
        this.looks = value;
      })}
    </div>`;
  }

  /** The model's chip, and what is known of image and caption. */
  private facts() {
    const { caption, title, model, elapsed } = this.content;
    const { image, words } = caption;
    const { verdict } = this;
    const confidence = captionConfidence(words);
    const sure = `${verdict === 'photo' ? 'not sure' : verdict}, ${confidence.value.toFixed(2)}`;
    const facts = `${title} · ${image.width.toLocaleString('en')} × ${image.height.toLocaleString('en')} · ${duration(elapsed)}`;
    return html`<span class="chip"
        >${icon('chip')}${model}${this.content.builtIn ? html` <span class="dim">built in</span>` : nothing}</span
      >
      <span
        class=${isUnsure(verdict) ? 'confidence unsure' : 'confidence'}
        title="How sure the model was of the caption: the probability of its weakest word"
        >${isUnsure(verdict) ? icon('question') : nothing}${sure}</span
      >
      <h1 class="title dim" title=${facts}>${facts}</h1>
      <span class="grow"></span>`;
  }

  private captioned() {
    const { caption } = this.content;
    const { cross } = caption;
    const word = this.hovered ?? this.word;
    const shown = caption.words[word]?.text ?? '';
    const byCell = this.cell !== undefined && this.hovered === undefined;
    const shares =
      byCell && this.looks === 'words' ? cellWords(cross, this.cell!, this.head, this.measure === 'minus') : undefined;
    const largest = shares ? Math.max(1e-9, ...shares) : 1;
    const heat =
      caption.words.length === 0
        ? undefined
        : byCell && this.looks === 'encoder'
          ? this.encoderHeat(this.cell!)
          : this.heat(word);
    const outside = caption.words.length === 0 ? 0 : paddingShare(wordHeat(cross, word, this.head), caption);
    return html`<div class="bar">
        ${this.facts()}
        ${segmented('Heat', measures, this.measure, measure => {
          this.measure = measure;
        })}
        ${segmented('Heads', howMany, this.all ? 'all' : 'one', heads => {
          this.all = heads === 'all';
        })}
        <headlight-export
          .groups=${exportGroups}
          @export-choose=${(e: CustomEvent<ExportFormat<CaptionFormat>>) => void this.export(e.detail, heat, shown)}
        ></headlight-export>
      </div>
      ${this.notices()}
      <main>
        <div class="left">
          ${wordList({
            name: 'words',
            label: 'Words of the caption',
            words: caption.words.map(({ text }) => text),
            chosen: this.word,
            hovered: this.hovered,
            title: i => `probability ${caption.words[i].probability.toFixed(2)}`,
            mark: i => shares && html`<i ${inlineStyle({ width: `${Math.max(0, shares[i] / largest) * 100}%` })}></i>`,
            end: html`<span class="dim probability mono">${caption.words[word]?.probability.toFixed(2) ?? ''}</span>`,
            choose: i => {
              this.word = i;
            },
            hover: i => {
              this.hovered = i;
            },
            onKey: this.onWordKey,
          })}
          <headlight-caption-picture
            .caption=${caption}
            .source=${this.source}
            .heat=${heat}
            .cell=${this.cell}
            label="The image; arrow keys move over its cells, with Shift they mark several, Enter covers them"
            @cell-point=${(e: CustomEvent<number | undefined>) => {
              this.cell = e.detail;
            }}
            @mark=${(e: CustomEvent<MarkedCells | undefined>) => {
              this.marked = e.detail;
            }}
            @cover=${(e: CustomEvent<ImageRegion>) => void this.cover(e.detail)}
          ></headlight-caption-picture>
          ${this.edited === undefined ? nothing : html`<p class="edited"><span class="dim">your words</span> ${this.edited}</p>`}
          <div class="actions">
            <vscode-button
              @click=${() => void this.connection.sendRequest(CaptionPanelRequest.insert, { text: this.edited ?? caption.text })}
              >Insert as alt text</vscode-button
            >
            <vscode-button secondary @click=${() => void this.edit()}>Edit</vscode-button>
            <vscode-button
              secondary
              @click=${() => void this.connection.sendRequest(CaptionPanelRequest.copy, { text: this.edited ?? caption.text })}
              >Copy</vscode-button
            >
            ${tableButton(this.table, () => {
              this.table = !this.table;
            })}
            <span class="grow"></span
            ><span
              class="dim"
              title="By keyboard: arrow keys on the picture, with Shift to mark several cells, then Enter"
              >drag to cover a part and caption again</span
            >
          </div>
          <span class="visually-hidden" aria-live="polite">${this.spoken()}</span
          ><span class="visually-hidden" role="status">${this.done}</span>
          ${this.table ? this.tableOf(heat, shown) : nothing}
        </div>
        <aside>
          <section>
            <h2>“${shown}” <span class="dim">looked here</span></h2>
            ${this.all ? nothing : this.headChoice()}
            ${layerShares(cross, word, this.all ? undefined : this.headNumber).map(
              (share, layer) =>
                html`<div class="share">
                  <span>layer ${layer}</span>
                  <span class="track"><i ${inlineStyle({ width: `${share * 100}%` })}></i></span
                  ><span class="mono number">${share.toFixed(2)}</span>
                </div>`,
            )}
            <p class="dim">
              share of the attention inside the strongest quarter of the
              picture${outside >= 0.01 ? `; ${(outside * 100).toFixed(0)} % lies on the padding around it` : nothing}
            </p>
            ${this.pointingChoice()}
          </section>
          <section>
            <h2>Covered, captioned again</h2>
            ${this.coveredTable()}
          </section>
          <section>
            <h2>Which parts matter for “${shown}”</h2>
            ${this.occlusionPart(word)}
          </section>
        </aside>
      </main>`;
  }

  private async edit(): Promise<void> {
    const { content } = this;
    const text = await this.connection.sendRequest(CaptionPanelRequest.edit);
    // A request without an answer's text gives null.
    if (typeof text === 'string' && content === this.content) this.edited = text;
  }

  private async export(
    format: ExportFormat<CaptionFormat>,
    heat: Float32Array | undefined,
    word: string,
  ): Promise<void> {
    const { title, caption, png } = this.content;
    const { connection } = this;
    const what = { title, caption, word, heat: heat ?? new Float32Array(0), png };
    this.exportFailure = '';
    try {
      await saveExport<CaptionFormat>(format, {
        name: `${fileStem(title)}-${format === 'json' ? 'caption' : word.replace(/[^\p{L}\p{N}]+/gu, '-')}`,
        make: made => connection.sendRequest(CaptionedRequest.export, { what, format: made, look: exportLook() }),
        save: file => connection.sendRequest(CaptionPanelRequest.save, file),
        // As large as the panel has the image.
        scale: 1,
      });
    } catch (error) {
      this.exportFailure = error instanceof Error ? error.message : String(error);
    }
  }

  private notices() {
    const { image, words } = this.content.caption;
    const { weakest } = captionConfidence(words);
    const notices = [
      ...(isUnsure(this.verdict) && !this.hidesGuess
        ? [`This is a guess${weakest === undefined ? '' : `, least sure of “${weakest}”`}. Read it before you keep it.`]
        : []),
      ...(image.frames > 1 ? [`Only the first of ${image.frames.toLocaleString('en')} frames or pages is read.`] : []),
    ];
    if (this.exportFailure) notices.push(`Nothing was exported: ${this.exportFailure}`);
    return notices.map(text => html`<div class="notice" role="note">${icon('info')}<span>${text}</span></div>`);
  }

  private headChoice() {
    const [layers, heads] = this.content.caption.cross.shape;
    const choice = (label: string, count: number, value: number, choose: (value: number) => void) => {
      const numbers = Array.from({ length: count }, (_, i) => ({ value: String(i), label: String(i) }));
      return html`<span class="pair"
        ><span class="dim">${label}</span>${segmented(label, numbers, String(value), one => {
          choose(Number(one));
        })}</span
      >`;
    };
    return html`<div class="row">
      ${choice('Layer', layers, this.layer, layer => {
        this.layer = layer;
      })}
      ${choice('Head', heads, this.headNumber, head => {
        this.headNumber = head;
      })}
    </div>`;
  }

  private coveredTable() {
    const before = this.content.caption;
    const changed = (caption: Caption) =>
      caption.words.map(({ text }, i) => html`${text === before.words[i]?.text ? text : html`<b>${text}</b>`} `);
    return html`<table class="covered">
      <thead>
        <tr>
          <th scope="col">covered</th>
          <th scope="col">caption</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>nothing</td>
          <td>${before.text}</td>
        </tr>
        ${this.covered.map(
          ({ name, caption, changes = [], failure }) =>
            html`<tr>
              <td>${name}</td>
              <td>
                ${caption ? changed(caption) : (failure ?? html`<span class="dim">captioning…</span>`)}
                ${changes.length > 0 ? this.changesOf(changes) : nothing}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** What a cover does to each word of the first caption: “blue −2.31”. */
  private changesOf(changes: readonly number[]) {
    const { words } = this.content.caption;
    return html`<ul
      class="changes"
      aria-label="Δ log-probability of each word of the first caption"
      title="Δ log p of each word of the first caption, in nats, the words held fixed"
    >
      ${changes.map(
        (change, i) =>
          html`<li class=${change <= -halved ? 'less' : change >= halved ? 'more' : ''}>
            ${words[i]?.text} <span class="mono">${formatChange(change)}</span>
          </li>`,
      )}
    </ul>`;
  }

  private occlusionPart(word: number) {
    const {
      falls,
      content: { caption },
    } = this;
    const all = caption.grid.rows * caption.grid.columns;
    const start = (label: string) =>
      html`<vscode-button secondary @click=${() => void this.occlude()}>${label}</vscode-button>`;
    if (!falls) return start('Cover Cells One by One');
    const heat = new Float32Array(all);
    for (let i = 0; i < falls.done; i++) heat[falls.cells[i]] = falls.data[i * caption.words.length + word];
    return html`<headlight-caption-picture
        inert
        .caption=${caption}
        .source=${this.source}
        .heat=${heat}
        .mostHeight=${150}
        label="Occlusion"
      ></headlight-caption-picture>
      <p class="dim" role="status">
        ${falls.failure ?? `fall of the log-probability when a cell is covered · ${falls.done} of ${falls.cells.length} cells`}
      </p>
      ${
        falls.done > 0
          ? html`<p class="dim">
              most:
              ${
                strongest(heat, 3)
                  .map(cell => `${this.place(cell)} (${heat[cell].toFixed(2)})`)
                  .join('; ') || 'no cell'
              }
            </p>`
          : nothing
      }
      ${
        this.running
          ? html`<vscode-button secondary @click=${() => this.running?.abort()}>Cancel</vscode-button>`
          : falls.done < falls.cells.length
            ? start('Go On')
            : nothing
      }`;
  }

  private tableOf(heat: Float32Array | undefined, shown: string) {
    const { columns, rows } = this.content.caption.grid;
    return html`<table class="cells mono number">
      <caption>
        “${shown}”: attention by row and column of the picture, in hundredths
      </caption>
      ${Array.from(
        { length: rows },
        (_, row) =>
          html`<tr>
            <th scope="row">${row}</th>
            ${Array.from({ length: columns }, (_, column) => html`<td>${((heat?.[row * columns + column] ?? 0) * 100).toFixed(1)}</td>`)}
          </tr>`,
      )}
    </table>`;
  }

  /** A cell by its row and column. */
  private place(cell: number): string {
    const { columns } = this.content.caption.grid;
    return `row ${Math.floor(cell / columns)}, column ${cell % columns}`;
  }

  private spoken(): string {
    if (this.cell === undefined) return '';
    if (this.marked) {
      const { rows, columns } = this.marked;
      return `rows ${rows[0]} to ${rows[1]}, columns ${columns[0]} to ${columns[1]} marked; Enter covers them`;
    }
    const shares = cellWords(this.content.caption.cross, this.cell, this.head, this.measure === 'minus');
    const best = shares.indexOf(Math.max(...shares));
    return `${this.place(this.cell)}: most for ${this.content.caption.words[best]?.text ?? 'no word'}`;
  }

  private async cover(region: ImageRegion): Promise<void> {
    const entry = { name: regionName(region) };
    const { content } = this;
    const finish = (done: { failure?: string } & Partial<CoveredCaption>) => {
      this.covered = this.covered.map(other => (other === entry ? { ...entry, ...done } : other));
      this.done = `covered ${entry.name}: ${done.caption?.text ?? done.failure}`;
    };
    this.covered = [...this.covered, entry];
    try {
      const covered = await this.connection.sendRequest(CaptionedRequest.covered, { cover: [region] });
      if (content === this.content) finish(covered);
    } catch (error) {
      finish({ failure: error instanceof Error ? error.message : String(error) });
    }
  }

  private async occlude(): Promise<void> {
    const {
      caption: { seen, grid, words },
    } = this.content;
    const { content } = this;
    const cells = Array.from({ length: grid.rows * grid.columns }, (_, cell) => cell).filter(
      cell => cellCoverage(cell, grid, seen) > 0,
    );
    const running = (this.running = new AbortController());
    // What was measured before a cancel or a failure is kept.
    const { done, data } = this.falls ?? { done: 0, data: new Float32Array(cells.length * words.length) };
    this.falls = { done, cells, data };
    try {
      for (let at = done; at < cells.length && !running.signal.aborted; at += cellsAtOnce) {
        const part = cells.slice(at, at + cellsAtOnce);
        const falls = await this.connection.sendRequest(CaptionedRequest.occlusion, { cells: part }, running.signal);
        if (content !== this.content) return;
        data.set(falls, at * words.length);
        this.falls = { done: at + part.length, cells, data };
      }
    } catch (error) {
      if (!running.signal.aborted && content === this.content) {
        this.falls = {
          done: this.falls?.done ?? 0,
          cells,
          data,
          failure: error instanceof Error ? error.message : String(error),
        };
      }
    } finally {
      if (this.running === running) this.running = undefined;
      this.requestUpdate();
    }
  }

  private readonly onWordKey = (event: KeyboardEvent) => {
    const { length } = this.content.caption.words;
    const to = { ArrowRight: this.word + 1, ArrowLeft: this.word - 1, Home: 0, End: length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.word = Math.min(length - 1, Math.max(0, to));
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
}

/** A change with its sign: “−2.31”. */
function formatChange(change: number): string {
  const text = Math.abs(change).toFixed(2);
  return text === '0.00' ? text : `${change < 0 ? '−' : '+'}${text}`;
}
