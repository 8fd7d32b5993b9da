import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Picture } from '../../core/export/drawPicture';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { AttentionGroup, Explanation, HeadAddress, SequenceName } from '../../core/run/explanation';
import { type BarLine, barList, barListStyles } from '../common/barList';
import { textOf, tokensOf } from '../run/choice';
import '../run/colorLegend';
import type { PanelEvents, PointedToken } from '../run/events';
import { type HeadMatrix, keysByWeight } from '../run/headMatrix';
import '../common/hoverNote';
import { formatExactly, formatWeight, headName } from '../run/wording';
import { componentEvent } from '../common/componentEvent';
import { type Segment, segmented } from '../common/segmented';
import { tabViewStyles } from '../run/tabView.styles';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { textPicture } from './textPicture';
import { textViewStyles } from './textView.styles';
import { textUnits, type TextUnits, type UnitKind, unitName } from './textUnits';
import './unitText';
import { type Direction, fetchedWeights, unitAttention, unitWeights } from './unitWeights';

const directions: readonly Segment[] = [
  { value: 'from', label: 'From', name: 'What the chosen one looks at' },
  { value: 'to', label: 'To', name: 'What looks at the chosen one' },
];
const kinds: readonly Segment[] = [
  { value: 'token', label: 'tokens' },
  { value: 'word', label: 'words' },
  { value: 'line', label: 'lines' },
];
const mostListed = 10;

/**
 * The texts of a run as they were written, coloured by what a chosen token, word or line looks at, or by what looks at it.
 * With cross-attention the text written stands above the text given, and a choice in one colours the other.
 *
 * Fires `query-choose` (the place of the chosen unit's last token, a number) where what was chosen is a query, and
 * `token-hover` (`{ sequence, index }` of a unit's first token, or undefined for none).
 */
@customElement('headlight-text-view')
export class TextView extends LitElement {
  static override styles = [sharedStyles, tabViewStyles, barListStyles, textViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) head!: HeadAddress;
  /** The head's numbers; nothing is coloured until they are exact, or the parts that are needed are there. */
  @property({ attribute: false }) matrix?: HeadMatrix;
  /** The query that the rest of the panel tells about. */
  @property({ attribute: false }) query = 0;
  @property() scale: MatrixScale = 'sqrt';
  /** Whether all numbers are shown in a table in place of the picture. */
  @property({ attribute: false }) table = false;

  @state() private direction: Direction = 'from';
  @state() private kind: UnitKind = 'token';
  /** The token that was chosen as a key, where keys are another text than queries. */
  @state() private key = 0;
  @state() private pointed?: PointedToken & { readonly sequence: SequenceName };

  private readonly themes = new ThemeController(this);
  private units!: Record<SequenceName, TextUnits>;
  private weights?: Float32Array;
  private attention?: ReturnType<typeof unitAttention>;

  /** The text that the chosen unit is in, and the one that is coloured. */
  private get chosenIn(): SequenceName {
    return this.direction === 'from' ? this.group.queries : this.group.keys;
  }

  private get coloredIn(): SequenceName {
    return this.direction === 'from' ? this.group.keys : this.group.queries;
  }

  private get chosenUnit(): number {
    const { of, count } = this.units[this.chosenIn];
    const token = this.chosenIn === this.group.queries ? this.query : this.key;
    return of[token] ?? count - 1;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const newText = changed.has('explanation') || changed.has('group');
    if (newText) this.pointed = undefined;
    if (newText) this.key = Math.min(this.key, this.tokens(this.group.keys).length - 1);
    if (newText && this.group.queries === this.group.keys) this.key = this.query;
    const newUnits = newText || changed.has('kind');
    if (newUnits) {
      const of = (sequence: SequenceName) => textUnits(this.kind, this.text(sequence), this.tokens(sequence));
      this.units = { input: of('input'), output: of('output') };
      this.pointed = undefined;
    }
    const { matrix, units, group } = this;
    if (newUnits || changed.has('matrix')) {
      this.attention = matrix?.exact ? unitAttention(matrix, units[group.queries], units[group.keys]) : undefined;
    }
    this.weights = this.attention
      ? unitWeights(this.attention, this.direction, this.chosenUnit)
      : matrix && fetchedWeights(matrix, this.direction, this.chosenUnit, units[group.queries], units[group.keys]);
  }

  override render() {
    const { group } = this;
    const sequences: readonly SequenceName[] =
      group.queries === group.keys ? [group.keys] : [group.queries, group.keys];
    return html`<div class="tools">
        ${segmented('Direction', directions, this.direction, this.turn)}
        ${segmented('Units', kinds, this.kind, this.divide)}
        <span class="hint dim">${this.hint()}</span>
      </div>
      ${
        this.table
          ? this.numbers()
          : html`<div class="columns">
              <div class="texts">${sequences.map(sequence => this.textPart(sequence, sequences.length > 1))}</div>
              <div class="side" role="region" aria-label="Strongest" tabindex="0">
                ${this.ranked()}<headlight-legend .scale=${this.scale} .weight=${this.pointedWeight}></headlight-legend>
              </div>
            </div>`
      }${this.tip()}`;
  }

  /**
   * What is shown, as an SVG document.
   * @throws Error with one sentence where nothing is coloured yet.
   */
  picture(source: string): Picture {
    const { group, weights } = this;
    if (!weights) throw new Error('The numbers are not there yet; export again when the text is coloured.');
    const sequences: readonly SequenceName[] =
      group.queries === group.keys ? [group.keys] : [group.queries, group.keys];
    return textPicture(
      sequences.map(sequence => ({
        heading: sequences.length === 1 ? undefined : sequence === 'input' ? 'The text' : 'Written',
        text: this.text(sequence),
        tokens: this.tokens(sequence),
        units: this.units[sequence],
        weights: sequence === this.coloredIn ? weights : undefined,
        chosen: sequence === this.chosenIn ? this.chosenUnit : undefined,
      })),
      {
        title: `${headName(this.head)}, ${this.direction === 'from' ? 'from' : 'to'} ${this.chosenName()}`,
        source,
        note: this.hint(),
      },
      this.scale,
      this.themes.theme,
    );
  }

  private hint(): string {
    const unit = this.kind;
    if (unit === 'token') {
      return this.direction === 'from'
        ? 'What the chosen token looks at; the weights sum to 1.'
        : 'How much each token looks at the chosen one.';
    }
    const how = `the weights of a ${unit}’s tokens are summed, the rows of its queries averaged`;
    return this.direction === 'from'
      ? `What the chosen ${unit} looks at: ${how}.`
      : `How much each ${unit} looks at the chosen one: ${how}.`;
  }

  private textPart(sequence: SequenceName, named: boolean) {
    const isChosen = sequence === this.chosenIn;
    return html`${
        named
          ? html`<h2>
              ${sequence === 'input' ? 'The text' : 'Written'}${
                isChosen
                  ? html` <span class="dim">${this.direction} <bdi class="token">${this.chosenName()}</bdi></span>`
                  : nothing
              }
            </h2>`
          : nothing
      }
      <headlight-unit-text
        .text=${this.text(sequence)}
        .tokens=${this.tokens(sequence)}
        .units=${this.units[sequence]}
        .scale=${this.scale}
        .weights=${sequence === this.coloredIn ? this.weights : undefined}
        .chosen=${isChosen ? this.chosenUnit : undefined}
        .pointed=${this.pointed?.sequence === sequence ? this.pointed.index : undefined}
        .label=${`${sequence === 'input' ? 'The text' : 'What was written'}, in ${this.kind}s`}
        @token-point=${({ detail }: CustomEvent<PanelEvents['token-point']>) => this.point(detail && { ...detail, sequence })}
        @token-choose=${({ detail }: CustomEvent<number>) => this.choose(sequence, detail)}
      ></headlight-unit-text>`;
  }

  private numbers() {
    const { weights, coloredIn, direction } = this;
    const { count } = this.units[coloredIn];
    return html`<headlight-row-table
      tabindex="0"
      .caption=${`${headName(this.head)}, ${direction} ${this.chosenName()}`}
      .unit=${this.kind}
      .names=${Array.from({ length: count }, (_, unit) => this.name(coloredIn, unit))}
      .weights=${weights}
    ></headlight-row-table>`;
  }

  private ranked() {
    const { weights, coloredIn } = this;
    const from = this.direction === 'from';
    const heading = html`<h2>
      ${from ? 'Looks at' : 'Look at'}
      <span class="dim"
        >${from ? 'from ' : ''}<bdi class="token">${this.chosenName()}</bdi> · ${headName(this.head)}</span
      >
    </h2>`;
    if (!weights) {
      return html`${heading}
        <p class="dim" role="status">The numbers are on their way.</p>`;
    }
    const strongest = keysByWeight(weights, mostListed).filter(unit => weights[unit] > 0);
    const lines = strongest.map((unit): BarLine => ({
      name: this.name(coloredIn, unit),
      note: this.kind === 'line' ? undefined : String(unit),
      value: weights[unit],
      current: this.pointed?.sequence === coloredIn && this.pointed.index === unit,
    }));
    const rest =
      weights.reduce((sum, weight) => sum + weight, 0) - strongest.reduce((sum, unit) => sum + weights[unit], 0);
    const { causal, queries, keys } = this.group;
    const seen = causal && queries === keys ? Math.min(weights.length, this.chosenUnit + 1) : weights.length;
    const more = seen - strongest.length;
    return html`${heading}${barList(lines, `What ${from ? `${this.chosenName()} looks at` : `looks at ${this.chosenName()}`}, strongest first`)}
    ${
      more > 0 && from
        ? html`<div class="rest dim">
            <span>${more} more</span><span class="mono number">${formatWeight(Math.max(0, rest))}</span>
          </div>`
        : nothing
    }`;
  }

  private tip() {
    const { pointed, direction } = this;
    if (!pointed) return html`<headlight-hover-note hidden></headlight-hover-note>`;
    const name = this.name(pointed.sequence, pointed.index);
    const weight = this.pointedWeight;
    if (weight === undefined) {
      return html`<headlight-hover-note
        .anchor=${pointed.anchor}
        .from=${name}
        .note=${pointed.index === this.chosenUnit ? 'chosen' : 'click or Enter chooses it'}
      ></headlight-hover-note>`;
    }
    const [from, to] = direction === 'from' ? [this.chosenName(), name] : [name, this.chosenName()];
    const unseen =
      this.kind === 'token' &&
      this.group.causal &&
      (direction === 'from' ? pointed.index > this.query : pointed.index < this.chosenUnit);
    return html`<headlight-hover-note
      .anchor=${pointed.anchor}
      .from=${from}
      .to=${to}
      .value=${formatExactly(weight)}
      .note=${unseen ? 'comes later in the text, cannot be seen' : this.kind === 'line' ? '' : `${this.kind} ${pointed.index}`}
    ></headlight-hover-note>`;
  }

  private get pointedWeight(): number | undefined {
    return this.pointed?.sequence === this.coloredIn ? this.weights?.[this.pointed.index] : undefined;
  }

  private chosenName(): string {
    return this.name(this.chosenIn, this.chosenUnit);
  }

  private name(sequence: SequenceName, unit: number): string {
    return this.tokens(sequence).length === 0
      ? ''
      : unitName(this.units[sequence], unit, this.text(sequence), this.tokens(sequence));
  }

  private point(pointed: (PointedToken & { readonly sequence: SequenceName }) | undefined): void {
    if (pointed?.sequence === this.pointed?.sequence && pointed?.index === this.pointed?.index) return;
    this.pointed = pointed;
    const detail = pointed && { sequence: pointed.sequence, index: this.units[pointed.sequence].first[pointed.index] };
    this.dispatchEvent(componentEvent('token-hover', detail));
  }

  private choose(sequence: SequenceName, unit: number): void {
    const { group } = this;
    const { first, of } = this.units[sequence];
    const last = (first[unit + 1] ?? of.length) - 1;
    if (group.queries !== group.keys) this.direction = sequence === group.queries ? 'from' : 'to';
    if (sequence === group.keys) this.key = last;
    if (sequence !== group.queries) return;
    this.query = last;
    this.dispatchEvent(componentEvent('query-choose', last));
  }

  private readonly turn = (direction: Direction) => {
    this.direction = direction;
  };

  private readonly divide = (kind: UnitKind) => {
    this.kind = kind;
  };

  private text(sequence: SequenceName): string {
    return textOf(this.explanation, sequence);
  }

  private tokens(sequence: SequenceName) {
    return tokensOf(this.explanation, sequence);
  }
}
