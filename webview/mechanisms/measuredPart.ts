import { html, LitElement, nothing, svg, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { accuracyChart, binName, chartPens, chartSize, type AccuracyChart } from '../../core/mechanisms/accuracyChart';
import {
  axisWords,
  byMechanism,
  measuredAxes,
  type AccuracyBin,
  type MeasuredAxis,
  type MeasuredDates,
} from '../../core/mechanisms/measuredDates';
import { claimRows, interval, measuredRows, percent } from '../../core/mechanisms/measuredTables';
import type { MechanismsFormat } from '../../core/mechanisms/mechanismNumbers';
import { mechanismIds, mechanismWords, type MechanismId } from '../../core/mechanisms/mechanisms';
import { writeDates } from '../../core/mechanisms/writeDates';
import { MechanismsPanelRequest, MechanismsRequest } from '../../core/protocol/mechanismsProtocol';
import { cssColor } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { exportLook } from '../common/exportLook';
import { pictureEntries, type ExportEntry } from '../common/exportMenu';
import { headPens } from '../common/headPens';
import type { HostConnection } from '../common/hostConnection';
import '../common/hoverNote';
import { icon } from '../common/icons';
import { saveExport, type ExportFormat } from '../common/saveExport';
import { segmented } from '../common/segmented';
import { selectStyles, sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { toolButton } from '../common/toolButton';
import { toolStyles } from '../common/tools.styles';
import { measuredPartStyles } from './measuredPart.styles';

/** Dates that one request writes: so often progress is told and a cancel heard. */
const datesAtOnce = 25;
/** Runs of one date that its time is the median of. */
const timedRuns = 20;
const dateCounts = [200, 500, 1000, 2000] as const;

const exportGroups: readonly (readonly ExportEntry[])[] = [
  pictureEntries('both charts'),
  [
    { format: 'html', label: 'HTML…', note: 'charts and tables' },
    { format: 'csv', label: 'CSV…', note: 'every date' },
    { format: 'json', label: 'JSON…', note: 'all that was measured' },
  ],
];

/** What is set in this part. */
export interface MeasuredChoice {
  readonly axis: MeasuredAxis;
  /** Dates that are written. */
  readonly count: number;
  /** The chosen bin; -1 for the last one. Absent: none is. */
  readonly bin?: number;
}

/**
 * The four models measured on dates that are written on the spot: how often each is right, over length and distance, how
 * long its chain is, what it keeps, how long it takes. Fires `measured-choice` (detail: a {@link MeasuredChoice}).
 */
@customElement('headlight-measured-dates')
export class MeasuredPart extends LitElement {
  static override styles = [sharedStyles, selectStyles, toolStyles, measuredPartStyles];

  @property({ attribute: false }) connection!: HostConnection;
  /** The date whose answer is timed. */
  @property() text = '';
  @property({ attribute: false }) choice: MeasuredChoice = { axis: 'length', count: 500 };
  @property({ type: Boolean }) table = false;

  @state() private measured?: MeasuredDates;
  @state() private running?: AbortController;
  @state() private failure = '';
  @state() private said = '';
  @state() private pointed?: { readonly bin: number; readonly anchor: DOMRect };

  @query('.chart') private readonly frame?: HTMLElement;
  private readonly themes = new ThemeController(this);
  private seed = 0;

  override disconnectedCallback(): void {
    this.running?.abort();
    super.disconnectedCallback();
  }

  protected override firstUpdated(): void {
    void this.measure();
  }

  override render() {
    const { measured } = this;
    return html`<div class="parts">
        <section>
          ${this.heading()} ${this.progress()}
          ${this.failure ? html`<p class="failure" role="alert">${icon('error')} ${this.failure}</p>` : nothing}
          ${measured ? this.numbers(measured) : nothing}
        </section>
        ${measured ? this.accuracies(measured) : nothing} ${measured ? this.claims(measured) : nothing}
      </div>
      <p class="visually-hidden" aria-live="polite">${this.said}</p>
      ${this.note()}`;
  }

  private heading() {
    const { measured, running, choice } = this;
    const done = measured?.dates.length ?? 0;
    const words = !measured
      ? running
        ? 'reading the graphs…'
        : ''
      : running
        ? `${done.toLocaleString('en')} of ${measured.count.toLocaleString('en')} dates`
        : `${done < measured.count ? `stopped at ${done.toLocaleString('en')} of ` : ''}${done < measured.count ? `${measured.count.toLocaleString('en')} dates, ` : ''}seed ${measured.seed}`;
    return html`<div class="head">
      <h2>
        Recurrent and attention, measured
        <span class="dim">${words}${running ? nothing : html`<span class="more">, this machine</span>`}</span>
      </h2>
      <span class="select"
        ><select aria-label="Dates to measure on" @change=${this.onCount}>
          ${dateCounts.map(
            count =>
              html`<option value=${count} ?selected=${count === choice.count}>
                ${count.toLocaleString('en')} dates
              </option>`,
          )}</select
        >${icon('chevron-down')}</span
      >
      ${
        running
          ? html`<button class="button secondary" @click=${() => running.abort()}>Cancel</button>`
          : toolButton('sync', 'Measure Again on Other Dates', () => void this.measure())
      }
      ${
        measured && done > 0
          ? html`<headlight-export
              .groups=${exportGroups}
              @export-choose=${(event: CustomEvent<ExportFormat<MechanismsFormat>>) => void this.export(event.detail)}
            ></headlight-export>`
          : nothing
      }
    </div>`;
  }

  private progress() {
    const { measured, running } = this;
    if (!running) return nothing;
    const part = measured ? measured.dates.length / measured.count : 0;
    return html`<div
      class="progress"
      role="progressbar"
      aria-label="Measuring"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.round(100 * part)}
    >
      <svg viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<rect width=${100 * part} height="2" fill=${cssColor(this.themes.theme.focus)} />`}
      </svg>
    </div>`;
  }

  private numbers(measured: MeasuredDates) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="What was measured">
      <table>
        <thead>
          <tr>
            <td></td>
            ${mechanismIds.map(id => html`<th scope="col">${mechanismWords[id].short}</th>`)}
            ${this.table ? html`<th scope="col">how it was measured</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${measuredRows(measured).map(
            ({ label, how, cells }) =>
              html`<tr title=${how}>
                <th scope="row">${label}</th>
                ${mechanismIds.map(id => {
                  const { value, range } = cells[id];
                  return html`<td>${value}${range ? html`<small>${range}</small>` : nothing}</td>`;
                })}
                ${this.table ? html`<td class="how">${how}</td>` : nothing}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private accuracies(measured: MeasuredDates) {
    const { axis } = this.choice;
    const { title, note, unit } = axisWords[axis];
    const chart = accuracyChart(measured, axis);
    return html`<section>
      <div class="head">
        <h2>${title} <span class="dim">${unit}</span></h2>
        ${segmented(
          'Over what',
          measuredAxes.map(value => ({ value, label: value, name: axisWords[value].title })),
          axis,
          value => this.choose({ axis: value, bin: undefined }),
        )}
      </div>
      <div class="drawn">
        ${this.table ? this.binTable(chart) : this.chart(chart)}
        <p class="dim">${note} ${this.table ? 'Beside each:' : 'Bands:'} 95 % (Wilson).</p>
      </div>
    </section>`;
  }

  private chart(chart: AccuracyChart) {
    const { width, height, left, right, top, bottom } = chartSize;
    const { lines, levels, places } = chart;
    const { axis } = this.choice;
    const { theme } = this.themes;
    const [line, dim] = [cssColor(theme.line), cssColor(theme.dim)];
    const pens = this.pens;
    const at = this.pointed?.bin ?? this.chosenBin(chart);
    return html`<div
        class="chart"
        tabindex="0"
        role="application"
        aria-label="${axisWords[axis].title}; arrow keys go from one to the next, T shows a table"
        @keydown=${(event: KeyboardEvent) => this.onKey(event, chart)}
        @pointermove=${(event: PointerEvent) => this.onPoint(event, chart)}
        @pointerleave=${() => (this.pointed = undefined)}
        @click=${(event: PointerEvent) => this.onClick(event, chart)}
      >
        <svg viewBox="0 0 ${width} ${height}" aria-hidden="true">
          ${levels.map(
            ({ percent: level, y }) =>
              svg`<line x1=${left} x2=${width - right} y1=${y} y2=${y} stroke=${line} />
                <text x=${left - 6} y=${y + 3} text-anchor="end" fill=${dim}>${level}</text>`,
          )}
          ${places.map(
            ({ x, name }, i) =>
              svg`<text x=${x} y=${height - 8} text-anchor="middle" fill=${i === at ? cssColor(theme.foreground) : dim}>${name}</text>`,
          )}
          ${
            at === undefined
              ? nothing
              : svg`<line x1=${places[at].x} x2=${places[at].x} y1=${top} y2=${height - bottom} stroke=${cssColor(theme.foreground)} stroke-dasharray="2 3" />`
          }
          ${lines.map(({ id, band }) => svg`<polygon points=${band.join(' ')} fill=${cssColor(pens[id].color)} fill-opacity="0.12" />`)}
          ${lines.map(
            ({ id, points }) =>
              svg`<polyline points=${points.join(' ')} fill="none" stroke=${cssColor(pens[id].color)} stroke-width="2" stroke-dasharray=${pens[id].dash.join(' ') || 'none'} />
                ${points.map(([x, y], i) => svg`<circle cx=${x} cy=${y} r=${i === at ? 3.5 : 2.2} fill=${cssColor(pens[id].color)} />`)}`,
          )}
        </svg>
      </div>
      <ul class="legend" aria-label="Lines">
        ${mechanismIds.map(
          id =>
            html`<li>
              <svg viewBox="0 0 20 8" aria-hidden="true">
                ${svg`<line x1="0" y1="4" x2="20" y2="4" stroke-width="3" stroke=${cssColor(pens[id].color)} stroke-dasharray=${pens[id].dash.join(' ') || 'none'} />`}</svg
              >${mechanismWords[id].short}
            </li>`,
        )}
      </ul>`;
  }

  private binTable(chart: AccuracyChart) {
    const { axis } = this.choice;
    const at = this.chosenBin(chart);
    return html`<div class="scroll" tabindex="0" role="region" aria-label="${axisWords[axis].title}: table">
      <table>
        <thead>
          <tr>
            <th scope="col">${axisWords[axis].unit}</th>
            <th scope="col">of</th>
            ${mechanismIds.map(id => html`<th scope="col">${mechanismWords[id].short}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${chart.bins.map(
            (bin, i) =>
              html`<tr class=${i === at ? 'at' : ''} title=${bin.parts.join(', ')}>
                <th scope="row">${binName(bin)}</th>
                <td>${bin.of.toLocaleString('en')}</td>
                ${mechanismIds.map(
                  id => html`<td>${percent(bin.accuracy[id])}<small>${interval(bin.accuracy[id])}</small></td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private claims(measured: MeasuredDates) {
    return html`<section class="wide">
      <div class="head">
        <h2>RNN and attention <span class="dim">what is said of both, each with its number</span></h2>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="RNN and attention">
        <table class="claims">
          <thead>
            <tr>
              <td></td>
              <th scope="col">RNN</th>
              <th scope="col">attention</th>
              <th scope="col">how it was measured</th>
            </tr>
          </thead>
          <tbody>
            ${claimRows(measured).map(
              ({ claim, recurrent, attention, how }) =>
                html`<tr>
                  <th scope="row">${claim}</th>
                  <td>${recurrent}</td>
                  <td>${attention}</td>
                  <td class="how">${how}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  private note() {
    const { pointed, measured, choice } = this;
    const bin = pointed && measured && accuracyChart(measured, choice.axis).bins[pointed.bin];
    return html`<headlight-hover-note
      aria-hidden="true"
      .anchor=${bin ? pointed.anchor : undefined}
      from=${bin ? `${binName(bin)} ${axisWords[choice.axis].unit}` : ''}
      note=${bin ? told(bin) : ''}
    ></headlight-hover-note>`;
  }

  private get pens(): Record<MechanismId, ReturnType<typeof headPens>[number]> {
    const pens = headPens(this.themes.theme, 5);
    return byMechanism(id => pens[chartPens[id]]);
  }

  private chosenBin({ bins }: AccuracyChart): number | undefined {
    const { bin } = this.choice;
    if (bin === undefined || bins.length === 0) return undefined;
    return bin < 0 ? bins.length - 1 : Math.min(bin, bins.length - 1);
  }

  private choose(change: Partial<MeasuredChoice>): void {
    this.dispatchEvent(componentEvent('measured-choice', { ...this.choice, ...change }));
  }

  private chooseBin(chart: AccuracyChart, bin: number): void {
    if (!chart.bins[bin]) return;
    this.choose({ bin });
    this.said = `${binName(chart.bins[bin])} ${axisWords[this.choice.axis].unit}: ${told(chart.bins[bin])}`;
  }

  private readonly onCount = (event: Event) => {
    this.choose({ count: Number((event.target as HTMLSelectElement).value) });
  };

  /** The bin that is nearest to a place in the window. */
  private binAt({ clientX }: MouseEvent, { places }: AccuracyChart): number | undefined {
    const box = this.frame?.querySelector('svg')?.getBoundingClientRect();
    if (!box || places.length === 0) return undefined;
    const x = ((clientX - box.left) / box.width) * chartSize.width;
    const distances = places.map(place => Math.abs(place.x - x));
    return distances.indexOf(Math.min(...distances));
  }

  private onPoint(event: PointerEvent, chart: AccuracyChart): void {
    const bin = this.binAt(event, chart);
    this.pointed =
      bin === undefined ? undefined : { bin, anchor: new DOMRect(event.clientX - 4, event.clientY - 4, 8, 8) };
  }

  private onClick(event: MouseEvent, chart: AccuracyChart): void {
    const bin = this.binAt(event, chart);
    if (bin !== undefined) this.chooseBin(chart, bin);
  }

  private onKey(event: KeyboardEvent, chart: AccuracyChart): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = chart.bins.length - 1;
    const at = this.chosenBin(chart);
    const to = {
      ArrowLeft: Math.max(0, (at ?? last + 1) - 1),
      ArrowRight: Math.min(last, (at ?? -1) + 1),
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.chooseBin(chart, to);
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('choice') as MeasuredChoice | undefined;
    if (before && before.count !== this.choice.count) void this.measure(true);
  }

  /**
   * Has dates written, so many at a time, and shows what is known so far; what was measured before a cancel is kept.
   * @param same whether the dates are those of the same seed.
   */
  private async measure(same = false): Promise<void> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    const { signal } = running;
    const { connection, text } = this;
    const { count } = this.choice;
    if (!same || this.seed === 0) this.seed++;
    const { seed } = this;
    this.failure = '';
    try {
      const { places, facts } = this.measured ?? (await connection.sendRequest(MechanismsRequest.facts, {}, signal));
      const answer = await connection.sendRequest(MechanismsRequest.time, { text, runs: timedRuns }, signal);
      const all = writeDates(count, seed);
      let measured: MeasuredDates = { seed, count, places, facts, answer, dates: [], outputs: byMechanism(() => []) };
      for (let at = 0; at < count && !signal.aborted; at += datesAtOnce) {
        const dates = all.slice(at, at + datesAtOnce);
        const texts = dates.map(date => date.text);
        const written = await connection.sendRequest(MechanismsRequest.write, { texts }, signal);
        if (signal.aborted) break;
        measured = {
          ...measured,
          dates: [...measured.dates, ...dates],
          outputs: byMechanism(id => [...measured.outputs[id], ...written[id]]),
        };
        this.measured = measured;
      }
      if (!signal.aborted) this.said = `Measured on ${count.toLocaleString('en')} dates`;
    } catch (error) {
      if (!signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      if (signal.aborted) this.said = 'Measuring was stopped';
      if (this.running === running) this.running = undefined;
    }
  }

  private async export(format: ExportFormat<MechanismsFormat>): Promise<void> {
    const { measured, connection } = this;
    if (!measured) return;
    try {
      this.said = await saveExport<MechanismsFormat>(format, {
        name: `mechanisms measured on ${measured.dates.length} dates`,
        make: as =>
          connection.sendRequest(MechanismsRequest.exportMeasured, {
            what: measured,
            format: as,
            look: exportLook('linear', 5),
          }),
        save: file => connection.sendRequest(MechanismsPanelRequest.save, file),
      });
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }
}

/** “recurrent 18.2 % (13–25), …, of 148 (months, days)”. */
function told({ accuracy, of, parts }: AccuracyBin): string {
  const each = mechanismIds.map(
    id => `${mechanismWords[id].short} ${percent(accuracy[id])} (${interval(accuracy[id])})`,
  );
  return `${each.join(' · ')} · of ${of.toLocaleString('en')}${parts.length > 0 ? ` ${parts.join(', ')}` : ''}`;
}
