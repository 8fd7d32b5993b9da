import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import {
  type HeadCombination,
  PanelRequest,
  type PanelContent,
  type PanelSelection,
  type TokenAddress,
} from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import { type MatrixScale } from '../../core/attention/weightScale';
import type { AttentionGroup, Reading, SequenceName } from '../../core/run/explanation';
import type { CompareEvents } from '../compare/compareEvents';
import type { AskLens } from '../logitLens/lensColumns';
import type { FetchSteps } from '../steps/stepsLoader';
import '../common/segmented';
import type { Segment, Segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { attentionRunStyles } from './attentionRun.styles';
import { cellNote } from '../run/cellNote';
import { textOf, tokensOf } from '../run/choice';
import '../run/colorLegend';
import '../details/continueBar';
import type { PanelEvents } from '../run/events';
import type { PictureView } from './exportRun';
import '../tokens/findBar';
import '../details/headEffect';
import type { AskMask, AskSwitchOff } from '../details/headEffect';
import '../details/headMeasures';
import '../heads/headOverview';
import { hidesKeys } from '../run/headMatrix';
import { includesHead } from '../run/headSelection';
import { loadView } from './laterViews';
import '../matrix/matrixView';
import type { MatrixView } from '../matrix/matrixView';
import { wholeMatrix } from '../matrix/matrixViewport';
import './panelBar';
import '../matrix/rangeNote';
import '../details/rowDetails';
import '../run/rowTable';
import '../details/similarHeads';
import { RunState } from './runState';
import { type RunHost } from '../run/runHost';
import '../common/tip';
import '../tokens/tokenText';
import { toolStyles } from '../common/tools.styles';
import './viewTabs';
import type { Choice } from '../run/choice';
import { panelViews, type ViewTabs } from './viewTabs';
import type { TokenText } from '../tokens/tokenText';
import { headName, quotedToken, readingName, shownName, tokenLabel } from '../run/wording';
import { type IconName, icon } from '../common/icons';

type Run = Extract<PanelContent, { phase: 'run' }>;

const scales: readonly Segment[] = [
  { value: 'linear', label: 'linear', name: 'Linear scale' },
  { value: 'sqrt', label: '√', name: 'Square root scale' },
  { value: 'log', label: 'log', name: 'Logarithmic scale, four decades' },
];

/** Which of several heads, or what of all of them. */
function combinations({ head }: Choice): readonly Segment[] {
  return [
    { value: 'one', label: `${head.layer}.${head.head}`, name: `Head ${head.layer}.${head.head} alone` },
    { value: 'mean', label: 'mean', name: 'Mean of the selected heads' },
    { value: 'maximum', label: 'max', name: 'Maximum of the selected heads' },
  ];
}

const readings: readonly (Segment & { readonly value: Reading })[] = [
  { value: 'raw', label: 'raw', name: 'Attention as it is (V: next reading)' },
  {
    value: 'value',
    label: 'value',
    name: 'Value-weighted: each key’s part of the length ‖αf(x)‖ that the head adds (V: next reading)',
  },
  {
    value: 'rollout',
    label: 'rollout',
    name: 'Rollout: how much of each token has come up to this layer, its heads in one (V: next reading)',
  },
];

/** The height of what stands below the matrix, in CSS pixels, with its distance. */
const footHeight = 38;

/** Of the heads none. */
const none = { head: { kind: 'self', layer: -1, head: -1 }, heads: [] } as const;

/** A run: its heads, its text, the matrix of the chosen head, and what the chosen row says. */
@customElement('headlight-run')
export class AttentionRun extends LitElement {
  static override styles = [sharedStyles, toolStyles, attentionRunStyles];

  @property({ attribute: false }) run!: Run;
  @property({ attribute: false }) host!: RunHost;
  /** Whether the run only holds the place of one that is under way. */
  @property({ type: Boolean, reflect: true }) placeholder = false;
  /** What was chosen before, in this run. */
  @property({ attribute: false }) selection: PanelSelection = {};

  @state() private table = false;
  @state() private finding = false;
  /** Whether heads and matrix are there to be seen: what stands beside them comes after. */
  @state() private seen = false;
  /** Whether dragging on the matrix brushes a range. */
  @state() private brushing = false;

  @query('headlight-matrix') private readonly matrixView?: MatrixView;
  private shown!: RunState;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.onKey);
    addEventListener('scroll', this.onScroll, { capture: true, passive: true });
  }

  override disconnectedCallback(): void {
    removeEventListener('keydown', this.onKey);
    removeEventListener('scroll', this.onScroll, { capture: true });
    this.shown?.dispose();
    super.disconnectedCallback();
  }

  /** Chooses the token that the caret is on, where it looks; else points at it. */
  showCaret(caret: TokenAddress | undefined): void {
    if (!caret || !this.shown || this.placeholder) return;
    this.shown.chooseToken(caret.index, caret.sequence);
    for (const text of this.renderRoot.querySelectorAll<TokenText>('headlight-text')) {
      if (text.sequence === caret.sequence) text.reveal(caret.index);
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('run')) return;
    this.shown?.dispose();
    // What holds the place of a run has no numbers to be asked for.
    const host = this.placeholder ? { ...this.host, request: () => new Promise<never>(() => undefined) } : this.host;
    this.shown = new RunState(this.run.explanation, host, this.selection, () => this.requestUpdate());
    this.finding = false;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.placeholder || !changed.has('placeholder')) return;
    // After the first picture; a busy panel shows the rest soon in any case.
    requestAnimationFrame(() =>
      requestIdleCallback(
        () => {
          this.seen = true;
        },
        { timeout: 100 },
      ),
    );
  }

  override render() {
    const { explanation } = this.run;
    const { group, choice } = this.shown;
    loadView(choice.view).catch((error: unknown) => this.shown.fail(error));
    return html`<main class="panel ${explanation.text ? '' : 'unknown'}">
        <headlight-bar
          .run=${this.run}
          .group=${group}
          .view=${choice.view}
          @export-choose=${this.onExport}
        ></headlight-bar>
        <headlight-tabs
          .value=${choice.view}
          @change=${(event: Event) => this.shown.choose({ view: (event.target as ViewTabs).value })}
        ></headlight-tabs>
        ${
          choice.view === 'compare'
            ? this.compare(this.shown.rawGroup)
            : html`<div class="columns">
                <section class="heads" aria-label="Heads">
                  <headlight-overview
                    .explanation=${explanation}
                    .group=${group}
                    .choice=${this.placeholder ? { ...choice, ...none } : choice}
                    .summaries=${this.shown.headSummaries}
                    @kind-choose=${({ detail }: CustomEvent<string>) => this.shown.chooseKind(detail)}
                    @order-choose=${({ detail }: CustomEvent<PanelEvents['order-choose']>) => this.shown.choose({ order: detail })}
                    @heads-choose=${({ detail }: CustomEvent<PanelEvents['heads-choose']>) => this.shown.chooseHeads(detail)}
                  ></headlight-overview>
                </section>
                <section class="text" aria-label="Text">${this.texts(group)}</section>
                <section class="matrix" aria-label="Matrix">
                  ${this.tools()}
                  ${
                    this.finding
                      ? html`<headlight-find
                          .text=${this.textOf(group.queries)}
                          .tokens=${this.tokensOf(group.queries)}
                          @token-choose=${({ detail }: CustomEvent<number>) => this.shown.chooseToken(detail, group.queries)}
                          @close=${this.toggleFind}
                        ></headlight-find>`
                      : nothing
                  }
                  ${this.shown.failure ? html`<p class="failure" role="alert">${this.shown.failure}</p>` : nothing}
                  <div
                    class="stage"
                    role="tabpanel"
                    aria-label=${panelViews.find(({ view }) => view === choice.view)?.label ?? ''}
                  >
                    ${this.picture(group)}
                  </div>
                </section>
                <div class="details">${this.seen ? this.details(group) : nothing}</div>
              </div>`
        }${this.tip()}
      </main>
      <div class="visually-hidden" aria-live="polite">${this.shown.said}</div>`;
  }

  /** The comparison has the whole width. */
  private compare(group: AttentionGroup) {
    const { choice } = this.shown;
    const { partner, explanation } = this.run;
    const onHead = ({ detail }: CustomEvent<CompareEvents['head-choose']>) => {
      const head = { kind: group.kind, layer: detail.layer, head: detail.head };
      // One of several that are selected leads them.
      this.shown.choose({ head, ...(includesHead(choice.heads, head) && { heads: choice.heads }) });
    };
    const onKeep = ({ detail }: CustomEvent<CompareEvents['compare-keep']>) =>
      this.shown.choose({ compare: { ...this.shown.choice.compare, ...detail } });
    if (partner) {
      return html`<headlight-compare-runs
        role="tabpanel"
        aria-label="Compare"
        .explanation=${explanation}
        .group=${group}
        .head=${choice.head}
        .partner=${partner}
        .scale=${choice.scale}
        .host=${this.host}
        .chosen=${choice.compare}
        @head-choose=${onHead}
        @compare-keep=${onKeep}
      ></headlight-compare-runs>`;
    }
    return html`<headlight-compare
      role="tabpanel"
      aria-label="Compare"
      .explanation=${explanation}
      .group=${group}
      .head=${choice.head}
      .summaries=${this.shown.ratedHeads}
      .scale=${choice.scale}
      .host=${this.host}
      .chosen=${choice.compare}
      .heads=${choice.heads}
      .loadGroups=${this.shown.loadGroups}
      @head-choose=${onHead}
      @compare-keep=${onKeep}
      @heads-choose=${({ detail }: CustomEvent<PanelEvents['heads-choose']>) => this.shown.chooseHeads(detail)}
    ></headlight-compare>`;
  }

  /** What the chosen head does and causes, and what the chosen row says. */
  private details(group: AttentionGroup) {
    const { explanation } = this.run;
    const { choice, pointed } = this.shown;
    return html`<headlight-measures
        .name=${headName(choice.head)}
        .summary=${this.shown.headSummary}
      ></headlight-measures>
      <headlight-effect
        .explanation=${explanation}
        .group=${group}
        .head=${choice.head}
        .heads=${choice.heads}
        .query=${choice.query}
        .ask=${this.askSwitchOff}
        .askMask=${this.askMask}
        .ranking=${this.shown.ranking}
      ></headlight-effect>
      <headlight-similar
        .head=${choice.head}
        .load=${this.shown.loadGroups}
        @heads-choose=${({ detail }: CustomEvent<PanelEvents['heads-choose']>) => this.shown.chooseHeads(detail)}
      ></headlight-similar>
      <headlight-details
        .explanation=${explanation}
        .group=${group}
        .query=${this.shown.shownQuery}
        .weights=${this.shown.exactRow}
        .pointedKey=${pointed?.key}
        @cell-point=${this.onPoint}
      ></headlight-details>
      <headlight-continue
        .explanation=${explanation}
        .query=${choice.query}
        @token-choose=${({ detail }: CustomEvent<number>) => this.shown.choose({ query: detail })}
        @continue-text=${({ detail }: CustomEvent<number>) => void this.host.request(PanelRequest.continueText, { newTokens: detail })}
      ></headlight-continue>`;
  }

  private picture(group: AttentionGroup) {
    if (this.table && this.shown.choice.view !== 'logitLens' && this.shown.choice.view !== 'text') {
      return this.rowTable(group);
    }
    const { choice, matrix } = this.shown;
    const onQuery = ({ detail }: CustomEvent<number>) => this.shown.choose({ query: detail });
    const onHover = ({ detail }: CustomEvent<TokenAddress | undefined>) => this.host.hover(detail);
    switch (choice.view) {
      case 'lines':
        return html`<headlight-lines
          .explanation=${this.run.explanation}
          .group=${group}
          .matrices=${this.shown.each}
          .selected=${choice.heads.length}
          .query=${choice.query}
          @query-choose=${onQuery}
          @token-hover=${onHover}
        ></headlight-lines>`;
      case 'text':
        return html`<headlight-text-view
          .explanation=${this.run.explanation}
          .group=${group}
          .head=${choice.head}
          .matrix=${matrix}
          .scale=${choice.scale}
          .query=${choice.query}
          .table=${this.table}
          @query-choose=${onQuery}
          @token-hover=${onHover}
        ></headlight-text-view>`;
      case 'steps':
        return html`<headlight-steps
          .explanation=${this.run.explanation}
          .group=${group}
          .head=${choice.head}
          .load=${this.loadSteps}
          .query=${choice.query}
          @query-choose=${onQuery}
          @token-hover=${onHover}
        ></headlight-steps>`;
      case 'logitLens':
        return html`<headlight-logit-lens
          .explanation=${this.run.explanation}
          .query=${choice.query}
          .ask=${this.askLens}
          @query-choose=${onQuery}
        ></headlight-logit-lens>`;
      case 'compare':
        return nothing;
      case 'matrix':
        return this.matrix(group);
    }
  }

  private readonly loadSteps: FetchSteps = (address, query, signal) =>
    this.host.request(RunRequest.steps, { address, query }, signal);

  private readonly askSwitchOff: AskSwitchOff = (heads, position, options, signal) =>
    this.host.request(RunRequest.switchOff, { heads, position, ...options }, signal);

  private readonly askLens: AskLens = (first, count, signal) =>
    this.host.request(RunRequest.logitLens, { first, count }, signal);

  private readonly askMask: AskMask = (token, signal) => this.host.request(RunRequest.mask, { token }, signal);

  private readonly onExport = ({ detail }: CustomEvent<PanelEvents['export-choose']>) => {
    const { run, shown, host } = this;
    import('./exportRun')
      .then(({ exportRun }) => exportRun(detail, run, shown, host, this.pictureView))
      .then(
        said => this.shown.tell(said),
        (error: unknown) => this.shown.fail(error),
      );
  };

  /** The view that is shown, where it makes its own picture. */
  private get pictureView(): PictureView | undefined {
    return (
      this.renderRoot.querySelector<HTMLElement & PictureView>(
        'headlight-text-view, headlight-steps, headlight-compare, headlight-compare-runs',
      ) ?? undefined
    );
  }

  private tools() {
    const { choice, locked } = this.shown;
    return html`<div class="tools">
      ${this.heading()}
      ${
        choice.heads.length > 1 && (choice.view === 'matrix' || choice.view === 'text' || this.table)
          ? html`<headlight-segmented
              label="Of the selected heads"
              .value=${choice.combine}
              .segments=${combinations(choice)}
              @change=${(event: Event) => this.shown.choose({ combine: (event.target as Segmented).value as HeadCombination })}
            ></headlight-segmented>`
          : nothing
      }
      ${
        locked
          ? html`<button
              class="tool on"
              title="Row ${choice.query} is locked: let go of it (Enter)"
              aria-label="Unlock row ${choice.query}"
              @click=${this.onLock}
            >
              ${icon('lock')}
            </button>`
          : nothing
      }
      ${choice.view === 'matrix' && !this.table ? this.zoomTools() : nothing}
      <button
        class="tool"
        title="Find a token (/)"
        aria-label="Find a token"
        aria-pressed=${this.finding}
        @click=${this.toggleFind}
      >
        ${icon('search')}
      </button>
      ${
        choice.view === 'logitLens'
          ? nothing
          : html`<button
              class="tool"
              title="Show the row as a table (T)"
              aria-label="Show the row as a table"
              aria-pressed=${this.table}
              @click=${this.toggleTable}
            >
              ${icon('table')}
            </button>`
      }
      ${
        choice.view === 'steps' || choice.view === 'logitLens'
          ? nothing
          : html`<headlight-segmented
              label="Reading"
              .segments=${readings.filter(({ value }) => this.shown.readings.includes(value))}
              .value=${choice.reading}
              @change=${(event: Event) => this.shown.read((event.target as Segmented).value as Reading)}
            ></headlight-segmented>`
      }
      ${
        choice.view === 'matrix' || choice.view === 'text'
          ? html`<headlight-segmented
              label="Scale"
              .segments=${scales}
              .value=${choice.scale}
              @change=${(event: Event) => this.shown.choose({ scale: (event.target as Segmented).value as MatrixScale })}
            ></headlight-segmented>`
          : nothing
      }
    </div>`;
  }

  private zoomTools() {
    const tool = (glyph: IconName, name: string, key: string, act: () => void, pressed?: boolean) =>
      html`<button
        class="tool"
        title="${name} (${key})"
        aria-label=${name}
        aria-pressed=${pressed ?? nothing}
        @click=${act}
      >
        ${icon(glyph)}
      </button>`;
    return html`${tool('zoom-out', 'Zoom out', '−', () => this.matrixView?.zoomBy(1 / 1.5))}${tool('zoom-in', 'Zoom in', '+', () => this.matrixView?.zoomBy(1.5))}
    ${tool('screen-full', 'Show all of the matrix', '0', () => this.matrixView?.zoomBy(0))}
    ${tool('inspect', 'Select a range', 'R, or drag with Shift', this.toggleBrushing, this.brushing)}`;
  }

  /** What the picture shows. */
  private heading() {
    const { choice, readingNote } = this.shown;
    if (choice.view === 'logitLens') {
      return html`<h2>Logit lens <span class="dim">what each layer would say next, were it the last</span></h2>`;
    }
    const read =
      choice.reading === 'raw' || choice.view === 'steps' ? undefined : readingName(choice.reading, choice.head.layer);
    const what = this.table
      ? 'one row, strongest first'
      : choice.view === 'matrix' && !read
        ? 'query ↓ looks at key →'
        : '';
    return html`<h2 title=${readingNote ?? nothing}>
      ${shownName(choice)} <span class="dim">${this.loading()}${[read, what].filter(Boolean).join(' · ')}</span>
    </h2>`;
  }

  /** How far the numbers of several heads have come. */
  private loading(): string {
    const { loaded, choice } = this.shown;
    return loaded === undefined || choice.heads.length === 1 ? '' : `${loaded} of ${choice.heads.length} loaded · `;
  }

  private matrix(group: AttentionGroup) {
    const { choice, matrix, shownQuery, locked, pointed, pointedWeight } = this.shown;
    const label = `${shownName(choice)}, ${matrix.queries} queries by ${matrix.keys} keys. Arrow keys move from cell to cell.`;
    const { brushed, brushedSums } = this.shown;
    return html`<headlight-matrix
        .matrix=${this.run.explanation.text ? matrix : undefined}
        .rowLabels=${this.labelsOf(group.queries)}
        .columnLabels=${this.labelsOf(group.keys)}
        .causal=${group.causal}
        .scale=${choice.scale}
        .shownQuery=${shownQuery}
        .locked=${locked}
        .pointed=${pointed}
        .brushed=${brushed}
        .brushing=${this.brushing}
        .viewport=${choice.zoom ?? wholeMatrix}
        .reserved=${footHeight}
        .label=${label}
        @cell-point=${this.onPoint}
        @lock=${this.onLock}
        @range-choose=${this.onRange}
        @zoom-change=${({ detail }: CustomEvent<PanelEvents['zoom-change']>) => this.shown.keepZoom(detail)}
        @region-see=${({ detail }: CustomEvent<PanelEvents['region-see']>) => this.shown.see(detail.region, detail.width, detail.height)}
        @cell-move=${({ detail }: CustomEvent<PanelEvents['cell-move']>) => this.shown.move(detail)}
        @cell-choose=${({ detail }: CustomEvent<PanelEvents['cell-choose']>) => this.shown.click(detail.query)}
      ></headlight-matrix>
      <div class="foot">
        <headlight-legend
          .scale=${choice.scale}
          .weight=${pointedWeight}
          .unseen=${group.causal || hidesKeys(matrix) ? 'not seen' : ''}
        ></headlight-legend>
        ${
          brushed
            ? html`<headlight-range
                .range=${brushed}
                .sums=${brushedSums}
                @range-choose=${this.onRange}
                @range-zoom=${this.zoomToRange}
              ></headlight-range>`
            : html`<span class="hints dim"
                >arrows move · Shift selects · + − 0 zoom · Enter locks · T table · V reading · / find · [ ] heads · 1–6
                views</span
              >`
        }
      </div>`;
  }

  private rowTable(group: AttentionGroup) {
    const { choice, shownQuery, exactRow } = this.shown;
    const caption = html`${shownName(choice)}: query ${shownQuery}
      <bdi class="token mono">${quotedToken(this.tokensOf(group.queries)[shownQuery], this.textOf(group.queries))}</bdi>
      looks at`;
    return html`<headlight-row-table
      tabindex="0"
      .caption=${caption}
      .names=${this.labelsOf(group.keys)}
      .weights=${exactRow?.subarray(0, group.causal ? shownQuery + 1 : undefined)}
    ></headlight-row-table>`;
  }

  private texts(group: AttentionGroup) {
    const token = this.tokensOf(group.queries)[this.shown.shownQuery];
    const from = html`<span class="dim"
      >from token ${this.shown.shownQuery}
      <bdi class="token">${token ? quotedToken(token, this.textOf(group.queries)) : ''}</bdi></span
    >`;
    if (group.queries === group.keys) {
      return html`<h2>${group.keys === 'input' ? 'The text' : 'Written'} ${from}</h2>
        ${this.text(group.keys, group)}`;
    }
    return html`<h2>Written</h2>
      ${this.text(group.queries, group)}
      <h2 class="second">The text ${from}</h2>
      ${this.text(group.keys, group)}`;
  }

  private text(sequence: SequenceName, { queries, keys }: AttentionGroup) {
    const { row, shownQuery, pointed, choice } = this.shown;
    return html`<headlight-text
      .sequence=${sequence}
      .text=${this.textOf(sequence)}
      .tokens=${this.tokensOf(sequence)}
      .scale=${choice.scale}
      .label=${sequence === 'input' ? 'Tokens of the text' : 'Tokens of what was written'}
      .weights=${sequence === keys ? row : undefined}
      .query=${sequence === queries ? shownQuery : undefined}
      .pointed=${sequence === keys ? pointed?.key : undefined}
      @token-point=${({ detail }: CustomEvent<PanelEvents['token-point']>) => this.shown.pointToken(detail, sequence)}
      @token-choose=${({ detail }: CustomEvent<number>) => this.shown.chooseToken(detail, sequence)}
    ></headlight-text>`;
  }

  private tip() {
    const { pointed, group, pointedWeight } = this.shown;
    if (!pointed?.anchor) return html`<headlight-tip hidden></headlight-tip>`;
    const { from, to, value, note } = cellNote(this.run.explanation, group, pointed, pointedWeight);
    return html`<headlight-tip
      .anchor=${pointed.anchor}
      .from=${from}
      .to=${to}
      .value=${value}
      .note=${note}
    ></headlight-tip>`;
  }

  private textOf(sequence: SequenceName): string {
    return textOf(this.run.explanation, sequence);
  }

  private tokensOf(sequence: SequenceName) {
    return tokensOf(this.run.explanation, sequence);
  }

  private readonly labels = new WeakMap<object, readonly string[]>();

  private labelsOf(sequence: SequenceName): readonly string[] {
    const tokens = this.tokensOf(sequence);
    let labels = this.labels.get(tokens);
    if (!labels) this.labels.set(tokens, (labels = tokens.map(token => tokenLabel(token, this.textOf(sequence)))));
    return labels;
  }

  private readonly onPoint = ({ detail }: CustomEvent<PanelEvents['cell-point']>) => this.shown.point(detail);

  private readonly onLock = () => this.shown.toggleLock();

  private readonly onRange = ({ detail }: CustomEvent<PanelEvents['range-choose']>) => this.shown.brush(detail);

  private readonly zoomToRange = () => {
    if (this.shown.brushed) this.matrixView?.zoomTo(this.shown.brushed);
  };

  private readonly toggleBrushing = () => {
    this.brushing = !this.brushing;
  };

  private readonly toggleTable = () => {
    this.table = !this.table;
    this.shown.point(undefined);
  };

  private readonly toggleFind = () => {
    this.finding = !this.finding;
    if (!this.finding) void this.updateComplete.then(() => this.matrixView?.focus());
  };

  /** The note would stay where its cell was. */
  private readonly onScroll = () => {
    const { pointed } = this.shown;
    if (pointed?.anchor) this.shown.point({ query: pointed.query, key: pointed.key });
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const target = event.composedPath()[0];
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      this.inert ||
      target instanceof HTMLInputElement
    ) {
      return;
    }
    switch (event.key) {
      case '[':
        this.shown.step(-1);
        break;
      case ']':
        this.shown.step(1);
        break;
      case 't':
      case 'T':
        // The comparison's table is its own; the logit lens is one.
        if (this.shown.choice.view === 'compare' || this.shown.choice.view === 'logitLens') return;
        this.toggleTable();
        break;
      case 'v':
      case 'V':
        this.shown.readNext();
        break;
      case '/':
        this.toggleFind();
        break;
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
        this.shown.choose({ view: panelViews[Number(event.key) - 1].view });
        break;
      case 'r':
      case 'R':
        this.toggleBrushing();
        break;
      case 'z':
      case 'Z':
        this.zoomToRange();
        break;
      case 'Escape':
        this.clear();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  private clear(): void {
    if (this.finding) this.toggleFind();
    else if (this.table) this.toggleTable();
    else if (this.shown.brushed) this.shown.brush(undefined);
    else if (this.brushing) this.toggleBrushing();
    else if (this.shown.pointed) this.shown.point(undefined);
    else if (this.shown.locked) this.shown.toggleLock();
  }
}
