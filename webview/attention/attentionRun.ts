import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { MatrixScale, PanelContent, PanelSelection, TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, AttentionTensor, HeadAddress, SequenceName } from '../../core/protocol/explanation';
import '../common/segmented';
import type { Segment, Segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { attentionRunStyles } from './attentionRun.styles';
import { type Choice, defaultHead, defaultQuery, groupOf, layerOf, neighbourHead, resolveChoice, tokensOf } from './choice';
import './colorLegend';
import type { Cell, PanelEvents, Pointed } from './events';
import './findBar';
import { HeadCache } from './headCache';
import './headGrid';
import { fromTensor, fromThumbnail, type HeadMatrix, rowAt, weightAt } from './headMatrix';
import './matrixView';
import type { MatrixView } from './matrixView';
import './panelBar';
import './rowDetails';
import './rowTable';
import './tip';
import './tokenText';
import type { TokenText } from './tokenText';
import { count, formatWeight, headName, kindName, quotedToken, spokenCell, tokenLabel } from './wording';

type Run = Extract<PanelContent, { phase: 'run' }>;

/** What a run asks of and tells the extension host. */
export interface RunHost {
  head(address: HeadAddress, signal: AbortSignal): Promise<AttentionTensor>;
  hover(token: TokenAddress | undefined): void;
  select(selection: PanelSelection): void;
}

const scales: readonly Segment[] = [
  { value: 'linear', label: 'linear', name: 'Linear scale' },
  { value: 'sqrt', label: '√', name: 'Square root scale' },
  { value: 'log', label: 'log', name: 'Logarithmic scale, four decades' },
];

/** The height of what stands below the matrix, in CSS pixels, with its distance. */
const footHeight = 38;

/** A run: its heads, its text, the matrix of the chosen head, and what the chosen row says. */
@customElement('headlight-run')
export class AttentionRun extends LitElement {
  static override styles = [sharedStyles, attentionRunStyles];

  @property({ attribute: false }) run!: Run;
  @property({ attribute: false }) host!: RunHost;
  /** What was chosen before, in this run. */
  @property({ attribute: false }) selection: PanelSelection = {};

  @state() private choice!: Choice;
  @state() private matrix!: HeadMatrix;
  @state() private pointed?: Pointed;
  @state() private locked = false;
  @state() private table = false;
  @state() private finding = false;
  /** What the live region says. */
  @state() private said = '';
  @state() private failure = '';

  @query('headlight-matrix') private readonly matrixView?: MatrixView;
  private cache!: HeadCache;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.onKey);
    addEventListener('scroll', this.onScroll, { capture: true, passive: true });
  }

  override disconnectedCallback(): void {
    removeEventListener('keydown', this.onKey);
    removeEventListener('scroll', this.onScroll, { capture: true });
    this.cache.cancel();
    super.disconnectedCallback();
  }

  /** Chooses the token that the caret is on, where it looks; else points at it. */
  showCaret(caret: TokenAddress | undefined): void {
    if (!caret || !this.choice) return;
    const { queries, keys } = this.group;
    this.pointed = undefined;
    if (caret.sequence === queries) this.choose({ query: caret.index });
    else if (caret.sequence === keys) this.pointed = { query: this.choice.query, key: caret.index };
    for (const text of this.renderRoot.querySelectorAll<TokenText>('headlight-text')) {
      if (text.sequence === caret.sequence) text.reveal(caret.index);
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('run')) return;
    this.cache = new HeadCache(async (address, signal) => fromTensor(await this.host.head(address, signal)));
    this.choice = resolveChoice(this.run.explanation, this.selection);
    this.pointed = undefined;
    this.locked = false;
    this.finding = false;
    this.loadMatrix();
  }

  override render() {
    const { explanation } = this.run;
    const { group, shownQuery, matrix, choice } = this;
    const heads = group.layers.reduce((sum, layer) => sum + layer.heads, 0);
    return html`<div class="panel">
      <headlight-bar .run=${this.run} .group=${group}></headlight-bar>
      <div class="columns">
        <section class="heads" aria-label="Heads">
          <h2>Heads <span class="dim">all ${count(heads)}, maximum-pooled</span></h2>
          ${explanation.groups.length > 1 ? html`<headlight-segmented class="kinds" label="Kind of attention" .value=${group.kind}
            .segments=${explanation.groups.map(({ kind }) => ({ value: kind, label: kindName(kind) }))} @change=${this.onKind}></headlight-segmented>` : nothing}
          <headlight-heads .group=${group} .chosen=${choice.head} .scale=${choice.scale} @head-choose=${this.onHead}></headlight-heads>
        </section>
        <section class="text" aria-label="Text">${this.texts(group)}</section>
        <section class="matrix" aria-label="Matrix">
          <div class="tools">
            <h2>${headName(choice.head)} <span class="dim">${this.table ? 'one row, strongest first' : 'query ↓ looks at key →'}</span></h2>
            <span class="grow"></span>
            ${this.locked ? html`<button class="tool on" title="Row ${choice.query} is locked: let go of it (Enter)" aria-label="Unlock row ${choice.query}" @click=${this.onLock}><span class="icon" aria-hidden="true">\uea75</span></button>` : nothing}
            <button class="tool" title="Find a token (/)" aria-label="Find a token" aria-pressed=${this.finding} @click=${this.toggleFind}><span class="icon" aria-hidden="true">\uea6d</span></button>
            <button class="tool" title="Show the row as a table (T)" aria-label="Show the row as a table" aria-pressed=${this.table} @click=${this.toggleTable}><span class="icon" aria-hidden="true">\uebb7</span></button>
            <headlight-segmented label="Scale" .segments=${scales} .value=${choice.scale} @change=${this.onScale}></headlight-segmented>
          </div>
          ${this.finding ? html`<headlight-find .text=${this.textOf(group.queries)} .tokens=${tokensOf(explanation, group.queries)}
            @token-choose=${this.onFound} @close=${this.toggleFind}></headlight-find>` : nothing}
          ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}
          <div class="stage">
            ${this.table
              ? html`<headlight-row-table tabindex="0" .name=${headName(choice.head)} .queryIndex=${shownQuery} .queryTokens=${tokensOf(explanation, group.queries)}
                  .queryText=${this.textOf(group.queries)} .keyTokens=${tokensOf(explanation, group.keys)} .keyText=${this.textOf(group.keys)}
                  .weights=${matrix.exact ? this.row : undefined} .causal=${group.causal}></headlight-row-table>`
              : html`<headlight-matrix .matrix=${matrix} .rowLabels=${this.labelsOf(group.queries)} .columnLabels=${this.labelsOf(group.keys)}
                  .causal=${group.causal} .scale=${choice.scale} .shownQuery=${shownQuery} .locked=${this.locked} .pointed=${this.pointed} .reserved=${footHeight}
                  .label=${`${headName(choice.head)}, ${matrix.queries} queries by ${matrix.keys} keys. Arrow keys move from cell to cell.`}
                  @cell-point=${this.onPoint} @cell-move=${this.onMove} @cell-choose=${this.onChoose} @lock=${this.onLock}></headlight-matrix>
                <div class="foot"><headlight-legend .scale=${choice.scale} .weight=${this.pointedWeight}></headlight-legend>
                  <span class="hints dim">arrows move · Enter locks · T table · / find · [ ] heads</span></div>`}
          </div>
        </section>
        <headlight-details class="details" .explanation=${explanation} .group=${group} .query=${shownQuery}
          .weights=${matrix.exact ? this.row : undefined} .pointedKey=${this.pointed?.key} @cell-point=${this.onPoint}></headlight-details>
      </div></div>
      ${this.tip()}
      <div class="visually-hidden" aria-live="polite">${this.said}</div>`;
  }

  private texts(group: AttentionGroup) {
    const { explanation } = this.run;
    const { shownQuery, choice, pointed } = this;
    const token = tokensOf(explanation, group.queries)[shownQuery];
    const from = html`<span class="dim">from token ${shownQuery} <bdi class="token">${token ? quotedToken(token, this.textOf(group.queries)) : ''}</bdi></span>`;
    const text = (sequence: SequenceName, queries: boolean, keys: boolean) => html`<headlight-text .sequence=${sequence}
      .text=${this.textOf(sequence)} .tokens=${tokensOf(explanation, sequence)} .scale=${choice.scale} .label=${sequence === 'input' ? 'Tokens of the text' : 'Tokens of what was written'}
      .weights=${keys ? this.row : undefined} .query=${queries ? shownQuery : undefined}
      .pointed=${keys ? pointed?.key : undefined}
      @token-point=${(event: CustomEvent<PanelEvents['token-point']>) => this.onToken(event.detail, sequence, keys)}
      @token-choose=${(event: CustomEvent<number>) => this.onTokenChosen(event.detail, queries)}></headlight-text>`;
    if (group.queries === group.keys) {
      return html`<h2>${group.keys === 'input' ? 'The text' : 'What was written'} ${from}</h2>${text(group.keys, true, true)}`;
    }
    return html`<h2>What was written</h2>${text(group.queries, true, false)}<h2 class="second">The text ${from}</h2>${text(group.keys, false, true)}`;
  }

  private tip() {
    const { pointed, matrix, group } = this;
    if (!pointed?.anchor) return html`<headlight-tip hidden></headlight-tip>`;
    const { explanation } = this.run;
    const name = (sequence: SequenceName, index: number | undefined) => {
      const token = index === undefined ? undefined : tokensOf(explanation, sequence)[index];
      return token ? quotedToken(token, this.textOf(sequence)) : '';
    };
    const { query, key } = pointed;
    const hidden = group.causal && query !== undefined && key !== undefined && key > query;
    const value = hidden ? '' : this.pointedWeight === undefined ? (query !== undefined && key !== undefined ? '…' : '') : formatWeight(this.pointedWeight);
    const places = [
      query === undefined ? '' : `row ${query} of ${matrix.queries - 1}`,
      key === undefined ? '' : `column ${key}`,
      hidden ? 'comes later, cannot be seen' : group.queries === group.keys && query !== undefined && key !== undefined ? distance(query - key) : '',
    ].filter(part => part !== '');
    return html`<headlight-tip .anchor=${pointed.anchor} .from=${query === undefined ? '' : name(group.queries, query)} .to=${name(group.keys, key)}
      .value=${value} .note=${places.join(' · ')}></headlight-tip>`;
  }

  private get group(): AttentionGroup {
    return groupOf(this.run.explanation, this.choice.head);
  }

  /** The row that text and details tell of: the chosen one, or the one under the pointer unless locked. */
  private get shownQuery(): number {
    return this.locked ? this.choice.query : this.pointed?.query ?? this.choice.query;
  }

  private rowOf?: { matrix: HeadMatrix; query: number; row: Float32Array };

  private get row(): Float32Array {
    const { matrix, shownQuery } = this;
    if (this.rowOf?.matrix !== matrix || this.rowOf.query !== shownQuery) this.rowOf = { matrix, query: shownQuery, row: rowAt(matrix, shownQuery) };
    return this.rowOf.row;
  }

  private get pointedWeight(): number | undefined {
    const { query, key } = this.pointed ?? {};
    return this.matrix.exact && query !== undefined && key !== undefined ? weightAt(this.matrix, query, key) : undefined;
  }

  private textOf(sequence: SequenceName): string {
    return sequence === 'input' ? this.run.explanation.text : this.run.explanation.output?.text ?? '';
  }

  private readonly labels = new WeakMap<object, readonly string[]>();

  private labelsOf(sequence: SequenceName): readonly string[] {
    const tokens = tokensOf(this.run.explanation, sequence);
    let labels = this.labels.get(tokens);
    if (!labels) this.labels.set(tokens, labels = tokens.map(token => tokenLabel(token, this.textOf(sequence))));
    return labels;
  }

  private choose(change: Partial<Choice>): void {
    const before = this.choice;
    this.choice = { ...before, ...change };
    if (this.choice.head !== before.head) this.loadMatrix();
    const { head, query, scale } = this.choice;
    this.host.select({ head, query, scale });
  }

  /** Shows the thumbnail at once, and the full numbers when they are there. */
  private loadMatrix(): void {
    const address = this.choice.head;
    const layer = layerOf(this.run.explanation, address);
    if (!layer) return;
    this.failure = '';
    const pooled = fromThumbnail(layer, address.head);
    this.matrix = pooled.exact ? pooled : this.cache.get(address) ?? pooled;
    if (this.matrix.exact) {
      this.cache.cancel();
      return;
    }
    this.cache.load(address).then(matrix => {
      if (this.choice.head === address) this.matrix = matrix;
    }, (error: unknown) => {
      if (this.choice.head === address) this.failure = error instanceof Error ? error.message : String(error);
    });
  }

  private point(pointed: Pointed | undefined, hovered: TokenAddress | undefined): void {
    this.pointed = pointed;
    this.host.hover(hovered);
  }

  private queryAddress(index: number | undefined): TokenAddress | undefined {
    return index === undefined ? undefined : { sequence: this.group.queries, index };
  }

  private readonly onPoint = ({ detail }: CustomEvent<PanelEvents['cell-point']>) => {
    if (!detail) this.point(undefined, undefined);
    else if (detail.query !== undefined) this.point(detail, this.queryAddress(detail.query));
    else this.point({ ...detail, query: this.shownQuery }, detail.key === undefined ? undefined : { sequence: this.group.keys, index: detail.key });
  };

  private readonly onMove = ({ detail }: CustomEvent<PanelEvents['cell-move']>) => {
    this.point(detail, this.queryAddress(detail.query));
    if (!this.locked) this.choose({ query: detail.query });
    this.say(detail);
  };

  private say({ query = 0, key = 0 }: Cell): void {
    const { group } = this;
    const at = (sequence: SequenceName, index: number) => ({ index, token: tokensOf(this.run.explanation, sequence)[index], text: this.textOf(sequence) });
    this.said = spokenCell(at(group.queries, query), at(group.keys, key), this.matrix.exact ? weightAt(this.matrix, query, key) : undefined);
  }

  private readonly onChoose = ({ detail: { query } }: CustomEvent<PanelEvents['cell-choose']>) => {
    if (query === undefined) return;
    this.locked = !(this.locked && query === this.choice.query);
    this.choose({ query });
  };

  private readonly onLock = () => {
    this.locked = !this.locked;
    this.said = this.locked ? `Row ${this.choice.query} locked` : 'Row unlocked';
  };

  private onToken(pointed: PanelEvents['token-point'], sequence: SequenceName, keys: boolean): void {
    if (!pointed) this.point(undefined, undefined);
    else if (keys) this.point({ query: this.shownQuery, key: pointed.index, anchor: pointed.anchor }, { sequence, index: pointed.index });
    else this.host.hover({ sequence, index: pointed.index });
  }

  private onTokenChosen(index: number, queries: boolean): void {
    if (queries) {
      this.pointed = undefined;
      this.choose({ query: index });
    } else {
      this.pointed = { query: this.shownQuery, key: index };
      this.say(this.pointed);
    }
  }

  private readonly onFound = ({ detail }: CustomEvent<number>) => this.onTokenChosen(detail, true);

  private readonly onHead = ({ detail }: CustomEvent<PanelEvents['head-choose']>) => {
    this.choose({ head: { kind: this.group.kind, ...detail } });
  };

  private readonly onKind = (event: Event) => {
    const { explanation } = this.run;
    const head = defaultHead(explanation, explanation.groups.find(group => group.kind === (event.target as Segmented).value)?.kind);
    const queries = groupOf(explanation, head).queries;
    this.pointed = undefined;
    this.choose({ head, query: queries === this.group.queries ? this.choice.query : defaultQuery(tokensOf(explanation, queries)) });
  };

  private readonly onScale = (event: Event) => this.choose({ scale: (event.target as Segmented).value as MatrixScale });

  private readonly toggleTable = () => {
    this.table = !this.table;
    this.pointed = undefined;
  };

  private readonly toggleFind = () => {
    this.finding = !this.finding;
    if (!this.finding) void this.updateComplete.then(() => this.matrixView?.focus());
  };

  private readonly onScroll = () => {
    if (this.pointed?.anchor) this.pointed = { query: this.pointed.query, key: this.pointed.key };
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || target instanceof HTMLInputElement) return;
    switch (event.key) {
      case '[': this.choose({ head: neighbourHead(this.group, this.choice.head, -1) }); break;
      case ']': this.choose({ head: neighbourHead(this.group, this.choice.head, 1) }); break;
      case 't': case 'T': this.toggleTable(); break;
      case '/': this.toggleFind(); break;
      case 'Escape': this.clear(); break;
      default: return;
    }
    event.preventDefault();
  };

  private clear(): void {
    if (this.finding) this.toggleFind();
    else if (this.table) this.toggleTable();
    else if (this.pointed) this.point(undefined, undefined);
    else this.locked = false;
  }
}

function distance(back: number): string {
  if (back === 0) return 'itself';
  return back > 0 ? `${count(back)} back` : `${count(-back)} ahead`;
}
