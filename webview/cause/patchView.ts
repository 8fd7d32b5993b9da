import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { LruCache } from '../../core/cache/lruCache';
import {
  hardlyDiffer,
  movedBy,
  normalised,
  patchGrid,
  type PatchMapName,
  patchMaps,
  type PatchStep,
  patchWords,
  rankCells,
} from '../../core/cause/patchMaps';
import type { CauseFound } from '../../core/export/causeNumbers';
import type { RunPartner } from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { PlaceRange } from '../../core/run/cause';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import type { PatchCell, PatchMetric, PatchPair, PatchPlan, PatchSaid, PatchValues } from '../../core/run/patch';
import { visibleText } from '../../core/text/visibleText';
import '../common/hoverNote';
import { icon } from '../common/icons';
import { inlineStyle } from '../common/inlineStyle';
import { keepKeys } from '../common/keepKeys';
import { progressStyles } from '../common/progress.styles';
import { type Segment, segmented } from '../common/segmented';
import { selectStyles, sharedStyles } from '../common/styles';
import { trackStyles } from '../common/track.styles';
import { positionOf } from '../details/effectPosition';
import { AskController } from '../run/askController';
import { textOf, tokensOf } from '../run/choice';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';
import { formatWeight, placedToken, tokenLabel } from '../run/wording';
import { askPatches, emptyMap, type KnownMap, openCells } from './askPatches';
import { causeEvent, type CauseEvents } from './causeEvents';
import { formatChange, formatPart } from './causeNumbers';
import { causePartStyles } from './causePart.styles';
import './keptPatches';
import { directionWords } from './keptPatches';
import { numberField } from './numberField';
import './patchAgainst';
import type { NoiseSet } from './patchAgainst';
import './patchMap';
import type { PointedCell } from './patchMap';
import { patchViewStyles } from './patchView.styles';

/** So long something is looked at before the model is run for it. */
const pause = 250;
/** More tokens of all runs together are patched only when the user says so: a minute of a model of 100 million numbers. */
const mostByItself = 200_000;
/** So many cells are listed unless all are asked for. */
const mostListed = 8;

const directions: readonly Segment[] = [
  {
    value: 'denoise',
    label: directionWords.denoise,
    name: 'Denoising: what the clean run has is put into the corrupted; what brings the answer back is enough for it',
  },
  {
    value: 'noise',
    label: directionWords.noise,
    name: 'Noising: what the corrupted run has is put into the clean; what destroys the answer is needed for it',
  },
];
const byToken: readonly PatchMapName[] = ['residual', 'attentionOut', 'feedForward'];
const byHead: readonly PatchMapName[] = ['head', 'pattern'];
const metricNames: Readonly<Record<PatchMetric['by'], string>> = {
  logits: 'difference of two logits',
  logProbability: 'log-probability',
  divergence: 'divergence from clean',
};

interface PatchSet {
  readonly direction: PatchPair['direction'];
  readonly byToken: PatchMapName;
  readonly byHead: PatchMapName;
  /** Whether heads are patched at one token, in place of all. */
  readonly one: boolean;
}

/** How is patched, which stays while other tabs are looked at. */
let kept: PatchSet = { direction: 'denoise', byToken: 'residual', byHead: 'head', one: false };

/** The maps that were looked at last, by what they are of. */
const maps = new LruCache<string, KnownMap>(24);

/**
 * What of one run, put into another, brings its answer back or destroys it (activation patching): maps by layer and token and
 * by layer and head, what the model says with some cells patched together, and the patches that are kept. Fires
 * `patches-change` and `token-hover`.
 */
@customElement('headlight-patch')
export class PatchView extends LitElement {
  static override styles = [sharedStyles, selectStyles, trackStyles, progressStyles, causePartStyles, patchViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) run!: RunState;
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) partner?: RunPartner;
  @property({ attribute: false }) steps: readonly PatchStep[] = [];
  @property({ attribute: false }) host!: RunHost;

  @state() private set = kept;
  @state() private noise?: NoiseSet;
  /** What the user chose in place of what is proposed. */
  @state() private wished: { readonly by?: PatchMetric['by']; readonly token?: number; readonly minus?: number } = {};
  /** The token at which heads are patched, where that is not the one that is looked at. */
  @state() private place?: number;
  @state() private chosen: readonly { readonly map: PatchMapName; readonly cell: number }[] = [];
  @state() private pointed?: PointedCell & { readonly map: PatchMapName };
  @state() private progress?: { readonly done: number; readonly of: number };
  @state() private failure = '';
  @state() private refusal = '';
  @state() private stopped = false;
  @state() private known = 0;
  @state() private all = false;

  private readonly plan = new AskController<PatchPlan>(this);
  private readonly told = new AskController<{ readonly said: readonly PatchSaid[]; readonly values: PatchValues }>(
    this,
  );
  private abort = new AbortController();
  private timer = 0;
  /** What the maps that are under way are of. */
  private underWay = '';

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('query');
  }

  override disconnectedCallback(): void {
    this.giveUp();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const runs = ['explanation', 'group', 'partner'].some(name => changed.has(name));
    if (runs) {
      [this.wished, this.chosen, this.place, this.pointed, this.refusal] = [{}, [], undefined, undefined, ''];
      this.stopped = false;
      if (changed.has('explanation')) this.noise = undefined;
      this.plan.forget();
      this.told.forget();
    } else if (changed.has('query')) {
      this.wished = {};
    }
    const { pair } = this;
    if (!pair) {
      this.giveUp();
      return;
    }
    const key = JSON.stringify([this.runs, pair.kind, pair.noise, pair.position]);
    if (!this.plan.isOf(key) && this.planFailed !== key) {
      this.planFailed = key;
      this.plan.forget();
      this.plan.ask(key, signal => this.host.request(RunRequest.patchPlan, pair, signal));
    }
    this.follow();
    this.tell();
  }

  /** What was asked for last: that it failed is no reason to ask again. */
  private planFailed = '';

  /** What is known of it, to be exported. */
  get found(): CauseFound['patch'] {
    const { plan, metric, pair } = this;
    if (!plan || !metric || !pair) return undefined;
    const shown = this.maps.filter(({ values }) => values.some(Number.isFinite));
    const [first] = shown;
    if (!first?.ends) return undefined;
    return {
      direction: pair.direction,
      against: this.againstWords,
      ...(pair.noise && { noise: pair.noise }),
      metric: this.metricWords(metric),
      ...first.ends,
      maps: shown.map(({ grid, values }) => ({
        id: grid.name,
        name: this.mapWords(grid.name),
        rows: grid.rows.map(({ label }) => label),
        columns: this.columnsOf(grid.name),
        values,
      })),
      ...(this.steps.length > 0 && {
        steps: this.steps.map(step => ({ ...step, words: this.wordsOf(step.cells) })),
      }),
    };
  }

  override render() {
    return html`<section aria-label="Patch" aria-busy=${this.progress !== undefined} @keydown=${keepKeys}>
      <h2>Patch <span class="dim">what one run has, put into the other (activation patching)</span></h2>
      <headlight-patch-against
        .partner=${this.partner}
        .noise=${this.noise}
        .text=${this.explanation.text}
        .names=${this.tokens.map((_, place) => this.nameOf(place))}
        .query=${this.query}
        .host=${this.host}
        @noise-change=${({ detail }: CustomEvent<NoiseSet | undefined>) => this.setNoise(detail)}
      ></headlight-patch-against>
      ${this.body()}
      ${this.refusal ? html`<p class="failure" role="alert">${icon('error')} ${this.refusal}</p>` : nothing}
    </section>`;
  }

  /** Names the two runs. */
  private get runs(): string {
    return `${this.explanation.run} ${this.noise ? '' : (this.partner?.explanation.run ?? '')}`;
  }

  private get position() {
    return positionOf(this.explanation, this.group, this.query);
  }

  /** What is patched between, where there is a second run. */
  private get pair(): PatchPair | undefined {
    const { noise, group, set } = this;
    if (!noise && !this.partner) return undefined;
    const { tokens, ...how } = noise ?? {};
    return {
      kind: group.kind,
      direction: set.direction,
      position: this.position.index,
      ...(tokens && {
        noise: {
          ...(how as Omit<NoiseSet, 'tokens'>),
          tokens: Array.from({ length: tokens.last - tokens.first + 1 }, (_, i) => tokens.first + i),
        },
      }),
    };
  }

  private get metric(): PatchMetric | undefined {
    const { answer } = this.plan;
    if (!answer) return undefined;
    const { proposed, said } = answer;
    const { by = proposed.by } = this.wished;
    const token = this.wished.token ?? ('token' in proposed ? proposed.token : said[0]?.id);
    const minus = this.wished.minus ?? ('minus' in proposed ? proposed.minus : said.find(({ id }) => id !== token)?.id);
    if (by === 'divergence' || token === undefined) return { by: 'divergence' };
    return by === 'logProbability' || minus === undefined || minus === token
      ? { by: 'logProbability', token }
      : { by, token, minus };
  }

  private get tokens() {
    return tokensOf(this.explanation, this.group.queries);
  }

  /** For each token whether it can be patched: both runs have it, and the position that is looked at may see it. */
  private get aligned(): readonly boolean[] {
    const has = new Array<boolean>(this.tokens.length).fill(false);
    for (const { one, other } of this.plan.answer?.places ?? []) {
      if (one !== undefined && other !== undefined && this.sees(one)) has[one] = true;
    }
    return has;
  }

  private sees(place: number): boolean {
    const { group, explanation } = this;
    const isBehind = group.causal && group.queries === explanation.predictionsOf && !explanation.classes;
    return !isBehind || place <= this.position.index;
  }

  /** Names what all maps are of, but for what they patch. */
  private get ofMaps(): string {
    return JSON.stringify([this.runs, this.pair, this.metric]);
  }

  private mapOf(name: PatchMapName): KnownMap {
    const place = byHead.includes(name) && this.set.one ? (this.place ?? this.query) : undefined;
    const key = `${this.ofMaps} ${name} ${place ?? ''}`;
    let map = maps.get(key);
    if (!map) {
      const missing = this.plan.answer?.missing[patchMaps[name].part] !== undefined;
      map = emptyMap(patchGrid(name, missing ? [] : this.group.layers, this.aligned, place));
      maps.set(key, map);
    }
    return map;
  }

  /** The two maps that are shown. */
  private get maps(): readonly KnownMap[] {
    return [this.mapOf(this.set.byToken), this.mapOf(this.set.byHead)];
  }

  /** Fills the maps that are shown, after a while. */
  private follow(): void {
    if (!this.plan.answer || !this.plan.isSettled) return;
    const key = `${this.ofMaps} ${JSON.stringify([this.set, this.place])}`;
    if (key === this.underWay) return;
    this.giveUp();
    this.underWay = key;
    this.failure = '';
    const open = this.maps.reduce((sum, map) => sum + openCells(map).length, 0);
    if (open === 0) this.giveHeads();
    if (this.stopped || open === 0 || open * this.tokens.length > mostByItself) return;
    this.timer = window.setTimeout(this.start, pause);
  }

  private readonly start = () => {
    const { pair, metric } = this;
    if (!pair || !metric) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    const shown = this.maps;
    const of = shown.reduce((sum, map) => sum + openCells(map).length, 0);
    [this.stopped, this.failure, this.progress] = [false, '', { done: 0, of }];
    askPatches(
      shown,
      patches => this.host.request(RunRequest.patch, { ...pair, metric, patches }, signal),
      signal,
      done => {
        this.known++;
        this.progress = { done, of };
      },
    ).then(
      () => {
        if (signal.aborted) return;
        this.progress = undefined;
        this.giveHeads();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.progress = undefined;
        this.stopped = true;
        this.failure = error instanceof Error ? error.message : String(error);
      },
    );
  };

  /** Heads can be sorted by what patching them does. */
  private giveHeads(): void {
    const { grid, values } = this.mapOf(this.set.byHead);
    const known = new Map<string, number>();
    grid.cells.forEach(([cell], i) => {
      if (cell && Number.isFinite(values[i])) known.set(`${cell.layer}.${cell.head}`, values[i]);
    });
    if (known.size > 0) this.run.findHeads('patch', { kind: this.group.kind, values: known });
  }

  private readonly cancel = () => {
    this.giveUp();
    this.stopped = true;
  };

  private giveUp(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.abort.abort();
    this.progress = undefined;
    this.underWay = '';
  }

  /** What is patched in the cells that are chosen, all together. */
  private get cells(): readonly PatchCell[] {
    const cells = this.chosen.flatMap(({ map, cell }) => this.mapOf(map).grid.cells[cell] ?? []);
    const keys = new Set<string>();
    return cells.filter(cell => {
      const key = JSON.stringify(cell);
      return !keys.has(key) && keys.add(key);
    });
  }

  private tell(): void {
    const { pair, metric, cells } = this;
    if (!pair || !metric || cells.length === 0) {
      this.told.forget();
      return;
    }
    const key = JSON.stringify([this.ofMaps, cells]);
    if (this.told.isOf(key) || this.toldFailed === key) return;
    this.toldFailed = key;
    this.told.ask(key, async signal => {
      const said = await this.host.request(RunRequest.patchSaid, { ...pair, cells }, signal);
      return {
        said,
        values: await this.host.request(RunRequest.patch, { ...pair, metric, patches: [cells] }, signal),
      };
    });
  }

  private toldFailed = '';

  private body() {
    const { pair, plan } = this;
    if (!pair) return nothing;
    if (plan.failure) return html`<p class="failure" role="alert">${icon('error')} ${plan.failure}</p>`;
    const { metric } = this;
    if (!plan.answer || !metric) {
      return html`<p class="dim" role="status">${plan.waits ? 'Holding the two runs against each other…' : ''}</p>`;
    }
    return html`${this.leftOut(plan.answer)}${this.settings(plan.answer, metric)}
      <div class="maps">${this.picture('byToken', byToken)}${this.picture('byHead', byHead)}</div>
      ${this.legend()}
      <div class="pair">
        <div>${this.list()}</div>
        <div>
          ${this.patched(metric)}${html`<headlight-kept-patches
            .steps=${this.steps}
            .model=${this.explanation.model.id}
            .wordsOf=${(cells: readonly PatchCell[]) => this.wordsOf(cells)}
            .fits=${(step: PatchStep) => this.fits(step)}
            @patches-change=${({ detail }: CustomEvent<readonly PatchStep[]>) => this.changeSteps(detail)}
            @patch-reopen=${({ detail }: CustomEvent<PatchStep>) => this.reopen(detail)}
          ></headlight-kept-patches>`}
        </div>
      </div>
      ${this.note()}`;
  }

  private leftOut({ places }: PatchPlan) {
    const left = places.filter(({ one, other }) => one === undefined || other === undefined);
    if (left.length === 0) return nothing;
    const names = left.flatMap(({ one }) => (one === undefined ? [] : [this.nameOf(one)]));
    const others = left.flatMap(({ other }) =>
      other === undefined ? [] : [`“${visibleText(this.plan.answer?.otherTokens[other] ?? '')}”`],
    );
    const some = (list: readonly string[]) =>
      list.length > 6 ? `${list.slice(0, 6).join(', ')} and ${list.length - 6} more` : list.join(', ');
    const clean = names.length > 0 ? `${some(names)} of this run` : '';
    const corrupted = others.length > 0 ? `${some(others)} of the corrupted one` : '';
    return html`<p role="note">
      The runs differ in length, and only tokens that stand for each other are patched; left out:
      <bdi>${[clean, corrupted].filter(Boolean).join('; ')}</bdi>.
    </p>`;
  }

  private settings({ said }: PatchPlan, metric: PatchMetric) {
    const options = Object.entries(metricNames) as [PatchMetric['by'], string][];
    const token = (label: string, which: 'token' | 'minus', value: number) =>
      html`<span class="select"
        ><select
          class="mono"
          aria-label=${label}
          @change=${(event: Event) => {
            this.wished = { ...this.wished, [which]: Number((event.target as HTMLSelectElement).value) };
          }}
        >
          ${said.map(
            ({ id, text }) => html`<option value=${id} .selected=${id === value}>${visibleText(text)}</option>`,
          )}</select
        >${icon('chevron-down')}</span
      >`;
    return html`<div class="tools">
      <label
        ><span class="dim">metric</span
        ><span class="select"
          ><select
            aria-label="Metric"
            @change=${(event: Event) => {
              this.wished = {
                ...this.wished,
                by: (event.target as HTMLSelectElement).value as PatchMetric['by'],
              };
            }}
          >
            ${options.map(([by, name]) => html`<option value=${by} .selected=${by === metric.by}>${name}</option>`)}</select
          >${icon('chevron-down')}</span
        ></label
      >
      ${metric.by === 'divergence' ? nothing : token('Token of the metric', 'token', metric.token)}
      ${metric.by === 'logits' ? html`<span class="dim">−</span>${token('Token that is taken off', 'minus', metric.minus)}` : nothing}
      ${segmented('Direction', directions, this.set.direction, direction => this.change({ direction }))}
    </div>`;
  }

  private picture(which: 'byToken' | 'byHead', names: readonly PatchMapName[]) {
    const { set, plan } = this;
    const name = set[which];
    const map = this.mapOf(name);
    const missing = plan.answer?.missing[patchMaps[name].part];
    const columns = this.columnsOf(name);
    const chosen = this.chosen.filter(one => one.map === name).map(({ cell }) => cell);
    const heading = which === 'byToken' ? 'By token' : 'By head';
    return html`<div class="map">
      <h2 class="next">${heading} <span class="dim">${this.mapWords(name)}</span></h2>
      <div class="tools">
        ${segmented(
          which === 'byToken' ? 'What is patched by token' : 'What is patched by head',
          names.map(one => ({ value: one, label: patchMaps[one].label, name: this.mapWords(one) })),
          name,
          chosenName => this.change({ [which]: chosenName }),
        )}
        ${which === 'byHead' ? this.where() : nothing}
        ${
          which === 'byHead' && map.values.some(Number.isFinite)
            ? html`<button
                class="button secondary"
                title="Show the overview of heads, sorted by what patching them does"
                @click=${this.sortHeads}
              >
                Show in Overview
              </button>`
            : nothing
        }
      </div>
      ${
        missing
          ? html`<p role="status">${missing}</p>`
          : html`<headlight-patch-map
              .map=${map}
              .known=${this.known}
              .direction=${set.direction}
              .columns=${columns}
              .chosen=${chosen}
              .marked=${which === 'byToken' && this.group.queries === this.explanation.predictionsOf && !this.explanation.classes ? this.query : undefined}
              .label=${`Patches ${heading.toLowerCase()}, ${this.mapWords(name)}`}
              .nameOf=${(cell: number) => this.wordsOf(map.grid.cells[cell])}
              @cell-point=${({ detail }: CustomEvent<PointedCell | undefined>) => this.point(name, detail)}
              @cell-choose=${({ detail }: CustomEvent<CauseEvents['cell-choose']>) => this.choose(name, detail)}
            ></headlight-patch-map>`
      }
    </div>`;
  }

  private readonly sortHeads = () => {
    this.giveHeads();
    this.run.sortByFound('patch');
  };

  /** Where heads are patched: at all tokens or at one. */
  private where() {
    const { set } = this;
    const place = this.place ?? this.query;
    const places: readonly Segment[] = [
      { value: 'all', label: 'all tokens' },
      { value: 'one', label: 'one' },
    ];
    return html`<span class="dim">at</span>${segmented(
        'Tokens at which heads are patched',
        places,
        set.one ? 'one' : 'all',
        value => this.change({ one: value === 'one' }),
      )}
      ${
        set.one
          ? html`${numberField(
                'Token at which heads are patched',
                place,
                { min: 0, max: this.tokens.length - 1 },
                at => {
                  this.place = at;
                  this.chosen = this.chosen.filter(({ map }) => byToken.includes(map));
                },
              )}<bdi class="token mono name">${this.nameOf(place)}</bdi>`
          : nothing
      }`;
  }

  private legend() {
    const { progress, failure } = this;
    const denoises = this.set.direction === 'denoise';
    const ends = this.maps.find(map => map.ends)?.ends;
    const open = this.maps.reduce((sum, map) => sum + openCells(map).length, 0);
    return html`<div class="tools">
        <span class="ramp ${denoises ? '' : 'noise'}" aria-hidden="true"></span>
        <span class="dim"
          >${denoises ? '−1, 0 as corrupted, 1 as clean' : '0 as corrupted, 1 as clean, 2'}${
            ends
              ? html`; metric <span class="mono">${formatChange(ends.corrupted)}</span> corrupted,
                  <span class="mono">${formatChange(ends.clean)}</span> clean`
              : nothing
          }</span
        >
        ${
          progress
            ? html`<button class="button secondary" @click=${this.cancel}>Cancel</button
                ><progress aria-label="Patched so far" max=${progress.of} .value=${progress.done}></progress
                ><span class="dim number" role="status">${progress.done} of ${progress.of} patches</span>`
            : open > 0 && this.timer === 0
              ? html`<button class="button secondary" @click=${this.start}>Patch Each</button
                  ><span class="dim number" role="status">${open} patches are left</span>`
              : html`<span class="dim" role="status">${open === 0 ? 'each cell patched by itself' : ''}</span>`
        }
      </div>
      ${failure ? html`<p class="failure" role="alert">${icon('error')} ${failure}</p>` : nothing}
      ${
        ends && hardlyDiffer(ends)
          ? html`<p role="status">
              Clean and corrupted run hardly differ in this metric, so that parts of the difference say little; choose
              another metric, position or run.
            </p>`
          : nothing
      }`;
  }

  private list() {
    const { direction } = this.set;
    const of = this.maps.flatMap(map =>
      rankCells(map.values, direction).map(cell => ({ map: map.grid.name, ...cell })),
    );
    const ranked = of.sort((a, b) => Math.abs(movedBy(b.value, direction)) - Math.abs(movedBy(a.value, direction)));
    const listed = this.all ? ranked : ranked.slice(0, mostListed);
    return html`<h2>Strongest <span class="dim">of both maps</span></h2>
      ${ranked.length === 0 ? html`<p class="dim" role="status">Nothing is patched yet.</p>` : nothing}
      <div class="scroll list" tabindex="0" role="region" aria-label="Patches, the strongest first">
        <table class="number mono">
          <thead>
            <tr>
              <th scope="col">patched</th>
              <th scope="col" title="0 as corrupted, 1 as clean">normalised</th>
            </tr>
          </thead>
          <tbody>
            ${listed.map(({ map, cell, value }) => {
              const isChosen = this.chosen.some(one => one.map === map && one.cell === cell);
              const moved = movedBy(value, direction);
              return html`<tr class=${this.pointed?.map === map && this.pointed.cell === cell ? 'current' : ''}>
                <th scope="row">
                  <button
                    class="link"
                    aria-pressed=${isChosen}
                    title="Show what the model says with it; with Shift together with others"
                    @click=${(event: MouseEvent) => this.choose(map, { cell, together: event.shiftKey || event.ctrlKey || event.metaKey })}
                  >
                    <bdi>${this.wordsOf(this.mapOf(map).grid.cells[cell])}</bdi>
                  </button>
                </th>
                <td class="bar">
                  <span class="track ${moved < 0 ? 'below' : ''}"
                    ><i ${inlineStyle({ width: `${Math.min(100, 100 * Math.abs(moved))}%` })}></i></span
                  >${formatPart(value)}
                </td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
      ${
        ranked.length > mostListed
          ? html`<div class="tools">
              <button class="button secondary" aria-pressed=${this.all} @click=${() => (this.all = !this.all)}>
                ${this.all ? 'Show the Strongest' : `Show All ${ranked.length}`}
              </button>
            </div>`
          : nothing
      }`;
  }

  private patched(metric: PatchMetric) {
    const { told, cells } = this;
    if (cells.length === 0) {
      return html`<h2>Patched</h2>
        <p class="dim">Choose a cell to see what the model says with it; with Shift several cells together.</p>`;
    }
    const heading = html`<h2>Patched <bdi class="dim">${this.wordsOf(cells)}</bdi></h2>`;
    if (told.failure) {
      return html`${heading}
        <p class="failure" role="alert">${icon('error')} ${told.failure}</p>`;
    }
    if (!told.answer) {
      return html`${heading}
        <p class="dim" role="status">${told.waits ? 'Running the model with the patch…' : ''}</p>`;
    }
    const { said, values } = told.answer;
    const scores = this.explanation.model.outputs === 'scores';
    const number = (value: number) => (scores ? formatChange(value) : formatWeight(value));
    const value = normalised(values.patched[0], values);
    return html`${heading}
      <div class="scroll" tabindex="0" role="region" aria-label="What the model says, patched">
        <table class="said mono number">
          <caption>
            <bdi class="token">${this.position.name}</bdi>
          </caption>
          <thead>
            <tr>
              <th scope="col">token</th>
              <th scope="col">clean</th>
              <th scope="col">corrupted</th>
              <th scope="col">patched</th>
            </tr>
          </thead>
          <tbody>
            ${said.map(
              ({ text, clean, corrupted, patched }) =>
                html`<tr>
                  <th scope="row"><bdi class="token">${visibleText(text)}</bdi></th>
                  <td>${number(clean)}</td>
                  <td>${number(corrupted)}</td>
                  <td>${patched === undefined ? '' : number(patched)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="dim" role="status">
        ${this.metricWords(metric)} <span class="mono">${formatChange(values.patched[0])}</span>, normalised
        <span class="mono">${formatPart(value)}</span>
      </p>
      <div class="tools">
        <button class="button secondary" @click=${() => this.keepPatch(metric, value)}>Keep</button>
        <button class="button secondary" @click=${() => (this.chosen = [])}>Choose None</button>
      </div>`;
  }

  private note() {
    const { pointed } = this;
    const map = pointed && this.mapOf(pointed.map);
    const value = map?.values[pointed?.cell ?? 0] ?? NaN;
    const cells = map?.grid.cells[pointed?.cell ?? 0] ?? [];
    const isNone = pointed !== undefined && cells.length === 0;
    return html`<headlight-hover-note
      .anchor=${pointed?.anchor}
      .from=${isNone ? 'not patched' : this.wordsOf(cells)}
      .value=${Number.isNaN(value) ? '' : value.toFixed(3).replace('-', '−')}
      .note=${isNone ? this.whyNone(pointed) : Number.isNaN(value) ? 'not known yet' : '0 as corrupted, 1 as clean'}
    ></headlight-hover-note>`;
  }

  /** Why a cell holds no patch. */
  private whyNone({ map, cell }: { readonly map: PatchMapName; readonly cell: number }): string {
    const { columns } = this.mapOf(map).grid;
    if (byHead.includes(map)) return 'the layer has no such head';
    return this.sees(cell % columns) ? 'only one of the runs has this token' : 'the prediction does not see this token';
  }

  private nameOf(place: number): string {
    return placedToken(this.tokens, place, textOf(this.explanation, this.group.queries));
  }

  private rangeWords({ first, last }: PlaceRange): string {
    return first === last ? this.nameOf(first) : `${this.nameOf(first)} to ${this.nameOf(last)}`;
  }

  private wordsOf(cells: readonly PatchCell[]): string {
    return patchWords(cells, this.group.layers, place => this.nameOf(place));
  }

  private columnsOf(name: PatchMapName): readonly string[] {
    if (byHead.includes(name)) return Array.from({ length: this.mapOf(name).grid.columns }, (_, head) => `.${head}`);
    const text = textOf(this.explanation, this.group.queries);
    return this.tokens.map(token => tokenLabel(token, text));
  }

  private mapWords(name: PatchMapName): string {
    const at = this.set.one ? `at ${this.nameOf(this.place ?? this.query)}` : 'at all tokens';
    switch (name) {
      case 'residual':
        return 'residual stream that enters each layer';
      case 'attentionOut':
        return 'what all heads of a layer give';
      case 'feedForward':
        return 'what each feed-forward part adds';
      case 'head':
        return `what each head gives, ${at}`;
      case 'pattern':
        return `where each head looks, ${at}`;
    }
  }

  private metricWords(metric: PatchMetric): string {
    const name = (id: number) => `“${visibleText(this.plan.answer?.said.find(one => one.id === id)?.text ?? `${id}`)}”`;
    if (metric.by === 'divergence') return 'divergence from the clean run, bits';
    if (metric.by === 'logProbability') return `log p of ${name(metric.token)}`;
    return `logit of ${name(metric.token)} − ${name(metric.minus)}`;
  }

  private get againstWords(): string {
    const { noise, partner } = this;
    if (!noise) return partner ? `${partner.name} (${partner.title})` : '';
    const { tokens, strength, seed, samples } = noise;
    return `noise on ${this.rangeWords(tokens)}, ${strength} × the standard deviation, seed ${seed}, ${samples} draws`;
  }

  private change(change: Partial<PatchSet>): void {
    this.set = kept = { ...this.set, ...change };
    // What is not on screen is not what is patched.
    const shown: readonly PatchMapName[] = [this.set.byToken, this.set.byHead];
    this.chosen = this.chosen.filter(({ map }) => shown.includes(map));
  }

  private point(map: PatchMapName, pointed: PointedCell | undefined): void {
    this.pointed = pointed && { ...pointed, map };
    const place = pointed && this.mapOf(map).grid.cells[pointed.cell][0]?.place;
    this.dispatchEvent(
      causeEvent('token-hover', place === undefined ? undefined : { sequence: this.group.queries, index: place }),
    );
  }

  private choose(map: PatchMapName, { cell, together }: CauseEvents['cell-choose']): void {
    const isThis = (one: { readonly map: PatchMapName; readonly cell: number }) => one.map === map && one.cell === cell;
    const isChosen = this.chosen.some(isThis);
    if (together) this.chosen = isChosen ? this.chosen.filter(one => !isThis(one)) : [...this.chosen, { map, cell }];
    else this.chosen = isChosen && this.chosen.length === 1 ? [] : [{ map, cell }];
  }

  private setNoise(noise: NoiseSet | undefined): void {
    // The plan and what is chosen stay where the noise is only another.
    if ((noise === undefined) !== (this.noise === undefined)) [this.chosen, this.wished] = [[], {}];
    this.noise = noise;
  }

  private keepPatch(metric: PatchMetric, value: number): void {
    const { pair, cells } = this;
    if (!pair) return;
    const step: PatchStep = { ...pair, cells, metric, value };
    const same = JSON.stringify(step);
    if (this.steps.some(one => JSON.stringify(one) === same)) {
      this.refusal = 'That is kept already.';
      return;
    }
    this.changeSteps([...this.steps, step]);
  }

  private changeSteps(steps: readonly PatchStep[]): void {
    this.refusal = '';
    this.dispatchEvent(causeEvent('patches-change', steps));
  }

  /** Shows a kept patch again: the maps that hold its cells, and these chosen. */
  private reopen({ cells, direction, metric, noise }: PatchStep): void {
    const heads = cells.filter(({ part, place }) => part === 'attention' || (part === 'head' && place === undefined));
    const names = (list: readonly PatchMapName[], of: readonly PatchCell[]) =>
      list.find(name => of.some(cell => patchMaps[name].part === cell.part));
    const rest = cells.filter(cell => !heads.includes(cell));
    const { tokens, ...how } = noise ?? {};
    this.noise =
      tokens && tokens.length > 0
        ? { ...(how as Omit<NoiseSet, 'tokens'>), tokens: { first: tokens[0], last: tokens[tokens.length - 1] } }
        : undefined;
    const head = names(byHead, heads);
    const token = names(byToken, rest);
    this.change({ direction, ...(head && { byHead: head, one: false }), ...(token && { byToken: token }) });
    this.wished = metric;
    const wanted = new Set(cells.map(cell => JSON.stringify(cell)));
    this.chosen = [this.set.byToken, this.set.byHead].flatMap(map =>
      this.mapOf(map).grid.cells.flatMap((of, cell) =>
        of.length > 0 && of.every(one => wanted.has(JSON.stringify(one))) ? [{ map, cell }] : [],
      ),
    );
  }

  /** Whether the runs that are shown have what a step names. */
  private fits({ kind, cells, position }: PatchStep): boolean {
    const { group, aligned } = this;
    const last = group.layers[group.layers.length - 1]?.layer ?? 0;
    return (
      kind === group.kind &&
      position < tokensOf(this.explanation, this.explanation.predictionsOf).length &&
      cells.every(({ part, layer, head, place }) => {
        const own = group.layers.find(one => one.layer === layer);
        const isThere = own ? head === undefined || head < own.heads : part === 'residual' && layer === last + 1;
        return isThere && (place === undefined || aligned[place]);
      })
    );
  }
}
