import type { PlaceRange } from '../../core/run/cause';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FoldedParts, LoopState, PanelSelection, TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, SequenceName } from '../../core/run/explanation';
import { sharedStyles } from '../common/styles';
import { attentionRunStyles } from './attentionRun.styles';
import { foldButton, foldStyles } from '../common/foldButton';
import { textOf, tokensOf } from '../run/choice';
import type { PanelEvents } from '../run/events';
import type { PictureView } from './exportRun';
import '../heads/headOverview';
import type { PanelContext, PanelRun, PanelTab } from '../run/panelTab';
import type * as laterParts from './laterParts';
import { loadScript } from '../common/loadScript';
import './panelBar';
import { panelTabs } from './panelTabs';
import type { RunHost } from '../run/runHost';
import { HeadMoves } from '../run/headMoves';
import { RunState } from '../run/runState';
import { runTools } from './runTools';
import '../tokens/tokenText';
import { toolStyles } from '../common/tools.styles';
import './viewTabs';
import type { ViewTabs } from './viewTabs';
import type { TokenText } from '../tokens/tokenText';
import { quotedToken, tokenLabel } from '../run/wording';

/** More heads than this have more of the panel's width, where it is narrow, all of it. */
const manyHeads = 64;

/** Where heads and text stand above a picture that they would push out of sight. */
const low = '(max-width: 719px) and (max-height: 699px)';

/** Where the picture stands below heads and text; and where it takes all that is in sight. */
const narrow = '(max-width: 719px)';
const slim = '(max-width: 479px)';

/** Of the heads none. */
const none = { head: { kind: 'self', layer: -1, head: -1 }, heads: [] } as const;

/** A run: its heads, its text, the picture of the chosen tab, and what the chosen row says. */
@customElement('headlight-run')
export class AttentionRun extends LitElement implements PanelContext {
  static override styles = [sharedStyles, toolStyles, foldStyles, attentionRunStyles];

  @property({ attribute: false }) run!: PanelRun;
  @property({ attribute: false }) host!: RunHost;
  /** Whether the run only holds the place of one that is under way. */
  @property({ type: Boolean, reflect: true }) placeholder = false;
  /** How the run stands to its document. */
  @property({ attribute: false }) loop?: LoopState;
  /** What was chosen before, in this run. */
  @property({ attribute: false }) selection: PanelSelection = {};

  @state() table = false;
  @state() private finding = false;
  /** What stands beside heads and picture, or is asked for; it comes when those are there to be seen. */
  @state() private later?: typeof laterParts;
  /** Whether dragging on the matrix brushes a range. */
  @state() brushing = false;

  shown!: RunState;
  moves!: HeadMoves;
  tabs: readonly PanelTab[] = panelTabs;
  private readonly isLow = matchMedia(low);
  /** Tells how far down the picture begins, so that it takes the room that is left of the window. */
  private readonly above = new ResizeObserver(() => this.measureAbove());
  private measured: readonly Element[] = [];
  /** The tab whose picture's script was asked for last. */
  private loaded?: PanelTab;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.onKey);
    addEventListener('scroll', this.onScroll, { capture: true, passive: true });
    this.isLow.addEventListener('change', this.onLow);
  }

  override disconnectedCallback(): void {
    removeEventListener('keydown', this.onKey);
    removeEventListener('scroll', this.onScroll, { capture: true });
    this.isLow.removeEventListener('change', this.onLow);
    this.above.disconnect();
    this.measured = [];
    this.shown?.dispose();
    this.moves?.dispose();
    super.disconnectedCallback();
  }

  /** Leaves the first token out, or no longer. */
  leaveOutFirst(withoutFirst: boolean): void {
    if (this.shown && !this.placeholder) this.shown.leaveOutFirst(withoutFirst);
  }

  /** Shows what attention is cut to, chosen in the editor. */
  cutKeys(keys: PlaceRange): void {
    if (!this.shown || this.placeholder) return;
    this.loadLater(({ cutFromEditor }) => cutFromEditor(this.shown, keys));
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
    if (changed.has('run')) {
      this.shown?.dispose();
      // What holds the place of a run has no numbers to be asked for.
      const host = this.placeholder ? { ...this.host, request: () => new Promise<never>(() => undefined) } : this.host;
      this.tabs = panelTabs.filter(({ applies }) => applies?.(this.run) ?? true);
      this.shown = new RunState(this.run.explanation, host, this.selection, this.tabs, () => this.requestUpdate());
      this.moves?.dispose();
      this.moves = new HeadMoves(this.run, host, () => this.requestUpdate());
      this.finding = false;
    }
    const { tab } = this;
    if (!changed.has('run') && this.loaded === tab) return;
    this.loaded = tab;
    loadScript('This picture', () => tab.load?.(this.run)).catch((error: unknown) => this.shown.fail(error));
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.observeAbove();
    if (this.placeholder || !changed.has('placeholder')) return;
    // After the first picture; a busy panel shows the rest soon in any case.
    requestAnimationFrame(() => requestIdleCallback(() => this.loadLater(), { timeout: 100 }));
  }

  /** @param then what is done with it. */
  private loadLater(then?: (later: typeof laterParts) => void): void {
    loadScript('What the head does', async () => {
      this.later = await import('./laterParts');
      then?.(this.later);
    }).catch((error: unknown) => this.shown.fail(error));
  }

  override render() {
    const { explanation } = this.run;
    const { tab } = this;
    const { group, choice } = this.shown;
    return html`<main class="panel ${explanation.text ? '' : 'unknown'}">
        <headlight-bar
          .run=${this.run}
          .group=${group}
          .host=${this.host}
          .loop=${this.loop}
          .exports=${tab.exports}
          @export-choose=${this.onExport}
        ></headlight-bar>
        <headlight-tabs
          .tabs=${this.tabs}
          .value=${tab.id}
          @change=${(event: Event) => this.showTab((event.target as ViewTabs).value)}
        ></headlight-tabs>
        ${
          tab.wide
            ? html`${this.failure()}${tab.picture(this)}`
            : html`<div class="columns ${this.stacked ? 'stacked' : ''} ${this.many ? 'many' : ''}">
                <section class="heads" aria-label="Heads">
                  <headlight-overview
                    .explanation=${explanation}
                    .group=${group}
                    .choice=${this.placeholder ? { ...choice, ...none } : choice}
                    .summaries=${this.shown.ratedHeads}
                    .folded=${this.isFolded('heads')}
                    @fold=${({ detail }: CustomEvent<boolean>) => this.fold('heads', detail)}
                    .moved=${this.moves.of(group.kind)}
                    @kind-choose=${({ detail }: CustomEvent<string>) => this.shown.chooseKind(detail)}
                    @order-choose=${({ detail }: CustomEvent<PanelEvents['order-choose']>) => this.shown.choose({ order: detail })}
                    @thumbnails-choose=${({ detail }: CustomEvent<PanelEvents['thumbnails-choose']>) => this.shown.choose({ thumbnails: detail })}
                    @heads-choose=${({ detail }: CustomEvent<PanelEvents['heads-choose']>) => this.shown.chooseHeads(detail)}
                  ></headlight-overview>
                </section>
                ${
                  tab.showsText
                    ? nothing
                    : html`<section class="text ${this.isFolded('text') ? 'folded' : ''}" aria-label="Text">
                        ${this.texts(group)}
                      </section>`
                }
                <section class="matrix" aria-label="Matrix">
                  ${runTools(this, tab, { finding: this.finding, find: this.toggleFind, tabulate: this.toggleTable })}
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
                  ${this.failure()}
                  <div class="stage" role="tabpanel" aria-label=${tab.label}>
                    ${this.table && tab.table === 'row' ? this.later?.chosenRow(this) : tab.picture(this)}
                  </div>
                </section>
                <div class="details">${this.later?.headDetails(this)}</div>
              </div>`
        }${this.later?.cellTip(this)}
      </main>
      <div class="visually-hidden" aria-live="polite">${this.shown.said}</div>`;
  }

  private failure() {
    const { failure } = this.shown;
    return failure ? html`<p class="failure" role="alert">${failure}</p>` : nothing;
  }

  private get tab(): PanelTab {
    return this.tabs.find(({ id }) => id === this.shown.choice.view) ?? this.tabs[0];
  }

  /** Whether a part is folded: as the user wants it, else where the picture would be out of sight. */
  private isFolded(part: keyof FoldedParts): boolean {
    return this.shown.choice.folded[part] ?? this.isLow.matches;
  }

  private fold(part: keyof FoldedParts, folded: boolean): void {
    this.shown.choose({ folded: { ...this.shown.choice.folded, [part]: folded } });
  }

  /** Whether heads and text stand below each other in a narrow panel, not side by side. */
  private get stacked(): boolean {
    return this.isFolded('heads') || this.isFolded('text') || this.many || this.tab.showsText === true;
  }

  private get many(): boolean {
    return this.shown.group.layers.reduce((sum, layer) => sum + layer.heads, 0) > manyHeads;
  }

  private readonly onLow = () => this.requestUpdate();

  /** Shows a tab's picture: where it stands below other parts, these are scrolled away. */
  private showTab(id: string): void {
    this.shown.choose({ view: id });
    if (!matchMedia(narrow).matches) return;
    void this.updateComplete.then(() => {
      const part = this.element<HTMLElement>('.matrix');
      const tabs = this.element('headlight-tabs');
      if (!part || !tabs) return;
      const { top } = part.getBoundingClientRect();
      const hidden = top < tabs.getBoundingClientRect().bottom;
      if (!hidden && !matchMedia(slim).matches && top < innerHeight / 2) return;
      // The tabs stay in sight above it.
      part.style.scrollMarginTop = `${tabs.offsetHeight}px`;
      part.scrollIntoView({ block: 'start' });
    });
  }

  private observeAbove(): void {
    const parts = [...this.renderRoot.querySelectorAll('headlight-bar, headlight-tabs, .heads, .text, .tools, .panel')];
    if (parts.length === this.measured.length && parts.every((part, i) => part === this.measured[i])) return;
    this.above.disconnect();
    this.measured = parts;
    for (const part of parts) this.above.observe(part);
  }

  private measureAbove(): void {
    const stage = this.element('.stage');
    const panel = this.element('.panel');
    if (!stage || !panel) return;
    const above = stage.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    this.style.setProperty('--above', `${Math.round(above)}px`);
  }

  private readonly onExport = ({ detail }: CustomEvent<PanelEvents['export-choose']>) => {
    const { run, shown, host } = this;
    const { exports } = this.tab;
    const view = exports.element === undefined ? undefined : this.element<HTMLElement & PictureView>(exports.element);
    import('./exportRun')
      .then(({ exportRun }) => exportRun(detail, run, shown, host, exports, view))
      .then(
        said => this.shown.tell(said),
        (error: unknown) => this.shown.fail(error),
      );
  };

  element<Found extends HTMLElement>(selector: string): Found | undefined {
    return this.renderRoot.querySelector<Found>(selector) ?? undefined;
  }

  private texts(group: AttentionGroup) {
    const token = this.tokensOf(group.queries)[this.shown.shownQuery];
    const from = html`<span class="dim"
      >from token ${this.shown.shownQuery}
      <bdi class="token">${token ? quotedToken(token, this.textOf(group.queries)) : ''}</bdi></span
    >`;
    const fold = (words: string) => foldButton(words, this.isFolded('text'), folded => this.fold('text', folded));
    if (group.queries === group.keys) {
      return html`<div class="part">
        <h2>${fold(group.keys === 'input' ? 'The text' : 'Written')} ${from}</h2>
        ${this.text(group.keys, group)}
      </div>`;
    }
    return html`<div class="part">
        <h2>${fold('Written')}</h2>
        ${this.text(group.queries, group)}
      </div>
      <div class="part">
        <h2 class="second">The text ${from}</h2>
        ${this.text(group.keys, group)}
      </div>`;
  }

  private text(sequence: SequenceName, { queries, keys }: AttentionGroup) {
    const { row, shownQuery, pointed, choice } = this.shown;
    return html`<headlight-text
      .sequence=${sequence}
      .text=${this.textOf(sequence)}
      .tokens=${this.tokensOf(sequence)}
      .scale=${choice.scale}
      .label=${sequence === 'input' ? 'Tokens of the text' : 'Tokens of what was written'}
      .folded=${this.isFolded('text')}
      .answer=${sequence === 'input' ? this.run.explanation.answers?.[0] : undefined}
      .weights=${sequence === keys ? row : undefined}
      .query=${sequence === queries ? shownQuery : undefined}
      .pointed=${sequence === keys ? pointed?.key : undefined}
      @token-point=${({ detail }: CustomEvent<PanelEvents['token-point']>) => this.shown.pointToken(detail, sequence)}
      @token-choose=${({ detail }: CustomEvent<number>) => this.shown.chooseToken(detail, sequence)}
    ></headlight-text>`;
  }

  private textOf(sequence: SequenceName): string {
    return textOf(this.run.explanation, sequence);
  }

  private tokensOf(sequence: SequenceName) {
    return tokensOf(this.run.explanation, sequence);
  }

  private readonly labels = new WeakMap<object, readonly string[]>();

  labelsOf(sequence: SequenceName): readonly string[] {
    const tokens = this.tokensOf(sequence);
    let labels = this.labels.get(tokens);
    if (!labels) this.labels.set(tokens, (labels = tokens.map(token => tokenLabel(token, this.textOf(sequence)))));
    return labels;
  }

  toggleBrushing(): void {
    this.brushing = !this.brushing;
  }

  private readonly toggleTable = () => {
    this.table = !this.table;
    this.shown.point(undefined);
  };

  private readonly toggleFind = () => {
    this.finding = !this.finding;
    if (!this.finding) void this.updateComplete.then(() => this.element('headlight-matrix')?.focus());
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
    const { tab, shown } = this;
    const own = tab.keys?.[event.key.toLowerCase()];
    const other = this.tabs[Number(event.key) - 1] as PanelTab | undefined;
    if (own) own(this);
    else if (other) this.showTab(other.id);
    else {
      switch (event.key) {
        case '[':
          shown.step(-1);
          break;
        case ']':
          shown.step(1);
          break;
        case 't':
        case 'T':
          if (!tab.table) return;
          this.toggleTable();
          break;
        case 'v':
        case 'V':
          shown.readNext();
          break;
        case 'f':
        case 'F':
          if (!tab.tools?.includes('reading')) return;
          shown.toggleFirst();
          break;
        case '/':
          this.toggleFind();
          break;
        case 'Escape':
          this.clear();
          break;
        default:
          return;
      }
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
