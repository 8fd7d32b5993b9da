import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { compareHeads, type HeadComparison } from '../../core/attention/compare/compareHeads';
import { type HeadGroups, headsLike } from '../../core/attention/compare/headGroups';
import type { HeadSummary } from '../../core/attention/summarizeHeads';
import { headsCsv, headsJson } from '../../core/export/headsTable';
import { PanelRequest, type MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, Explanation, HeadAddress } from '../../core/protocol/explanation';
import { layerOf, neighbourHead, textOf, tokensOf } from '../attention/choice';
import type { Cell, Pointed } from '../attention/events';
import { fromTensor, fromThumbnail, type HeadMatrix, weightAt } from '../attention/headMatrix';
import type { RunHost } from '../attention/runState';
import '../attention/tip';
import { formatWeight, headName, quotedToken } from '../attention/wording';
import { sharedStyles } from '../common/styles';
import './comparedMatrix';
import { compareEvent, type CompareEvents } from './compareEvents';
import './headMap';
import './headsTable';
import './theseTwo';
import { wholeWindow, type ZoomWindow } from './zoomWindow';

type Place = CompareEvents['head-choose'];

/** Two heads of a run side by side, their difference, and all heads on a map and in a table. Fires `head-choose`. */
@customElement('headlight-compare')
export class CompareView extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: block; container-type: inline-size; min-height: 0; overflow: hidden auto; }
    .pair { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 18px; padding: 12px; }
    h2 { margin-bottom: 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .below { display: grid; grid-template-columns: 300px minmax(0, 1fr) 330px; gap: 18px; padding: 12px; border-top: 1px solid var(--vscode-contrastBorder, var(--headlight-line)); }
    headlight-heads-table { height: 380px; }
    .like { display: flex; flex-wrap: wrap; gap: 6px; }
    .like button { all: unset; cursor: pointer; padding: 0 8px; line-height: 20px; border-radius: 4px; background: color-mix(in srgb, var(--vscode-foreground) 9%, transparent); border: 1px solid var(--vscode-contrastBorder, transparent); }
    .like button:hover { background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent); }
    .like button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
    .side { display: grid; gap: 14px; align-content: start; min-width: 0; }
    p { margin: 4px 0 0; font-size: 12px; line-height: 16px; }
    .failure { color: var(--vscode-errorForeground); padding: 8px 12px; font-size: inherit; }
    @container (max-width: 1199px) { .below { grid-template-columns: minmax(0, 300px) minmax(0, 1fr); } headlight-heads-table { grid-column: 1 / -1; grid-row: 2; } }
    @container (max-width: 559px) { .pair { gap: 8px; } .below { grid-template-columns: minmax(0, 1fr); } headlight-heads-table { grid-row: auto; } }
  `];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) head!: HeadAddress;
  @property({ attribute: false }) summaries?: readonly HeadSummary[];
  @property() scale: MatrixScale = 'sqrt';
  @property({ attribute: false }) host!: RunHost;

  @state() private chosenOther?: HeadAddress;
  @state() private groups?: HeadGroups;
  @state() private pair?: { readonly one: HeadMatrix; readonly other: HeadMatrix; readonly comparison: HeadComparison };
  @state() private failure = '';
  @state() private zoomed: ZoomWindow = wholeWindow;
  @state() private pointed?: Pointed;
  @state() private marked: readonly Place[] = [];
  @state() private width = 0;
  private abort = new AbortController();
  private readonly resizes = new ResizeObserver(([entry]) => { this.width = Math.floor(entry.contentRect.width); });

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    if (this.hasUpdated) this.requestUpdate('group');
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    this.abort.abort();
    super.disconnectedCallback();
  }

  /** The head that the first is held against: the chosen one, else the next. */
  private get other(): HeadAddress {
    const { chosenOther, head } = this;
    return chosenOther?.kind === head.kind && layerOf(this.explanation, chosenOther) ? chosenOther : neighbourHead(this.group, head, 1);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (['explanation', 'group', 'head', 'chosenOther'].every(name => !changed.has(name))) return;
    this.abort.abort();
    this.abort = new AbortController();
    this.failure = '';
    if (changed.has('explanation') || changed.has('group')) {
      this.groups = undefined;
      this.pair = undefined;
      this.marked = [];
      this.zoomed = wholeWindow;
    }
    void this.load(this.abort.signal);
  }

  override render() {
    const { pair, head, other, failure } = this;
    const three = this.width >= 560 ? [18, 36] : [8, 16];
    const size = Math.max(60, Math.min(380, Math.floor((this.width - 24 - three[1]) / 3) - 2));
    const matrix = (label: string, one: HeadMatrix, minus?: HeadMatrix) => html`<headlight-compared-matrix .label=${label} .matrix=${one} .minus=${minus} .causal=${this.group.causal}
      .scale=${this.scale} .window=${this.zoomed} .size=${size} .pointed=${this.pointed} @zoom=${({ detail }: CustomEvent<ZoomWindow>) => { this.zoomed = detail; }}
      @cell-point=${({ detail }: CustomEvent<Pointed | undefined>) => { this.pointed = detail; }}></headlight-compared-matrix>`;
    return html`${failure ? html`<p class="failure" role="alert">${failure}</p>` : nothing}
      <div class="pair">
        <section><h2>${headName(head)} ${this.labelOf(head)}</h2>${pair ? matrix(headName(head), pair.one) : nothing}</section>
        <section><h2>${headName(other)} ${this.labelOf(other)}</h2>${pair ? matrix(headName(other), pair.other) : nothing}</section>
        <section><h2>Difference <span class="dim">${head.layer}.${head.head} − ${other.layer}.${other.head}</span></h2>${pair ? matrix(`Difference of ${headName(head)} and ${headName(other)}`, pair.one, pair.other) : nothing}</section>
      </div>
      <div class="below">
        <headlight-head-map .groups=${this.groups} .group=${this.group} .summaries=${this.summaries} .one=${head} .other=${other} .scale=${this.scale} .mark=${this.onMark}
          @head-choose=${this.pass} @other-choose=${this.onOther}></headlight-head-map>
        <headlight-heads-table .group=${this.group} .summaries=${this.marked.length > 0 ? this.summaries?.filter(s => this.marked.some(m => m.layer === s.layer && m.head === s.head)) : this.summaries}
          .one=${head} .other=${other} .scale=${this.scale} .save=${this.save} @head-choose=${this.pass} @other-choose=${this.onOther}></headlight-heads-table>
        <div class="side">
          ${pair ? html`<headlight-these-two .comparison=${pair.comparison} .names=${this.names} .pointedQuery=${this.pointed?.query}></headlight-these-two>` : nothing}
          ${this.like()}
          <p class="dim">Difference: blue where the first head looks more, orange where the second does. Click a head to see it first, Ctrl+click (Space) to hold another against it. + and − zoom the pictures.</p>
        </div>
      </div>${this.tip()}`;
  }

  private like() {
    const { groups, head } = this;
    const at = groups?.heads.findIndex(place => place.layer === head.layer && place.head === head.head) ?? -1;
    if (!groups || at < 0) return nothing;
    return html`<section><h2>Like it <span class="dim">Jensen-Shannon distance, bits</span></h2><div class="like mono">${headsLike(groups, at, 5).map(({ head: index, distance }) => {
      const place = groups.heads[index];
      return html`<button title="Hold head ${place.layer}.${place.head} against it" @click=${() => this.choose(place)}>${place.layer}.${place.head} <span class="dim">${formatWeight(distance)}</span></button>`;
    })}</div></section>`;
  }

  private tip() {
    const { pointed, pair } = this;
    if (!pair || pointed?.query === undefined || pointed.key === undefined || !pointed.anchor) return html`<headlight-tip hidden></headlight-tip>`;
    const { query, key } = pointed as Required<Cell>;
    const name = (sequence: AttentionGroup['keys'], index: number) => {
      const token = tokensOf(this.explanation, sequence)[index];
      return token ? quotedToken(token, textOf(this.explanation, sequence)) : '';
    };
    const [a, b] = [weightAt(pair.one, query, key), weightAt(pair.other, query, key)];
    return html`<headlight-tip .anchor=${pointed.anchor} .from=${name(this.group.queries, query)} .to=${name(this.group.keys, key)}
      .value=${`${a >= b ? '+' : '−'}${formatWeight(Math.abs(a - b))}`} .note=${`${formatWeight(a)} and ${formatWeight(b)} · row ${query}, column ${key}`}></headlight-tip>`;
  }

  private get names(): string[] {
    const { queries } = this.group;
    return tokensOf(this.explanation, queries).map(token => quotedToken(token, textOf(this.explanation, queries)));
  }

  private labelOf({ layer, head }: HeadAddress) {
    const summary = this.summaries?.find(candidate => candidate.layer === layer && candidate.head === head);
    const label = summary?.label;
    return label ? html`<span class="dim" title=${label.evidence}>${label.name} ${formatWeight(summary.masses[label.id]?.mass ?? 0)}</span>` : nothing;
  }

  private async load(signal: AbortSignal): Promise<void> {
    const { head, other, group: { kind, causal, queries, keys } } = this;
    try {
      const [one, two] = await Promise.all([this.matrixOf(head, signal), this.matrixOf(other, signal)]);
      if (signal.aborted) return;
      const shape = { causal, sameSequence: queries === keys };
      const places = (length: number) => Array.from({ length }, (_, i) => ({ one: i, other: i }));
      this.pair = { one, other: two, comparison: compareHeads({ ...one, ...shape }, { ...two, ...shape }, places(one.queries), places(one.keys)) };
      if (this.groups) return;
      const groups = await this.host.request(PanelRequest.groups, { kind }, signal);
      if (!signal.aborted) this.groups = groups;
    } catch (error) {
      if (!signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  private async matrixOf(address: HeadAddress, signal: AbortSignal): Promise<HeadMatrix> {
    const layer = layerOf(this.explanation, address);
    const pooled = layer && fromThumbnail(layer, address.head);
    return pooled?.exact ? pooled : fromTensor(await this.host.request(PanelRequest.head, address, signal));
  }

  private choose({ layer, head }: Place): void {
    this.chosenOther = { kind: this.head.kind, layer, head };
  }

  private readonly onOther = ({ detail }: CustomEvent<Place>) => this.choose(detail);

  private readonly onMark = (heads: readonly Place[]) => { this.marked = heads; };

  private readonly pass = ({ detail }: CustomEvent<Place>) => {
    // The partner stays, so that one head after another can be held against it.
    this.chosenOther = this.other;
    this.dispatchEvent(compareEvent('head-choose', detail));
  };

  private readonly save = (format: 'csv' | 'json') => {
    const { summaries = [], explanation: { model, text } } = this;
    const data = format === 'csv' ? headsCsv(summaries) : headsJson(model.id, text, summaries);
    this.host.request(PanelRequest.save, { name: `heads-${model.id}.${format}`, data }).catch((error: unknown) => {
      this.failure = error instanceof Error ? error.message : String(error);
    });
  };
}
