import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { elsewhere } from '../../core/images/imageHeat';
import {
  bothLook,
  cellName,
  cellsLook,
  headsName,
  kindAt,
  lookingCell,
  middleCell,
  objectAt,
  placeName,
  queriesLook,
  queryOf,
  stackName,
  type ImagePlace,
} from '../../core/images/imagePlace';
import { ImageRunRequest, type ImageContent } from '../../core/protocol/imageProtocol';
import type { HeatWish, ImageLayer } from '../../core/images/explained';
import { barList, barListStyles } from '../common/barList';
import '../common/exportMenu';
import { toolStyles } from '../common/tools.styles';
import { formatWeight } from '../run/wording';
import { captionViewStyles } from '../common/captionView.styles';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { duration } from '../common/duration';
import type { HostConnection } from '../common/hostConnection';
import { segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { choiceButtonStyles } from './choiceButton.styles';
import { exportImage, imageExportGroups, type ImageExportFormat } from './exportImage';
import './heatPicture';
import './heatTable';
import './imageTexts';
import { layerAndHead, layerAndHeadStyles } from './layerAndHead';
import { textHeatWish, type TextChoice } from './textHeatWish';
import { icon } from '../common/icons';

const strongestCells = 8;
/** A picture may be so high; in a high panel as high as fits below its tools. */
const leastHeight = 520;
const toolsHeight = 200;
/** Of a detector with both: what is looked from. */
const lookers = [
  {
    value: 'cross',
    label: 'objects (decoder)',
    name: 'What the objects’ queries looked at: the decoder’s cross-attention',
  },
  { value: 'encoder', label: 'cells (encoder)', name: 'What cells look at: the encoder’s self-attention' },
] as const;

/** The tools and the sentence below a narrow picture are not as narrow. */
const leastWidth = 440;

/** A layer and one of its heads, or all. */
interface HeadChoice {
  readonly layer: number | 'all';
  readonly head: number | 'all';
}

/** Of each kind of attention by itself: an encoder has other layers and heads than a decoder. */
type HeadChoices = Partial<Record<ImageLayer['kind'], HeadChoice>>;

/** What is chosen here, as it is kept for a reload. */
export interface ImageChoice {
  readonly heads?: HeadChoices;
  readonly cell?: number;
  readonly answer: number;
  readonly text?: TextChoice;
}

/** An image, what the model says of it, and the cells that a row of its attention looks at. */
@customElement('headlight-image-view')
export class ImageView extends LitElement {
  static override styles = [
    sharedStyles,
    captionViewStyles,
    barListStyles,
    toolStyles,
    choiceButtonStyles,
    layerAndHeadStyles,
    css`
      .bar .title {
        flex: 1 1 140px;
      }
      @media (min-width: 720px) {
        aside {
          max-width: 520px;
        }
      }
      vscode-single-select {
        width: 96px;
      }
      .objects {
        display: flex;
        flex-direction: column;
        gap: 2px;
      }
      .objects button {
        display: flex;
        justify-content: space-between;
        gap: 8px;
      }
      .from:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      .from {
        all: unset;
        cursor: pointer;
        color: var(--vscode-textLink-foreground);
        text-decoration: underline;
      }
    `,
  ];

  @property({ attribute: false }) content!: Extract<ImageContent, { phase: 'image' }>;
  @property({ attribute: false }) connection!: HostConnection;
  /** What was chosen before the window was reloaded. */
  @property({ attribute: false }) kept?: ImageChoice;

  @state() private heads: HeadChoices = {};
  /** The cell that is looked from; undefined: the class token, or the chosen object. */
  @state() private cell?: number;
  @state() private answer = 0;
  @state() private heat?: Float32Array;
  /** Whether the heat is of what is chosen: one that was asked for before stays in sight until the new one is there. */
  @state() private fresh = false;
  @state() private text?: TextChoice;
  @state() private failure = '';
  /** Whether the numbers stand in place of the picture. */
  @state() private table = false;
  @state() private exportFailure = '';
  /** What an export came to, for a screen reader. */
  @state() private exported = '';
  @state() private mostHeight = roomForPicture();
  private source = '';
  private asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.onKey);
    addEventListener('resize', this.onResize);
  }

  override disconnectedCallback(): void {
    removeEventListener('keydown', this.onKey);
    removeEventListener('resize', this.onResize);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('content')) {
      URL.revokeObjectURL(this.source);
      this.source = URL.createObjectURL(new Blob([this.content.png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
      const { explanation } = this.content;
      const { special, answers, image, model } = explanation;
      const before = changed.get('content') as Extract<ImageContent, { phase: 'image' }> | undefined;
      // The same image beside other texts is looked at as before.
      if (before?.explanation.image.hash !== image.hash || before.explanation.model.id !== model.id) {
        this.exportFailure = '';
        this.heads = {};
        this.answer = 0;
        // Without a class token or an object's query there is only the picture itself to look from: its middle, or an object's.
        const looks = special > 0 || answers.some(({ box }) => box) || !cellsLook(explanation);
        this.cell = looks && queriesLook(explanation) ? undefined : middleCell(explanation, answers.at(0)?.box);
        this.text = undefined;
        if (!before && this.kept) {
          ({ heads: this.heads = {}, cell: this.cell, answer: this.answer, text: this.text } = this.kept);
        }
      }
    }
    if (['content', 'heads', 'cell', 'answer'].some(name => changed.has(name))) void this.load();
  }

  protected override updated(changed: PropertyValues): void {
    if (!['heads', 'cell', 'answer', 'text'].some(name => changed.has(name))) return;
    const { heads, cell, answer, text } = this;
    this.dispatchEvent(componentEvent('view-keep', { heads, cell, answer, text } satisfies ImageChoice));
  }

  override render() {
    const { explanation, title, elapsed } = this.content;
    const { image, model } = explanation;
    const { layer, head } = this.chosen;
    const cell = lookingCell(explanation, this.place);
    const facts = `${title} · ${image.width.toLocaleString('en')} × ${image.height.toLocaleString('en')} · ${duration(elapsed)}`;
    const onCell = (event: CustomEvent<number>) => {
      if (cellsLook(explanation)) this.cell = event.detail;
    };
    return html`<div class="bar">
        <span class="chip">${icon('chip')}${model.id} <span class="dim">${model.dtype}</span></span>
        <h1 class="title dim" title=${facts}>${facts}</h1>
        <headlight-export
          .groups=${imageExportGroups(explanation, this.chosen)}
          @export-choose=${(e: CustomEvent<ImageExportFormat>) => void this.export(e.detail)}
        ></headlight-export>
      </div>
      ${
        this.exportFailure
          ? html`<div class="notice" role="alert">
              ${icon('info')}<span>Nothing was exported: ${this.exportFailure}</span>
            </div>`
          : nothing
      }
      ${(explanation.notes ?? []).map(note => html`<div class="notice" role="note">${icon('info')}<span>${note}</span></div>`)}
      <main>
        <div
          class="left"
          ${inlineStyle({ 'max-width': this.table ? 'none' : `${Math.max(leastWidth, (this.mostHeight * image.width) / image.height) + 26}px` })}
        >
          <div class="choices">
            ${
              bothLook(explanation)
                ? html`<span class="dim">From</span>${segmented('Look from', lookers, this.kind, this.chooseKind)}`
                : nothing
            }
            ${layerAndHead(
              explanation.layers.filter(({ kind }) => kind === this.kind),
              layer,
              head,
              change => {
                this.heads = { ...this.heads, [this.kind]: { layer, head, ...change } };
              },
            )}
            <button
              class="tool"
              title="Show the cells as a table (T)"
              aria-label="Show the cells as a table"
              aria-pressed=${this.table}
              @click=${this.toggleTable}
            >
              ${icon('table')}
            </button>
          </div>
          ${
            this.table
              ? html`<headlight-heat-table
                  .grid=${explanation.grid}
                  .heat=${this.heat}
                  .cell=${cell}
                  .chooses=${cellsLook(explanation)}
                  .name=${this.heading}
                  @cell-choose=${onCell}
                ></headlight-heat-table>`
              : html`<headlight-heat-picture
                  .explanation=${explanation}
                  .source=${this.source}
                  .heat=${this.heat}
                  .cell=${cell}
                  .answer=${objectAt(explanation, this.place)}
                  .mostHeight=${this.mostHeight}
                  label=${this.pictureName}
                  @cell-choose=${onCell}
                ></headlight-heat-picture>`
          }
          <p class="dim">
            ${this.hint} T shows ${this.table ? 'the picture' : 'the cells as a table'}.
            ${
              this.cell !== undefined && this.hasWhole
                ? html`<button
                    class="from"
                    @click=${() => {
                      this.cell = undefined;
                    }}
                  >
                    Look from ${this.wholeName}
                  </button>`
                : nothing
            }
          </p>
          ${this.failure ? html`<p role="alert">${this.failure}</p>` : nothing}
          <span class="visually-hidden" aria-live="polite">${this.spoken()}</span
          ><span class="visually-hidden" role="status">${this.exported}</span>
        </div>
        <aside>
          ${this.answers()}${this.texts()}
          <section>
            <h2>Looks at <span class="dim">from ${this.fromName}${stackName(this.kind)}</span></h2>
            ${this.strongest()}
          </section>
        </aside>
      </main>`;
  }

  /** Which attention is shown: that of cells, or of queries. */
  private get kind(): ImageLayer['kind'] {
    return kindAt(this.content.explanation, this.place);
  }

  /** The layer and head that are shown, of the shown kind; at first all that led to an object, or the last layer. */
  private get chosen(): HeadChoice {
    const { kind } = this;
    const last = this.content.explanation.layers.filter(each => each.kind === kind).at(-1);
    return this.heads[kind] ?? { layer: kind === 'cross' || !last ? 'all' : last.layer, head: 'all' };
  }

  private readonly chooseKind = (kind: ImageLayer['kind']) => {
    const { explanation } = this.content;
    this.cell = kind === 'cross' ? undefined : middleCell(explanation, explanation.answers[this.answer]?.box);
  };

  /** What the picture is, for the ear. */
  private get pictureName(): string {
    const { explanation } = this.content;
    const cells = `The image; arrow keys choose the cell that is looked from${bothLook(explanation) ? stackName('encoder') : ''}`;
    if (this.kind !== 'cross') return cells;
    const queries = 'The image, with the cells that the chosen object’s query looked at';
    return bothLook(explanation)
      ? `${queries}${stackName('cross')}; arrow keys look from a cell in the encoder`
      : queries;
  }

  /** What is shown, and what can be done with it. */
  private get hint(): string {
    const { explanation } = this.content;
    const cells = 'Click a cell to look from there, or go on with the arrow keys.';
    if (!bothLook(explanation)) {
      return this.kind === 'cross' ? 'The cells that the chosen object’s query looked at.' : cells;
    }
    return this.kind === 'cross'
      ? 'The cells that the chosen object’s query looked at in the decoder (cross-attention). Click a cell, or use the arrow keys, to look from there in the encoder.'
      : `What the cell looks at in the encoder (self-attention). ${cells}`;
  }

  private get hasWhole(): boolean {
    const { explanation } = this.content;
    const { special, answers } = explanation;
    return queriesLook(explanation) && (special > 0 || answers.some(({ box }) => box));
  }

  private get wholeName(): string {
    return placeName(this.content.explanation, { answer: this.answer });
  }

  private get place(): ImagePlace {
    return { cell: this.cell, answer: this.answer };
  }

  private get fromName(): string {
    return placeName(this.content.explanation, this.place);
  }

  private get wish(): HeatWish {
    return { kind: this.kind, ...this.chosen, query: queryOf(this.content.explanation, this.place) };
  }

  /** What the heat is, for a table and a picture. */
  private get heading(): string {
    return `${headsName(this.wish)}, from ${this.fromName}`;
  }

  /** What is looked at most, for the ear. */
  private spoken(): string {
    const { heat } = this;
    if (!heat || !this.fresh) return '';
    const most = heat.reduce((best, value, cell) => (value > heat[best] ? cell : best), 0);
    return `From ${this.fromName}${stackName(this.kind)}: looks most at ${cellName(most, this.content.explanation.grid.columns)}, ${formatWeight(heat[most])}`;
  }

  private answers() {
    const { explanation } = this.content;
    const { answers, model } = explanation;
    if (model.task === 'object-detection') {
      return html`<section>
        <h2>
          Objects
          <span class="dim"
            >${
              answers.length === 0
                ? 'none is likelier than 0.3'
                : queriesLook(explanation)
                  ? 'choose one to see where its query looked'
                  : 'choose one to look from the cell in its middle'
            }</span
          >
        </h2>
        <div class="objects">
          ${answers.map(
            ({ label, probability, box }, i) =>
              html`<button
                class="choice"
                aria-pressed=${i === objectAt(explanation, this.place)}
                @click=${() => {
                  this.answer = i;
                  this.cell = queriesLook(explanation) ? undefined : middleCell(explanation, box);
                }}
              >
                <span>${label}</span><span class="mono number">${formatWeight(probability)}</span>
              </button>`,
          )}
        </div>
      </section>`;
    }
    if (answers.length === 0) return nothing;
    return html`<section>
      <h2>Reads as <span class="dim">the likeliest ${answers.length} classes</span></h2>
      ${barList(
        answers.map(({ label, probability }) => ({ name: label, value: probability })),
        'What the model takes the image for',
      )}
    </section>`;
  }

  private texts() {
    const { compared } = this.content.explanation;
    if (compared === undefined) return nothing;
    if (typeof compared === 'string') {
      return html`<section>
        <h2>Texts</h2>
        <p class="dim">${compared}</p>
      </section>`;
    }
    return html`<headlight-image-texts
      .compared=${compared}
      .run=${this.content.explanation.run}
      .connection=${this.connection}
      .choice=${this.text}
      @text-choice=${(e: CustomEvent<TextChoice>) => {
        this.text = e.detail;
      }}
    ></headlight-image-texts>`;
  }

  private strongest() {
    const { heat } = this;
    if (!heat) return html`<p class="dim">…</p>`;
    const { columns } = this.content.explanation.grid;
    const cells = Array.from(heat.keys())
      .sort((a, b) => heat[b] - heat[a])
      .slice(0, strongestCells);
    const rest = elsewhere(heat);
    return html`${barList(
      cells.map(cell => ({ name: cellName(cell, columns), value: heat[cell], current: cell === this.cell })),
      'The cells that are looked at most',
    )}
    ${rest > 0.0005 ? html`<p class="dim">${formatWeight(rest)} goes to tokens that are no cells.</p>` : nothing}`;
  }

  private async load(): Promise<void> {
    const asked = ++this.asked;
    this.fresh = false;
    try {
      const heat = await this.connection.sendRequest(ImageRunRequest.heat, this.wish);
      if (asked !== this.asked) return;
      this.heat = heat;
      this.fresh = true;
      this.failure = '';
    } catch (error) {
      if (asked !== this.asked) return;
      this.heat = undefined;
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  private async export(format: ImageExportFormat): Promise<void> {
    const {
      content: { explanation, title, png },
      connection,
      cell,
      answer,
    } = this;
    const { layer, head } = this.chosen;
    const { compared } = explanation;
    const text = typeof compared === 'object' ? textHeatWish(compared, this.text) : undefined;
    this.exported = this.exportFailure = '';
    try {
      this.exported = await exportImage(
        format,
        explanation,
        { title, layer, head, cell, answer, text },
        png,
        connection,
      );
    } catch (error) {
      this.exportFailure = error instanceof Error ? error.message : String(error);
    }
  }

  private readonly onResize = () => {
    this.mostHeight = roomForPicture();
  };

  private readonly toggleTable = () => {
    this.table = !this.table;
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const writes = event
      .composedPath()
      .some(
        target =>
          target instanceof HTMLTextAreaElement ||
          target instanceof HTMLInputElement ||
          (target instanceof HTMLElement && target.localName === 'vscode-single-select'),
      );
    if (
      writes ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      event.key.toLowerCase() !== 't'
    ) {
      return;
    }
    event.preventDefault();
    this.toggleTable();
  };
}

function roomForPicture(): number {
  return Math.max(leastHeight, innerHeight - toolsHeight);
}
