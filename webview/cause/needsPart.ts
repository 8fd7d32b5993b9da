import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { LruCache } from '../../core/cache/lruCache';
import { agreementOf, agreementWords, readAs, type ReadAs } from '../../core/cause/agreement';
import { finerFirst, neededUnits, type NeededUnit, rangeKey, sumOver } from '../../core/cause/needPlan';
import type { CauseFound, NeededText } from '../../core/export/causeNumbers';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionOfPosition, NeedOfTokens } from '../../core/run/cause';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import '../common/hoverNote';
import { icon } from '../common/icons';
import { inlineStyle } from '../common/inlineStyle';
import { type Segment, segmented } from '../common/segmented';
import { progressStyles } from '../common/progress.styles';
import { sharedStyles } from '../common/styles';
import { trackStyles } from '../common/track.styles';
import { AskController } from '../run/askController';
import { textOf, tokensOf } from '../run/choice';
import type { PanelEvents } from '../run/events';
import type { RunHost } from '../run/runHost';
import { formatWeight } from '../run/wording';
import { formatChange, formatSize } from './causeNumbers';
import { textUnits, type TextUnits, type UnitKind, unitName } from '../textView/textUnits';
import '../textView/unitText';
import { askNeeds, type NeedsProgress } from './askNeeds';
import { causeEvent } from './causeEvents';
import { causePartStyles } from './causePart.styles';

/** With more units than these, lines are cut before tokens and words. */
const mostAtOnce = 64;
/** So long a position is looked at before it is asked for, so that moving over tokens does not run the model for each. */
const pause = 250;
/** The strongest colour stands for so many bits at least. */
const least = 0.01;

const kinds: readonly Segment[] = [
  { value: 'token', label: 'token' },
  { value: 'word', label: 'word' },
  { value: 'line', label: 'line' },
];
const orders: readonly Segment[] = [
  { value: 'text', label: 'as in the text', name: 'In the order of the text' },
  { value: 'size', label: 'largest first', name: 'By what the prediction loses, the largest first' },
];

/** What was answered for the positions looked at last, by run, attention and position. */
const answered = new LruCache<string, Map<string, NeedOfTokens>>(64);

/** How units are listed, which stays while other tabs are looked at. */
let listed = 'text';

/**
 * What a position's prediction loses when it may not look at a token, word or line, beside what attention says of it. Fires
 * `unit-choose`, `keys-choose`, `needs-color` and `token-hover`.
 */
@customElement('headlight-needs')
export class NeedsPart extends LitElement {
  static override styles = [sharedStyles, trackStyles, progressStyles, causePartStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) query = 0;
  /** Where the prediction is: "after “item”". */
  @property() place = '';
  @property() unit: UnitKind = 'token';
  @property({ attribute: false }) host!: RunHost;

  @state() private progress?: NeedsProgress;
  @state() private failure = '';
  /** Whether the user wanted no more of it: then nothing is asked by itself. */
  @state() private stopped = false;
  @state() private pointed?: { readonly unit: number; readonly anchor?: DOMRect };
  @state() private order = listed;
  @state() private known: Map<string, NeedOfTokens> = new Map();

  private readonly attention = new AskController<AttentionOfPosition>(this);
  private units!: TextUnits;
  private lines!: TextUnits;
  private abort = new AbortController();
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('query');
  }

  override disconnectedCallback(): void {
    this.giveUp();
    this.coloredAs = undefined;
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isNew = changed.has('explanation') || changed.has('group');
    if (isNew || changed.has('unit')) {
      const { text, tokens } = this;
      this.units = textUnits(this.unit, text, tokens);
      this.lines = this.unit === 'line' ? this.units : textUnits('line', text, tokens);
      this.pointed = undefined;
    }
    if (changed.has('explanation')) this.stopped = false;
    if (isNew || changed.has('unit') || changed.has('query')) this.begin();
  }

  /** The editor shows the same colours. */
  protected override updated(): void {
    const fine = this.rowsOf(this.units);
    const rows = fine.length > 0 ? fine : this.rowsOf(this.lines);
    const most = this.mostOf(rows);
    const colored =
      this.group.keys === 'input' && rows.length > 0
        ? rows.map(({ first, last, bits }) => ({ first, last, strength: Math.sqrt(Math.abs(bits) / most) }))
        : undefined;
    const key = JSON.stringify(colored);
    if (key === this.coloredAs) return;
    this.coloredAs = key;
    this.dispatchEvent(causeEvent('needs-color', colored));
  }

  /** How the editor was coloured last. */
  private coloredAs?: string;

  /** What is known of it, to be exported. */
  get found(): CauseFound['needs'] {
    const rows = this.rowsOf(this.units);
    return rows.length > 0 ? { unit: this.unit, rows, scores: this.scores } : undefined;
  }

  override render() {
    const { units, progress, failure, unit } = this;
    const needed = this.needed(units);
    const fine = this.rowsOf(units);
    const waits = progress?.stage === 0 && this.coarse.length > 0;
    const coarse = waits || (fine.length === 0 && unit !== 'line');
    const shown = coarse && this.rowsOf(this.lines).length > 0 ? this.lines : units;
    const rows = shown === units ? fine : this.rowsOf(this.lines);
    return html`<section aria-label="What does this prediction need?" aria-busy=${progress !== undefined}>
      <h2>What does this prediction need? <bdi class="dim token">${this.place}</bdi></h2>
      <div class="tools">
        <span class="dim">by</span>${segmented('What is cut at a time', kinds, unit, kind =>
          this.dispatchEvent(causeEvent('unit-choose', kind)),
        )}
        ${this.control(needed, fine.length)}
      </div>
      ${failure || this.attention.failure ? html`<p class="failure" role="alert">${icon('error')} ${failure || this.attention.failure}</p>` : nothing}
      ${
        needed.length === 0
          ? html`<p role="status">Nothing stands before this token that it could look at; choose a later one.</p>`
          : html`${this.textPart(shown, rows)}${this.table(shown, rows)}${shown === units ? this.agreement(rows) : nothing}`
      }
      ${this.note(shown, rows)}
    </section>`;
  }

  private get text(): string {
    return textOf(this.explanation, this.group.keys);
  }

  private get tokens() {
    return tokensOf(this.explanation, this.group.keys);
  }

  private get scores(): boolean {
    return this.explanation.model.outputs === 'scores';
  }

  /** The position where it is in the text that is looked at. */
  private get own(): number | undefined {
    return this.group.queries === this.group.keys ? this.query : undefined;
  }

  private needed({ first }: TextUnits): NeededUnit[] {
    return neededUnits(first, this.tokens.length, this.group.causal, this.own);
  }

  /** The lines that are cut before anything finer is; none where there is little to cut. */
  private get coarse(): readonly NeededUnit[] {
    return this.unit === 'line' || this.needed(this.units).length <= mostAtOnce ? [] : this.needed(this.lines);
  }

  private rowsOf(units: TextUnits): (NeededText & { readonly unit: number })[] {
    const { answer } = this.attention;
    return this.needed(units).flatMap(range => {
      const need = this.known.get(rangeKey(range));
      if (!need) return [];
      const text = this.text.slice(this.tokens[range.first].start, this.tokens[range.last].end);
      const read = Object.fromEntries(
        (Object.keys(readAs) as ReadAs[]).map(reading => [reading, sumOver(answer?.[reading], range)]),
      );
      return [{ ...range, text: text || this.tokens[range.first].text, ...need, ...read }];
    });
  }

  private control(needed: readonly NeededUnit[], done: number) {
    const { progress } = this;
    if (progress) {
      const what = progress.stage === 0 && this.coarse.length > 0 ? 'line' : this.unit;
      return html`<button class="button secondary" @click=${this.cancel}>Cancel</button
        ><progress aria-label="Cut so far" max=${progress.of} .value=${progress.done}></progress
        ><span class="dim number" role="status">${progress.done} of ${progress.of} ${what}s</span>`;
    }
    if (done >= needed.length || this.timer !== 0) {
      return html`<span class="dim" role="status"
        >${done > 0 ? `all edges from here to each ${this.unit} cut, in all layers` : ''}</span
      >`;
    }
    return html`<button class="button secondary" @click=${this.start}>Cut Each</button
      ><span class="dim" role="status">${done > 0 ? `${done} of ${needed.length} ${this.unit}s are known` : ''}</span>`;
  }

  private textPart(units: TextUnits, rows: readonly (NeededText & { readonly unit: number })[]) {
    const most = this.mostOf(rows);
    const weights = new Float32Array(units.count);
    for (const { unit, bits } of rows) weights[unit] = Math.abs(bits) / most;
    return html`<headlight-unit-text
      .text=${this.text}
      .tokens=${this.tokens}
      .units=${units}
      scale="sqrt"
      .weights=${rows.length > 0 ? weights : undefined}
      .said=${(unit: number) => {
        const row = rows.find(one => one.unit === unit);
        return row ? `${formatSize(row.bits)} ${this.measure}` : 'not cut';
      }}
      .chosen=${this.own === undefined ? undefined : units.of[this.own]}
      .pointed=${this.pointed?.unit}
      label="The text, coloured by what the prediction loses without each ${units.kind}; Enter chooses it to be cut"
      @token-point=${({ detail }: CustomEvent<PanelEvents['token-point']>) => this.point(units, detail && { unit: detail.index, anchor: detail.anchor })}
      @token-choose=${({ detail }: CustomEvent<number>) => this.choose(units, detail)}
    ></headlight-unit-text>`;
  }

  /** What the strongest colour and the longest bar stand for: where nothing is lost, nothing is to look like much. */
  private mostOf(rows: readonly NeededText[]): number {
    return Math.max(...rows.map(({ bits }) => Math.abs(bits)), this.scores ? 1e-9 : least);
  }

  /** What the numbers of the cuts are. */
  private get measure(): string {
    return this.scores ? 'of the score' : 'bits';
  }

  private table(units: TextUnits, rows: readonly (NeededText & { readonly unit: number })[]) {
    if (rows.length === 0) return nothing;
    const sorted = this.order === 'size' ? [...rows].sort((a, b) => Math.abs(b.bits) - Math.abs(a.bits)) : rows;
    const most = (of: (row: NeededText) => number | undefined) =>
      Math.max(...rows.map(row => Math.abs(of(row) ?? 0))) || 1;
    const readings = (Object.keys(readAs) as ReadAs[]).filter(reading => rows.some(row => row[reading] !== undefined));
    const largest = {
      bits: this.mostOf(rows),
      raw: most(r => r.raw),
      value: most(r => r.value),
      rollout: most(r => r.rollout),
    };
    const bar = (value: number | undefined, of: number, said: string, name = '') =>
      html`<td class="bar">
        <span class="track ${name}"><i ${inlineStyle({ width: `${(100 * Math.abs(value ?? 0)) / of}%` })}></i></span
        >${value === undefined ? '' : said}
      </td>`;
    return html`<div class="tools">
        ${segmented('Order of the list', orders, this.order, order => (this.order = listed = order))}
      </div>
      <div class="scroll list" tabindex="0" role="region" aria-label="What each ${units.kind} gives">
        <table class="number mono">
          <thead>
            <tr>
              <th scope="col">${units.kind}</th>
              <th
                scope="col"
                title=${this.scores ? 'How much the score falls when it is cut' : 'Divergence of the prediction when it is cut'}
              >
                ${this.scores ? 'score falls' : 'cut, bits'}
              </th>
              ${this.scores ? nothing : html`<th scope="col" title="Of what it held likeliest">Δ log p</th>`}
              ${readings.map(reading => html`<th scope="col" title=${readAs[reading]}>${reading}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${sorted.map(
              row =>
                html`<tr
                  class=${this.pointed?.unit === row.unit ? 'current' : ''}
                  @pointerenter=${() => this.point(units, { unit: row.unit })}
                  @pointerleave=${() => this.point(units, undefined)}
                >
                  <th scope="row">
                    <span class="dim">${row.first}</span>
                    <bdi class="token">${unitName(units, row.unit, this.text, this.tokens)}</bdi>
                  </th>
                  ${bar(row.bits, largest.bits, formatSize(row.bits), 'cut')}
                  ${this.scores ? nothing : html`<td>${formatChange(-row.falls)}</td>`}
                  ${readings.map(reading => bar(row[reading], largest[reading], formatWeight(row[reading] ?? 0)))}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  private agreement(rows: readonly NeededText[]) {
    const found = agreementOf(rows);
    const told = Object.entries(found) as [ReadAs, number][];
    if (rows.length === 0 || !this.attention.answer) return nothing;
    const some = rows.length < this.needed(this.units).length ? ` of the ${rows.length} that are known` : '';
    return html`<h2 class="next">Agreement with the cuts <span class="dim">rank correlation${some}</span></h2>
      <ul class="agreement mono" aria-label="Agreement with the cuts">
        ${told.map(
          ([reading, value]) =>
            html`<li>
              <span>${readAs[reading]}</span
              ><span class="track ${value < 0 ? 'below' : ''}"
                ><i ${inlineStyle({ width: `${100 * Math.abs(value)}%` })}></i></span
              ><span class="number">${value.toFixed(2).replace('-', '−')}</span>
            </li>`,
        )}
      </ul>
      <p>${agreementWords(found, `${this.unit}s`)}</p>`;
  }

  private note(units: TextUnits, rows: readonly (NeededText & { readonly unit: number })[]) {
    const { pointed } = this;
    const row = rows.find(({ unit }) => unit === pointed?.unit);
    const name = pointed && pointed.unit < units.count ? unitName(units, pointed.unit, this.text, this.tokens) : '';
    const read = (Object.keys(readAs) as ReadAs[]).flatMap(reading =>
      row?.[reading] === undefined ? [] : [`${readAs[reading]} ${formatWeight(row[reading])}`],
    );
    return html`<headlight-hover-note
      .anchor=${pointed?.anchor}
      .from=${name}
      .value=${row ? `${formatSize(row.bits)} ${this.measure}` : ''}
      .note=${row ? read.join(' · ') : ''}
    ></headlight-hover-note>`;
  }

  private point(units: TextUnits, pointed: { readonly unit: number; readonly anchor?: DOMRect } | undefined): void {
    if (pointed?.unit === this.pointed?.unit && pointed?.anchor === this.pointed?.anchor) return;
    this.pointed = pointed;
    const detail = pointed && { sequence: this.group.keys, index: units.first[pointed.unit] };
    this.dispatchEvent(causeEvent('token-hover', detail));
  }

  private choose(units: TextUnits, unit: number): void {
    const { first } = units;
    const last = (unit + 1 < first.length ? first[unit + 1] : this.tokens.length) - 1;
    this.dispatchEvent(causeEvent('keys-choose', { first: first[unit], last }));
  }

  /** Takes what is known of the position, and asks for the rest unless the user wanted no more. */
  private begin(): void {
    this.giveUp();
    const { explanation, group, query } = this;
    const key = JSON.stringify([explanation.run, group.kind, query]);
    const known = answered.get(key) ?? new Map<string, NeedOfTokens>();
    answered.set(key, known);
    [this.known, this.failure, this.pointed] = [known, '', undefined];
    if (!this.attention.isOf(key)) {
      this.attention.forget();
      this.attention.ask(key, signal =>
        this.host.request(RunRequest.attentionOf, { kind: group.kind, position: query }, signal),
      );
    }
    if (this.stopped || this.needed(this.units).every(range => known.has(rangeKey(range)))) return;
    this.timer = window.setTimeout(this.start, pause);
  }

  private readonly start = () => {
    this.giveUp();
    this.stopped = false;
    this.failure = '';
    const { signal } = (this.abort = new AbortController());
    const { known, coarse, group, query } = this;
    const fine = this.needed(this.units);
    this.progress = { stage: 0, done: 0, of: (coarse.length > 0 ? coarse : fine).length };
    askNeeds(
      [
        ...(coarse.length > 0 ? [() => coarse] : []),
        () => finerFirst(fine, coarse, range => known.get(rangeKey(range))),
      ],
      known,
      tokens => this.host.request(RunRequest.needs, { kind: group.kind, position: query, tokens }, signal),
      signal,
      progress => (this.progress = progress),
    ).then(
      () => {
        if (!signal.aborted) this.progress = undefined;
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.progress = undefined;
        this.stopped = true;
        this.failure = error instanceof Error ? error.message : String(error);
      },
    );
  };

  private readonly cancel = () => {
    this.giveUp();
    this.stopped = true;
  };

  private giveUp(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.abort.abort();
    this.progress = undefined;
  }
}
