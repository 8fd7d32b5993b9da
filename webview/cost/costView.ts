import { html, LitElement, nothing, type PropertyValues, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  along,
  chartFormats,
  chartSize,
  costChart,
  memoryCurves,
  timeCurves,
  type ChartContent,
  type ChartInk,
  type ChartScale,
} from '../../core/cost/costChart';
import { costFits, type CostFits } from '../../core/cost/costFits';
import {
  betterFit,
  bytesOf,
  cacheRows,
  crossingWords,
  formatRange,
  formatTime,
  methodWords,
} from '../../core/cost/costWords';
import { cacheBytes, scoreBytes, type CostPlan, type LengthCost, type MeasuredCost } from '../../core/cost/lengthCost';
import { fitColumns, fitRows, lengthColumns, lengthRow } from '../../core/export/costNumbers';
import type { CostView as ShownCost } from '../../core/export/runPart';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { Explanation } from '../../core/run/explanation';
import { arrowStep } from '../common/arrowStep';
import { cssColor } from '../common/colorScale';
import { headPens } from '../common/headPens';
import '../common/hoverNote';
import { icon } from '../common/icons';
import { type Segment, segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import type { RunHost } from '../run/runHost';
import { count } from '../run/wording';
import { costViewStyles } from './costView.styles';

/** A pass that takes longer, in milliseconds, is the last: the next would take twice as long and more. */
const slowest = 2000;
/** How far beyond what was measured the fits are drawn on request. */
const further = 8;

const scales: readonly Segment[] = [
  { value: 'linear', label: 'linear', name: 'Linear axes' },
  { value: 'log', label: 'log', name: 'Logarithmic axes' },
];

interface Settings {
  readonly scale: ChartScale;
  /** Whether the fits are drawn beyond what was measured. */
  readonly far: boolean;
  readonly table: boolean;
}

/** What was set, and what was measured of each model, which stay while other tabs are looked at. */
let kept: Settings = { scale: 'log', far: false, table: false };
const measuredOf = new Map<string, MeasuredCost & { readonly stopped?: string }>();

/** What a pass of the open model costs over the length of the text: attention and the rest, measured on this machine. */
@customElement('headlight-cost')
export class CostView extends LitElement {
  static override styles = [sharedStyles, costViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) host!: RunHost;

  @state() private set = kept;
  @state() private plan?: CostPlan;
  @state() private points: readonly LengthCost[] = [];
  /** The length that is measured now. */
  @state() private at?: number;
  @state() private failure = '';
  /** Why it was not measured to the end. */
  @state() private stopped = '';
  /** The place among the measured lengths whose numbers are told. */
  @state() private chosen = -1;
  @state() private note?: { readonly from: string; readonly note: string; readonly anchor: DOMRect };

  private readonly themes = new ThemeController(this);
  private abort = new AbortController();

  override disconnectedCallback(): void {
    this.abort.abort();
    this.at = undefined;
    super.disconnectedCallback();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.read();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation')) this.read();
  }

  /** What is shown, to be exported. */
  get shown(): ShownCost {
    const { plan, points } = this;
    if (!plan || points.length < 2) throw new Error('Nothing is measured yet; choose Measure, and export again.');
    return { kind: 'cost', measured: { plan, points }, scale: this.set.scale, to: this.to, now: this.now };
  }

  override render() {
    const { plan, points, failure } = this;
    return html`${this.top()}
      ${failure ? html`<p class="failure" role="alert">${icon('error')} ${failure}</p>` : nothing}
      ${plan && points.length > 0 ? this.body(plan, costFits(points)) : nothing}
      ${
        plan
          ? html`<div class="below">
              ${points.length > 2 ? this.fits(costFits(points)) : nothing}${this.cache(plan)}${this.explained(plan)}
            </div>`
          : nothing
      }
      <headlight-hover-note
        .anchor=${this.note?.anchor}
        .from=${this.note?.from ?? ''}
        .note=${this.note?.note ?? ''}
      ></headlight-hover-note>`;
  }

  /** How many tokens the text that is open has. */
  private get now(): number {
    return this.explanation.tokens.length;
  }

  /** The last length on the axes. */
  private get to(): number {
    const longest = Math.max(16, ...(this.at === undefined ? this.points.map(({ length }) => length) : this.lengths));
    // One length alone has no axis.
    return this.set.far ? longest * further : Math.max(32, longest);
  }

  private get lengths(): readonly number[] {
    return this.plan?.lengths ?? [];
  }

  private get key(): string {
    const { id, dtype } = this.explanation.model;
    return `${id}\n${dtype}`;
  }

  /** Takes what was measured of this model, and asks what can be. */
  private read(): void {
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    const known = measuredOf.get(this.key);
    [this.at, this.failure, this.chosen] = [undefined, '', -1];
    [this.plan, this.points, this.stopped] = [known?.plan, known?.points ?? [], known?.stopped ?? ''];
    if (known) return;
    this.host.request(RunRequest.costPlan, {}, signal).then(
      plan => {
        if (!signal.aborted) this.plan = plan;
      },
      (error: unknown) => this.fail(error, signal),
    );
  }

  private top() {
    const { plan, at, points, set } = this;
    const { lengths } = this;
    const place = at === undefined ? 0 : lengths.indexOf(at);
    const measured = points.length > 0;
    return html`<div class="top">
      <h2>
        Cost over the length
        <span class="dim"
          >time and memory of attention and of the rest, of one pass of
          ${this.explanation.model.id}${plan?.part ? `’s ${plan.part}` : ''}, measured on this machine</span
        >
      </h2>
      ${
        at === undefined
          ? lengths.length > 0
            ? html`<button class="button ${measured ? 'secondary' : ''}" @click=${this.measure}>
                ${measured ? 'Measure Again' : 'Measure'}
              </button>`
            : nothing
          : html`<button class="button secondary" @click=${this.cancel}>Cancel</button
              ><progress aria-label="Measured lengths" max=${lengths.length} .value=${place}></progress
              ><span class="dim number" role="status">${count(at)} tokens, ${place + 1} of ${lengths.length}</span>`
      }
      ${at === undefined ? html`<span class="dim notes" role="status">${this.notes()}</span>` : nothing}
      <span class="spread"></span>
      ${
        measured
          ? html`<label class="far"
                ><input
                  type="checkbox"
                  .checked=${set.far}
                  @change=${(event: Event) => this.change({ far: (event.target as HTMLInputElement).checked })}
                />extrapolate × ${further}</label
              >
              ${segmented('Axes', scales, set.scale, scale => this.change({ scale }))}
              <button
                class="button secondary"
                aria-pressed=${set.table}
                @click=${() => this.change({ table: !set.table })}
              >
                ${set.table ? 'Show Charts' : 'Show as Table'}
              </button>`
          : nothing
      }
    </div>`;
  }

  private notes(): string {
    if (this.stopped) return this.stopped;
    return this.plan?.notes.join(' ') ?? '';
  }

  private body(plan: CostPlan, fits: CostFits) {
    if (this.set.table) return this.table(plan);
    const { scale } = this.set;
    const { to, now } = this;
    const marked = [{ length: now, word: `n = ${count(now)}` }];
    if (this.set.far) {
      const longest = this.points.at(-1)?.length ?? to;
      marked.push({ length: longest, word: 'measured up to here' });
    }
    return html`<p class="readout number" role="status">${this.told(plan)}</p>
      <div class="charts">
        ${this.chart('Time over length', {
          curves: timeCurves(this.points, fits, to),
          scale,
          to,
          marked,
          format: chartFormats.time,
        })}
        ${this.chart('Memory over length', {
          curves: memoryCurves(plan, this.points, to),
          scale,
          to,
          marked,
          format: chartFormats.bytes,
        })}
      </div>`;
  }

  private chart(title: string, content: ChartContent) {
    const inks = this.inks;
    const { width, height } = chartSize;
    return html`<section class="chart" aria-label=${title}>
      <h2>${title} <span class="dim">${content.scale === 'log' ? 'both axes log' : 'linear axes'}</span></h2>
      <svg
        viewBox="0 0 ${width} ${height}"
        role="img"
        tabindex="0"
        aria-label="${title}, ${this.points.length} lengths; the arrow keys tell their numbers one after the other"
        @pointermove=${(event: PointerEvent) => this.point(event)}
        @pointerleave=${() => (this.note = undefined)}
        @keydown=${this.onKey}
      >
        ${costChart(content).map(shape =>
          shape.kind === 'text'
            ? svg`<text x=${shape.x} y=${shape.y} text-anchor=${shape.anchor} fill=${inks[shape.ink]}>${shape.text}</text>`
            : svg`<path d=${shape.d} fill=${shape.filled ? inks[shape.ink] : 'none'} stroke=${inks[shape.ink]}
                stroke-width=${shape.width ?? 1} stroke-dasharray=${shape.dash ?? 'none'} />`,
        )}
        ${this.chosenLine(content)}
      </svg>
      <ul class="legend" aria-label="Lines">
        ${content.curves.map(
          ({ name, ink, dash }) =>
            html`<li>
              <svg viewBox="0 0 28 8" aria-hidden="true">
                ${svg`<path d="M0 4h28" stroke-width="2" stroke=${inks[ink]} stroke-dasharray=${dash ?? 'none'} />`}</svg
              >${name}
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private chosenLine({ scale, to }: ChartContent) {
    const point = this.points[this.chosen];
    if (!point) return nothing;
    const { width, height, left, right, top, bottom } = chartSize;
    const x = left + along(point.length, scale, to) * (width - left - right);
    return svg`<path d="M${x} ${top}V${height - bottom}" stroke=${cssColor(this.themes.theme.focus)} stroke-width="1.5" />`;
  }

  private get inks(): Readonly<Record<ChartInk, string>> {
    const { theme } = this.themes;
    const [first, second] = headPens(theme, 2);
    return {
      first: cssColor(first.color),
      second: cssColor(second.color),
      foreground: cssColor(theme.foreground),
      dim: cssColor(theme.dim),
      line: cssColor(theme.line),
    };
  }

  /** The numbers of the chosen length, else where the two cross. */
  private told(plan: CostPlan): string {
    const point = this.points[this.chosen];
    if (point) return `${count(point.length)} tokens: ${noteOf(point, plan)}`;
    const { crossing } = costFits(this.points);
    return crossing ? crossingWords(crossing, plan) : '';
  }

  private table(plan: CostPlan) {
    return html`<div class="scroll rows" tabindex="0" role="region" aria-label="Numbers of each length">
      <table class="number mono">
        <caption class="dim">
          Medians of ${Math.min(...this.points.map(({ runs }) => runs))} runs and more, quartiles; memory measured,
          scores of a layer computed
        </caption>
        <thead>
          <tr>
            ${lengthColumns.map(name => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${this.points.map(point => {
            const [name, ...cells] = lengthRow(point, { plan });
            return html`<tr>
              <th scope="row">${name}</th>
              ${cells.map(cell => html`<td>${cell}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  private fits(fits: CostFits) {
    return html`<section class="fits" aria-label="Fits">
      <h2>Fits <span class="dim">least squares of what the medians are missed by, as a part of them</span></h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Fits of time over length">
        <table class="number mono">
          <thead>
            <tr>
              ${fitColumns.map((name, i) => html`<th scope="col" class=${i < 2 ? 'text' : ''}>${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${fitRows(fits).map(
              ([part, kind, ...cells]) =>
                html`<tr>
                  <th scope="row">${part}</th>
                  <td class="text">${kind}</td>
                  ${cells.map(cell => html`<td>${cell}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="dim">
        Drawn: attention’s quadratic, the rest’s linear. ${betterFit(fits) ?? ''} “Left out”: by what part a fit misses
        a length that it was not fitted to; R² is always larger for the quadratic.
      </p>
    </section>`;
  }

  private cache(plan: CostPlan) {
    const { cache } = plan;
    return html`<section aria-label="KV cache">
      <h2>KV cache <span class="dim">computed from the graph</span></h2>
      ${
        typeof cache === 'string'
          ? html`<p>${cache}</p>`
          : html`<dl class="number">
              ${cacheRows(plan, this.now).map(
                ([name, words]) =>
                  html`<dt>${name}</dt>
                    <dd>${words}</dd>`,
              )}
            </dl>`
      }
    </section>`;
  }

  private explained(plan: CostPlan) {
    const tries: readonly (readonly [name: string, what: string, set: Partial<Settings>])[] = [
      ['Take the logarithms away', 'a parabola bends, a line does not', { scale: 'linear', far: false, table: false }],
      [
        `Look ${further} times as far`,
        'what the fits say of texts that nobody measured here; on log axes n² rises twice as steeply as n',
        { scale: 'log', far: true, table: false },
      ],
      [
        'Read the numbers',
        'attention’s share of the time, length by length, and the profile held against the whole',
        { table: true },
      ],
    ];
    return html`<section aria-label="What do I see?">
      <h2>What do I see?</h2>
      <p>
        In a pass over n tokens each looks at each: scores, softmax and their product with the values are
        <span class="mono">n²</span> numbers a head, all else (projections, feed-forward, norms) is done once a token.
        So attention grows with the square, the rest with n; on short texts the rest is the dearer one, and where the
        curves cross it no longer is.
      </p>
      <p>
        Writing a text token by token, a model keeps keys and values of what it has read, so that a new token costs n
        and not n²; that cache grows with n.
        <span class="dim"
          >Vaswani et al. 2017, table 1; Shazeer 2019, “Fast Transformer Decoding”; Dao et al. 2022 for attention that
          never writes its n² numbers down</span
        >
      </p>
      ${
        plan.lengths.length > 0
          ? html`<p>Three things to try:</p>
              <ul class="tries">
                ${tries.map(
                  ([name, what, set]) =>
                    html`<li><button class="link" @click=${() => this.tryOut(set)}>${name}</button>: ${what}</li>`,
                )}
              </ul>
              <h2 class="how">How it is measured</h2>
              ${methodWords({ plan, points: this.points }).map(words => html`<p class="dim">${words}</p>`)}`
          : nothing
      }
    </section>`;
  }

  private change(set: Partial<Settings>): void {
    this.set = kept = { ...this.set, ...set };
  }

  /** Sets the charts, measures what they show where nothing is measured yet, and brings them in sight. */
  private tryOut(set: Partial<Settings>): void {
    this.change(set);
    if (this.points.length === 0 && this.at === undefined) this.measure();
    this.renderRoot.querySelector('.top')?.scrollIntoView({ block: 'start' });
  }

  private readonly cancel = () => {
    this.abort.abort();
    this.at = undefined;
    this.stopped =
      this.points.length > 0
        ? `Cancelled after ${count(this.points.at(-1)?.length ?? 0)} tokens.`
        : 'Cancelled before the first length was measured.';
    this.keep();
  };

  private readonly measure = () => {
    const { plan } = this;
    if (!plan) return;
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    [this.points, this.failure, this.stopped, this.chosen] = [[], '', '', -1];
    this.measureAll(plan, signal).then(
      () => {
        if (signal.aborted) return;
        this.at = undefined;
        this.keep();
      },
      (error: unknown) => this.fail(error, signal),
    );
  };

  private async measureAll(plan: CostPlan, signal: AbortSignal): Promise<void> {
    for (const length of plan.lengths) {
      this.at = length;
      const point = await this.host.request(RunRequest.cost, { length }, signal);
      if (signal.aborted) return;
      this.points = [...this.points, point];
      if (point.whole.median > slowest && length !== plan.lengths.at(-1)) {
        this.stopped = `Up to ${count(length)} tokens: longer ones take more than ${slowest / 1000} seconds a pass.`;
        return;
      }
    }
  }

  private keep(): void {
    const { plan, points, stopped } = this;
    if (plan && points.length > 0) measuredOf.set(this.key, { plan, points, stopped });
  }

  private fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.at = undefined;
    this.failure = error instanceof Error ? error.message : String(error);
    this.keep();
  }

  private point(event: PointerEvent): void {
    const { plan } = this;
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const { width, left, right } = chartSize;
    const part = (((event.clientX - box.left) / box.width) * width - left) / (width - left - right);
    const place = (length: number) => Math.abs(along(length, this.set.scale, this.to) - part);
    const nearest = [...this.points].sort((a, b) => place(a.length) - place(b.length))[0];
    if (!plan || !nearest) return;
    this.note = {
      from: `${count(nearest.length)} tokens`,
      note: noteOf(nearest, plan),
      anchor: new DOMRect(event.clientX - 4, event.clientY - 4, 8, 8),
    };
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const last = this.points.length - 1;
    const step = arrowStep(event.key)?.[0];
    const to =
      { Home: 0, End: last }[event.key] ??
      (step ? Math.max(0, Math.min(last, this.chosen < 0 ? (step > 0 ? 0 : last) : this.chosen + step)) : undefined);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.chosen = to;
  };
}

/** All numbers of a length in words. */
function noteOf(point: LengthCost, plan: CostPlan): string {
  const { length, attention, rest, whole, memory } = point;
  const times = `attention ${formatTime(attention.median)} (${formatRange(attention)}) · the rest ${formatTime(rest.median)} (${formatRange(rest)}) · whole ${formatTime(whole.median)}`;
  const held = memory ? ` · held while they run ${bytesOf(memory.attention)}, ${bytesOf(memory.rest)}` : '';
  const cache = typeof plan.cache === 'string' ? '' : ` · KV cache ${bytesOf(cacheBytes(plan.cache, length))}`;
  return `${times}${held} · scores of a layer ${bytesOf(scoreBytes(plan, length))}${cache}`;
}
