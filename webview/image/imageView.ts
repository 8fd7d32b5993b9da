import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ImagePanelRequest, type ImageContent } from '../../core/protocol/imageExplanation';
import { barList, barListStyles } from '../attention/barList';
import { formatWeight } from '../attention/wording';
import { captionViewStyles } from '../captions/captionView.styles';
import { componentEvent } from '../common/componentEvent';
import { duration } from '../common/duration';
import type { HostConnection } from '../common/hostConnection';
import { sharedStyles } from '../common/styles';
import './heatPicture';
import './imageTexts';
import type { TextChoice } from './imageTexts';
import { layerAndHead } from './layerAndHead';

const strongestCells = 8;

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
  static override styles = [sharedStyles, captionViewStyles, barListStyles, css`
    .choices { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; margin: 0 0 10px; }
    vscode-single-select { width: 96px; }
    .objects { display: flex; flex-direction: column; gap: 2px; }
    .objects button { all: unset; box-sizing: border-box; display: flex; justify-content: space-between; gap: 8px; padding: 0 6px; line-height: 22px; border-radius: 3px; cursor: pointer; }
    .objects button:hover { background: var(--vscode-list-hoverBackground); }
    .objects button[aria-pressed=true] { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); }
    .objects button:focus-visible, .from:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
    .from { all: unset; cursor: pointer; color: var(--vscode-textLink-foreground); text-decoration: underline; }
  `];

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
  @state() private text?: TextChoice;
  @state() private failure = '';
  private source = '';
  private asked = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('content')) {
      URL.revokeObjectURL(this.source);
      this.source = URL.createObjectURL(new Blob([this.content.png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
      const { layers, special, answers, image, model } = this.content.explanation;
      const before = changed.get('content') as Extract<ImageContent, { phase: 'image' }> | undefined;
      // The same image beside other texts is looked at as before.
      if (before?.explanation.image.hash !== image.hash || before.explanation.model.id !== model.id) {
        this.layer = this.isCross || layers.length === 0 ? 'all' : layers[layers.length - 1].layer;
        this.head = 'all';
        this.answer = 0;
        // Without a class token or an object there is only the picture itself to look from: its middle.
        this.cell = special > 0 || answers.some(({ box }) => box) ? undefined : this.middle;
        this.text = undefined;
        if (!before && this.kept) ({ layer: this.layer, head: this.head, cell: this.cell, answer: this.answer, text: this.text } = this.kept);
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
    return html`<div class="bar"><span class="chip"><span class="icon" aria-hidden="true">\uec19</span>${model.id} <span class="dim">${model.dtype}</span></span>
        <h1 class="title dim" title=${facts}>${facts}</h1></div>
      <main><div class="left">
        <div class="choices">${layerAndHead(explanation.layers, this.layer, this.head, change => { Object.assign(this, change); })}</div>
        <headlight-heat-picture .explanation=${explanation} .source=${this.source} .heat=${this.heat} .cell=${this.cell} .answer=${this.cell === undefined ? this.answer : undefined}
          label="The image; arrow keys choose the cell that is looked from" @cell-choose=${(e: CustomEvent<number>) => { if (!this.isCross) this.cell = e.detail; }}></headlight-heat-picture>
        <p class="dim">${this.isCross ? 'The cells that the chosen object’s query looked at.' : 'Click a cell to look from there, or go on with the arrow keys.'}
          ${this.cell !== undefined && this.hasWhole ? html`<button class="from" @click=${() => { this.cell = undefined; }}>Look from ${this.wholeName}</button>` : nothing}</p>
        ${this.failure ? html`<p role="alert">${this.failure}</p>` : nothing}
      </div><aside>${this.answers()}${this.texts()}
        <section><h2>Looks at <span class="dim">from ${this.fromName}</span></h2>${this.strongest()}</section>
      </aside></main>`;
  }

  private get isCross(): boolean {
    return this.content.explanation.layers[0]?.kind === 'cross';
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
    const { answers } = this.content.explanation;
    const object = answers[this.answer];
    if (object?.box) return `“${object.label}”`;
    return this.isCross ? 'the first query' : 'the class token';
  }

  private get fromName(): string {
    const { columns } = this.content.explanation.grid;
    return this.cell === undefined ? this.wholeName : `row ${Math.floor(this.cell / columns)}, column ${this.cell % columns}`;
  }

  private answers() {
    const { answers, model } = this.content.explanation;
    if (model.task === 'object-detection') {
      return html`<section><h2>Objects <span class="dim">${answers.length === 0 ? 'none is likelier than 0.3' : 'choose one to see where its query looked'}</span></h2>
        <div class="objects">${answers.map(({ label, probability }, i) => html`<button aria-pressed=${this.cell === undefined && i === this.answer}
          @click=${() => { this.answer = i; this.cell = undefined; }}><span>${label}</span><span class="mono number">${formatWeight(probability)}</span></button>`)}</div></section>`;
    }
    if (answers.length === 0) return nothing;
    return html`<section><h2>Reads as <span class="dim">the likeliest ${answers.length} classes</span></h2>
      ${barList(answers.map(({ label, probability }) => ({ name: label, value: probability })), 'What the model takes the image for')}</section>`;
  }

  private texts() {
    const { compared } = this.content.explanation;
    if (compared === undefined) return nothing;
    if (typeof compared === 'string') return html`<section><h2>Texts</h2><p class="dim">${compared}</p></section>`;
    return html`<headlight-image-texts .compared=${compared} .run=${this.content.explanation.run} .connection=${this.connection} .choice=${this.text}
      @text-choice=${(e: CustomEvent<TextChoice>) => { this.text = e.detail; }}></headlight-image-texts>`;
  }

  private strongest() {
    const { heat } = this;
    if (!heat) return html`<p class="dim">…</p>`;
    const { columns } = this.content.explanation.grid;
    const cells = Array.from(heat.keys()).sort((a, b) => heat[b] - heat[a]).slice(0, strongestCells);
    const rest = 1 - heat.reduce((sum, value) => sum + value, 0);
    return html`${barList(cells.map(cell => ({ name: `row ${Math.floor(cell / columns)}, column ${cell % columns}`, value: heat[cell], current: cell === this.cell })), 'The cells that are looked at most')}
      ${rest > 0.0005 ? html`<p class="dim">${formatWeight(rest)} goes to tokens that are no cells.</p>` : nothing}`;
  }

  private async load(): Promise<void> {
    const { explanation } = this.content;
    const asked = ++this.asked;
    const query = this.cell === undefined ? explanation.answers[this.answer]?.box ? explanation.answers[this.answer].query : 0 : explanation.special + this.cell;
    try {
      const heat = await this.connection.sendRequest(ImagePanelRequest.heat, { kind: this.isCross ? 'cross' : 'self', layer: this.layer, head: this.head, query });
      if (asked !== this.asked) return;
      this.heat = heat;
      this.failure = '';
    } catch (error) {
      if (asked !== this.asked) return;
      this.heat = undefined;
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }
}
