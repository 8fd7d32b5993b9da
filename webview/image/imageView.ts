import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { elsewhere } from '../../core/images/imageHeat';
import { cellName, headsName, isCross, placeName, queryOf, type ImagePlace } from '../../core/images/imagePlace';
import { ImageRunRequest, type ImageContent } from '../../core/protocol/imageProtocol';
import { type HeatWish } from '../../core/images/explained';
import { barList, barListStyles } from '../common/barList';
import '../common/exportMenu';
import { toolStyles } from '../common/tools.styles';
import { formatWeight } from '../run/wording';
import { captionViewStyles } from '../common/captionView.styles';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { duration } from '../common/duration';
import type { HostConnection } from '../common/hostConnection';
import { sharedStyles } from '../common/styles';
import { choiceButtonStyles } from './choiceButton.styles';
import { exportImage, imageExportGroups, type ImageExportFormat } from './exportImage';
import './heatPicture';
import './heatTable';
import './imageTexts';
import { layerAndHead } from './layerAndHead';
import { textHeatWish, type TextChoice } from './textHeatWish';
import { icon } from '../common/icons';

const strongestCells = 8;
/** A picture may be so high; in a high panel as high as fits below its tools. */
const leastHeight = 520;
const toolsHeight = 200;
/** The tools and the sentence below a narrow picture are not as narrow. */
const leastWidth = 440;

/** What is chosen here, as it is kept for a reload. */
export interface ImageChoice {
  readonly layer: number | 'all';
  readonly head: number | 'all';
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

  @state() private layer: number | 'all' = 'all';
  @state() private head: number | 'all' = 'all';
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
      const { layers, special, answers, image, model } = this.content.explanation;
      const before = changed.get('content') as Extract<ImageContent, { phase: 'image' }> | undefined;
      // The same image beside other texts is looked at as before.
      if (before?.explanation.image.hash !== image.hash || before.explanation.model.id !== model.id) {
        this.exportFailure = '';
        this.layer = this.isCross || layers.length === 0 ? 'all' : layers[layers.length - 1].layer;
        this.head = 'all';
        this.answer = 0;
        // Without a class token or an object there is only the picture itself to look from: its middle.
        this.cell = special > 0 || answers.some(({ box }) => box) ? undefined : this.middle;
        this.text = undefined;
        if (!before && this.kept) {
          ({ layer: this.layer, head: this.head, cell: this.cell, answer: this.answer, text: this.text } = this.kept);
        }
      }
    }
    if (['content', 'layer', 'head', 'cell', 'answer'].some(name => changed.has(name))) void this.load();
  }

  protected override updated(changed: PropertyValues): void {
    if (!['layer', 'head', 'cell', 'answer', 'text'].some(name => changed.has(name))) return;
    const { layer, head, cell, answer, text } = this;
    this.dispatchEvent(componentEvent('view-keep', { layer, head, cell, answer, text } satisfies ImageChoice));
  }

  override render() {
    const { explanation, title, elapsed } = this.content;
    const { image, model } = explanation;
    const facts = `${title} · ${image.width.toLocaleString('en')} × ${image.height.toLocaleString('en')} · ${duration(elapsed)}`;
    const onCell = (event: CustomEvent<number>) => {
      if (!this.isCross) this.cell = event.detail;
    };
    return html`<div class="bar">
        <span class="chip">${icon('chip')}${model.id} <span class="dim">${model.dtype}</span></span>
        <h1 class="title dim" title=${facts}>${facts}</h1>
        <headlight-export
          .groups=${imageExportGroups(explanation, { layer: this.layer, head: this.head })}
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
            ${layerAndHead(explanation.layers, this.layer, this.head, change => {
              Object.assign(this, change);
            })}
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
                  .cell=${this.cell}
                  .chooses=${!this.isCross}
                  .name=${this.heading}
                  @cell-choose=${onCell}
                ></headlight-heat-table>`
              : html`<headlight-heat-picture
                  .explanation=${explanation}
                  .source=${this.source}
                  .heat=${this.heat}
                  .cell=${this.cell}
                  .answer=${this.cell === undefined ? this.answer : undefined}
                  .mostHeight=${this.mostHeight}
                  label=${
                    this.isCross
                      ? 'The image, with the cells that the chosen object’s query looked at'
                      : 'The image; arrow keys choose the cell that is looked from'
                  }
                  @cell-choose=${onCell}
                ></headlight-heat-picture>`
          }
          <p class="dim">
            ${this.isCross ? 'The cells that the chosen object’s query looked at.' : 'Click a cell to look from there, or go on with the arrow keys.'}
            T shows ${this.table ? 'the picture' : 'the cells as a table'}.
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
            <h2>Looks at <span class="dim">from ${this.fromName}</span></h2>
            ${this.strongest()}
          </section>
        </aside>
      </main>`;
  }

  private get isCross(): boolean {
    return isCross(this.content.explanation);
  }

  private get middle(): number {
    const { rows, columns } = this.content.explanation.grid;
    return Math.floor(rows / 2) * columns + Math.floor(columns / 2);
  }

  private get hasWhole(): boolean {
    const { special, answers } = this.content.explanation;
    return special > 0 || answers.some(({ box }) => box);
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
    const { layer, head } = this;
    return { kind: this.isCross ? 'cross' : 'self', layer, head, query: queryOf(this.content.explanation, this.place) };
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
    return `From ${this.fromName}: looks most at ${cellName(most, this.content.explanation.grid.columns)}, ${formatWeight(heat[most])}`;
  }

  private answers() {
    const { answers, model } = this.content.explanation;
    if (model.task === 'object-detection') {
      return html`<section>
        <h2>
          Objects
          <span class="dim"
            >${answers.length === 0 ? 'none is likelier than 0.3' : 'choose one to see where its query looked'}</span
          >
        </h2>
        <div class="objects">
          ${answers.map(
            ({ label, probability }, i) =>
              html`<button
                class="choice"
                aria-pressed=${this.cell === undefined && i === this.answer}
                @click=${() => {
                  this.answer = i;
                  this.cell = undefined;
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
      layer,
      head,
      cell,
      answer,
    } = this;
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
