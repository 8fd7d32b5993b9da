import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { Sentence } from '../../core/text/textPair';
import type { Pointed } from '../run/events';
import type { HeadMatrix } from '../run/headMatrix';
import '../run/rowTable';
import '../common/hoverNote';
import { toolButton } from '../common/toolButton';
import { toolStyles } from '../common/tools.styles';
import { formatWeight } from '../run/wording';
import { componentEvent } from '../common/componentEvent';
import { WidthController } from '../common/widthController';
import { selectStyles, sharedStyles } from '../common/styles';
import { type MissingTokens, regionOf } from './comparedMatrix';
import { type HeadPair, rowsOf, signedWeight, weightsOf } from './headPair';
import { wholeWindow, type ZoomWindow } from './zoomWindow';
import { icon } from '../common/icons';
import { comparedPicturesStyles } from './comparedPictures.styles';

/** One of the two heads that are held against each other. */
export interface PictureSide {
  readonly name: string;
  /** What is said beside its name. */
  readonly note?: TemplateResult | string;
  readonly causal: boolean;
  /** Places of the common axes where this side has no token. */
  readonly missing?: MissingTokens;
}

/**
 * Two heads side by side and their difference, on one scale and zoom, or a query's numbers of both as a table (T).
 * Fires `zoom` with the new window and `cell-point`.
 */
@customElement('headlight-compared-pictures')
export class ComparedPictures extends LitElement {
  static override styles = [sharedStyles, toolStyles, selectStyles, comparedPicturesStyles];

  @property({ attribute: false }) pair!: HeadPair;
  @property({ attribute: false }) one!: PictureSide;
  @property({ attribute: false }) other!: PictureSide;
  /** What is said beside “Difference”. */
  @property() difference = '';
  @property() scale: MatrixScale = 'sqrt';
  @property({ attribute: false }) window: ZoomWindow = wholeWindow;
  @property({ attribute: false }) pointed?: Pointed;
  /** What a place of an axis is called. */
  @property({ attribute: false }) nameOf!: (axis: 'queries' | 'keys', place: number) => string;

  /** Of a pair of texts: which of them a place of an axis belongs to. */
  @property({ attribute: false }) sentenceOf?: (axis: 'queries' | 'keys', place: number) => Sentence | undefined;

  @state() private table = false;
  /** The query that the table is of: the one pointed at last. */
  private row = 0;
  private readonly room = new WidthController(this);

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.onKey);
  }

  override disconnectedCallback(): void {
    removeEventListener('keydown', this.onKey);
    super.disconnectedCallback();
  }

  protected override willUpdate(): void {
    this.row = Math.min(this.pointed?.query ?? this.row, this.pair.one.queries - 1);
  }

  protected override updated(): void {
    const {
      pair: { one, parts },
      size,
    } = this;
    parts.see(regionOf(one, this.window), size * devicePixelRatio, size * devicePixelRatio);
  }

  override render() {
    const { one, other, pair, table } = this;
    const both: MissingTokens = {
      queries: [...(one.missing?.queries ?? []), ...(other.missing?.queries ?? [])],
      keys: [...(one.missing?.keys ?? []), ...(other.missing?.keys ?? [])],
    };
    const tool = toolButton('table', 'Show a query’s numbers as a table', this.toggle, { key: 'T', pressed: table });
    if (table) {
      return html`<section class="table">
        <div class="line">
          <h2>${one.name} and ${other.name}</h2>
          ${this.queryChoice()}${tool}
        </div>
        ${this.numbers()}
      </section>`;
    }
    return html` <section>${this.heading(one.name, one.note)}${this.picture(one.name, one, pair.one)}</section>
      <section>${this.heading(other.name, other.note)}${this.picture(other.name, other, pair.other)}</section>
      <section>
        ${this.heading('Difference', this.difference, tool)}${this.picture(
          `Difference of ${one.name} and ${other.name}`,
          { ...one, causal: one.causal && other.causal, missing: both },
          pair.difference,
        )}
      </section>
      ${this.tip()}`;
  }

  private heading(name: string, note: TemplateResult | string | undefined, tool: unknown = nothing) {
    return html`<div class="line">
      <h2>${name} ${note === undefined ? '' : html`<span class="dim">${note}</span>`}</h2>
      ${tool}
    </div>`;
  }

  /** The side of a picture, in CSS pixels. */
  private get size(): number {
    return Math.floor(Math.max(60, Math.min(Math.max(380, innerHeight / 2), (this.room.width - 36) / 3 - 2)));
  }

  private picture(label: string, { causal, missing }: PictureSide, matrix: HeadMatrix) {
    return html`<headlight-compared-matrix
      .label=${label}
      .matrix=${matrix}
      .signed=${matrix === this.pair.difference}
      .causal=${causal}
      .missing=${missing}
      .scale=${this.scale}
      .window=${this.window}
      .size=${this.size}
      .pointed=${this.pointed}
      @zoom=${({ detail }: CustomEvent<ZoomWindow>) => this.dispatchEvent(componentEvent('zoom', detail))}
      @cell-point=${({ detail }: CustomEvent<Pointed | undefined>) => this.dispatchEvent(componentEvent('cell-point', detail))}
    ></headlight-compared-matrix>`;
  }
  private queryChoice() {
    return html`<label
      ><span class="select"
        ><select
          aria-label="Query"
          @change=${(event: Event) => {
            this.row = Number((event.target as HTMLSelectElement).value);
            this.requestUpdate();
          }}
        >
          ${Array.from(
            { length: this.pair.one.queries },
            (_, query) =>
              html`<option value=${query} .selected=${query === this.row}>
                ${query} ${this.nameOf('queries', query)}
              </option>`,
          )}
        </select>
        ${icon('chevron-down')}</span
      ></label
    >`;
  }

  private numbers() {
    const { one, other, row, pair } = this;
    const rows = rowsOf(pair, row);
    const seen = one.causal && other.causal ? row + 1 : undefined;
    const difference = rows?.[0].map((weight, key) => weight - rows[1][key]).subarray(0, seen);
    const column = (name: string, side: PictureSide, i: number) => ({
      name,
      at: (key: number) => (lacks(side, row, key) ? undefined : rows?.[i][key]),
    });
    const apart = pair.distances.byRow[row];
    return html`<headlight-row-table
      tabindex="0"
      .caption=${`Query ${row} ${this.nameOf('queries', row)}: ${Number.isNaN(apart) ? 'only one of them has it' : `${formatWeight(apart)} bits apart`}`}
      .names=${Array.from(difference ?? [], (_, key) => this.nameOf('keys', key))}
      .columns=${[column('first', one, 0), column('second', other, 1)]}
      what="difference"
      .weights=${difference}
    ></headlight-row-table>`;
  }

  /** The note beside what is pointed at, and the same for the ear. */
  private tip() {
    const { query, key, anchor } = this.pointed ?? {};
    const shown = query !== undefined && key !== undefined && anchor !== undefined;
    if (!shown) {
      return html`<headlight-hover-note hidden></headlight-hover-note>
        <div class="visually-hidden" role="status"></div>`;
    }
    const weights = weightsOf(this.pair, query, key);
    const [a, b] = [this.one, this.other].map((side, i) =>
      lacks(side, query, key) ? 'no such token' : weights ? formatWeight(weights[i]) : '…',
    );
    const [from, to] = [this.nameOf('queries', query), this.nameOf('keys', key)];
    const both = !lacks(this.one, query, key) && !lacks(this.other, query, key);
    const value = both ? (weights ? signedWeight(weights[0] - weights[1]) : '…') : '';
    const sentences = [this.sentenceOf?.('queries', query), this.sentenceOf?.('keys', key)].filter(Boolean);
    const between = sentences.length === 2 ? ` · ${sentences.join(' → ')}` : '';
    const note = `first ${a}, second ${b} · row ${query}, column ${key}${between}`;
    return html`<headlight-hover-note
        .anchor=${anchor}
        .from=${from}
        .to=${to}
        .value=${value}
        .note=${note}
      ></headlight-hover-note>
      <div class="visually-hidden" role="status">
        ${`${from}, ${to}: ${value ? `difference ${value}, ` : ''}${note}`}
      </div>`;
  }

  private readonly toggle = () => {
    this.table = !this.table;
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      event.key.toLowerCase() !== 't' ||
      event.composedPath().some(target => target instanceof HTMLElement && target.matches('input, select'))
    ) {
      return;
    }
    event.preventDefault();
    this.toggle();
  };
}

function lacks({ missing }: PictureSide, query: number, key: number): boolean {
  return missing !== undefined && (missing.queries.includes(query) || missing.keys.includes(key));
}
