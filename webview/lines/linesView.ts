import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { AttentionGroup, Explanation, HeadAddress } from '../../core/run/explanation';
import { textOf, tokensOf } from '../run/choice';
import type { HeadMatrix } from '../run/headMatrix';
import { labelLengths } from '../matrix/matrixLabels';
import { formatWeight, spokenToken, tokenLabel } from '../run/wording';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { pointing } from '../common/pointing';
import { tabViewStyles } from '../run/tabView.styles';
import { sliderStyles } from '../common/slider.styles';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { columnKey } from './columnKey';
import { type HeadPen, headPens } from '../common/headPens';
import { edgesOf, type IsolatedToken, isolateToken } from './isolatedToken';
import { LinesCanvas } from './linesCanvas';
import { type ColumnToken, layOutLines, type LinesLayout, rowMiddle, rowsBetween, type Side } from './linesLayout';
import { columnHeading, headLegend, notDrawn, thresholdSlider } from './linesTools';
import { linesViewStyles } from './linesView.styles';
import { countFrom, defaultLevel, type SortedEdges } from '../../core/attention/sortedEdges';
import { tokenColumn } from './tokenColumn';
import { icon, iconCharacter } from '../common/icons';

/** A head and its numbers. */
export interface ShownHead {
  readonly address: HeadAddress;
  readonly matrix: HeadMatrix;
}

const sides: readonly Side[] = ['query', 'key'];

function otherHeads(now: readonly ShownHead[], before: readonly ShownHead[] | undefined): boolean {
  return (
    now.length !== before?.length ||
    now.some(({ address, matrix }, i) => matrix !== before[i].matrix || address !== before[i].address)
  );
}

function sameToken(a: ColumnToken | undefined, b: ColumnToken | undefined): boolean {
  return a?.side === b?.side && a?.index === b?.index;
}

/**
 * Attention as lines from the tokens that look, left, to those that are looked at, right. Pointing at a token, or moving
 * the focus to it, shows its lines alone, with their numbers; a click or Enter keeps it so.
 *
 * Fires `query-choose` (the token's place, a number) and `token-hover` (`{ sequence, index }`, or undefined for none).
 */
@customElement('headlight-lines')
export class LinesView extends LitElement {
  static override styles = [sharedStyles, tabViewStyles, sliderStyles, linesViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  /** The heads to show, all of `group`; nothing is drawn until the numbers of all of them are there. */
  @property({ attribute: false, hasChanged: otherHeads }) matrices: readonly ShownHead[] = [];
  /** How many heads are selected: of very many only some are drawn. */
  @property({ attribute: false }) selected = 0;
  /** The query that the rest of the panel tells about. */
  @property({ attribute: false }) query = 0;
  /** Of two texts, the first token of the second: a line stands above it. */
  @property({ attribute: false }) boundary?: number;

  @state() private pointed?: ColumnToken;
  @state() private locked?: ColumnToken;
  /** The level that the user set. */
  @state() private level?: number;
  /** The token of each column that Tab leads to. */
  private focused: Record<Side, number> = { query: 0, key: 0 };

  @query('.scroll') private readonly scroller?: HTMLElement;
  @query('canvas') private readonly canvas?: HTMLCanvasElement;

  private readonly themes = new ThemeController(this);
  private readonly resizes = new ResizeObserver(() => this.requestUpdate());
  private observed?: HTMLElement;
  private edges: readonly SortedEdges[] = [];
  private lowest = 1;
  private names: Record<Side, readonly string[]> = { query: [], key: [] };
  private lengths?: { readonly theme: Theme; readonly names: object; readonly most: Record<Side, number> };
  private isolated?: IsolatedToken;
  private layout?: LinesLayout;
  private readonly drawing = new LinesCanvas();

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    this.observed = undefined;
    super.disconnectedCallback();
  }

  private get addresses(): HeadAddress[] {
    return this.matrices.map(({ address }) => address);
  }

  private get exact(): boolean {
    return this.matrices.length > 0 && this.edges.length === this.matrices.length;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation') || changed.has('group')) {
      this.pointed = this.locked = undefined;
      const named = (side: Side) => this.tokens(side).map(token => tokenLabel(token, this.text(side)));
      this.names = { query: named('query'), key: named('key') };
      this.focused = { query: this.query, key: 0 };
    }
    if (changed.has('query')) this.focused.query = Math.min(this.query, this.names.query.length - 1);
    if (changed.has('matrices')) {
      this.edges = this.matrices.flatMap(({ matrix }) => edgesOf(matrix) ?? []);
      this.lowest = defaultLevel(this.edges, this.names.query.length);
      this.isolated = undefined;
    }
    if (this.exact) this.isolated = this.isolate(this.locked ?? this.pointed);
  }

  override render() {
    if (!this.exact) return html`<p class="dim" role="status">The numbers are on their way.</p>`;
    const { theme } = this.themes;
    const pens = headPens(theme, this.matrices.length);
    const level = this.level ?? this.lowest;
    return html`<div class="tools">
        ${headLegend(this.addresses, pens)}${thresholdSlider(level, countFrom(this.edges, level), this.setLevel)}
      </div>
      ${
        this.selected > this.matrices.length
          ? html`<p class="left-out" role="note">${icon('info')}${notDrawn(this.matrices.length, this.selected)}</p>`
          : nothing
      }
      ${this.body(theme, pens)}
      <div class="said" title=${this.isolated?.written ?? ''}>
        ${
          this.isolated
            ? html`${this.locked ? html`<span class="icon" role="img" aria-label="Locked:">${iconCharacter('lock')}</span>` : nothing}<bdi
                  >${this.isolated.written}</bdi
                >`
            : html`<span class="dim">point at a token · Enter locks · Escape lets go</span>`
        }
      </div>`;
  }

  private body(theme: Theme, pens: readonly HeadPen[]) {
    const { scroller, matrices } = this;
    const width = scroller?.clientWidth ?? 0;
    const height = scroller?.clientHeight ?? 0;
    const layout = (this.layout =
      width > 0
        ? layOutLines({
            width,
            height,
            queries: this.names.query.length,
            keys: this.names.key.length,
            heads: matrices.length,
            labels: this.labelWidths(theme),
          })
        : undefined);
    const edge = (side: Side) =>
      layout &&
      (side === 'query' ? layout.left - layout.query.labelWidth - layout.numbersWidth : layout.left + layout.width);
    return html`<div class="heading dim" aria-hidden="true">
        ${
          layout
            ? sides.map(side =>
                columnHeading(
                  side,
                  layout,
                  this.addresses,
                  pens,
                  this.isolated !== undefined && this.isolated.token.side !== side,
                ),
              )
            : nothing
        }
      </div>
      <div
        class="scroll"
        @scroll=${this.onScroll}
        @click=${this.onClick}
        @keydown=${this.onKey}
        ${pointing(this.onPoint, true)}
      >
        <div class="sheet" ${inlineStyle({ height: `${layout?.height ?? 0}px` })}>
          <canvas></canvas>${
            layout
              ? sides.map(side => {
                  const column = layout[side];
                  const [first, end] = rowsBetween(
                    column,
                    (scroller?.scrollTop ?? 0) - height / 2,
                    (scroller?.scrollTop ?? 0) + height * 1.5,
                  );
                  const { isolated } = this;
                  const other = isolated && isolated.token.side !== side ? isolated : undefined;
                  return html`<div
                    class="column mono ${side}"
                    role="listbox"
                    aria-orientation="vertical"
                    ${inlineStyle({ left: `${edge(side)}px`, width: `${column.labelWidth + layout.numbersWidth}px` })}
                    aria-label=${side === 'query' ? 'Queries: tokens that look' : 'Keys: tokens that are looked at'}
                  >
                    ${tokenColumn({
                      side,
                      column,
                      first,
                      end,
                      theme,
                      pens,
                      names: this.names[side],
                      spoken: index => this.spoken(side, index),
                      focused: Math.min(this.focused[side], column.count - 1),
                      chosen: side === 'query' ? this.query : undefined,
                      own: isolated?.token.side === side ? isolated.token.index : undefined,
                      locked: this.locked?.side === side ? this.locked.index : undefined,
                      secondText: this.boundary,
                      mean: other?.mean,
                      numbers: other && (layout.numbers === matrices.length ? other.weights : [other.mean]),
                    })}
                  </div>`;
                })
              : nothing
          }
        </div>
      </div>`;
  }

  protected override updated(): void {
    const { scroller, layout } = this;
    if (!this.exact || !scroller) return;
    // The layout needs the room that the first rendering makes.
    if (!layout && scroller.clientWidth > 0) this.requestUpdate();
    if (this.observed !== scroller) this.resizes.observe((this.observed = scroller));
    if (layout && this.canvas) {
      this.drawing.update(this.canvas, scroller, {
        layout,
        edges: this.edges,
        matrices: this.matrices.map(({ matrix }) => matrix),
        token: this.isolated?.token,
        level: this.level ?? this.lowest,
        theme: this.themes.theme,
      });
    }
  }

  private isolate(token: ColumnToken | undefined): IsolatedToken | undefined {
    const { isolated } = this;
    if (!token || (isolated && sameToken(isolated.token, token))) return token && isolated;
    return isolateToken(
      this.explanation,
      this.group,
      this.matrices.map(({ matrix }) => matrix),
      token,
    );
  }

  private spoken(side: Side, index: number): string {
    const { isolated } = this;
    if (sameToken(isolated?.token, { side, index })) return `${index} ${isolated?.spoken}`;
    const weight = isolated && isolated.token.side !== side ? `, ${formatWeight(isolated.mean[index])}` : '';
    return `${index} ${spokenToken(this.tokens(side)[index], this.text(side))}${weight}`;
  }

  private labelWidths(theme: Theme): Record<Side, number> {
    if (this.lengths?.theme !== theme || this.lengths.names !== this.names) {
      const most = (side: Side) =>
        labelLengths(this.names[side], theme).reduce((longest, length) => Math.max(longest, length), 0);
      this.lengths = { theme, names: this.names, most: { query: most('query'), key: most('key') } };
    }
    return this.lengths.most;
  }

  private sequence(side: Side) {
    return side === 'query' ? this.group.queries : this.group.keys;
  }

  private tokens(side: Side) {
    return tokensOf(this.explanation, this.sequence(side));
  }

  private text(side: Side): string {
    return textOf(this.explanation, this.sequence(side));
  }

  private point(token: ColumnToken | undefined): void {
    if (sameToken(token, this.pointed)) return;
    this.pointed = token;
    this.dispatchEvent(
      componentEvent('token-hover', token && { sequence: this.sequence(token.side), index: token.index }),
    );
  }

  private lock(token: ColumnToken): void {
    const again = sameToken(token, this.locked);
    this.locked = again ? undefined : token;
    this.focused[token.side] = token.index;
    if (token.side === 'query' && !again) this.dispatchEvent(componentEvent('query-choose', token.index));
  }

  private tokenOf(event: Event): ColumnToken | undefined {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : undefined;
    return option ? { side: option.dataset['side'] as Side, index: Number(option.dataset['index']) } : undefined;
  }

  private readonly setLevel = (level: number) => {
    this.level = level;
  };

  private readonly onScroll = () => this.requestUpdate();

  private readonly onPoint = (event?: Event) => this.point(event && this.tokenOf(event));

  private readonly onClick = (event: Event) => {
    const token = this.tokenOf(event);
    if (token) this.lock(token);
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const token = this.tokenOf(event);
    if (!token || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      this.lock(token);
    } else if (event.key === 'Escape') {
      if (!this.locked && !this.pointed) return;
      this.locked = undefined;
      this.point(undefined);
    } else {
      const next = columnKey(
        event.key,
        token,
        { query: this.names.query.length, key: this.names.key.length },
        this.strongest(),
      );
      if (!next) return;
      this.moveTo(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  /** Of the other column, what the token whose lines are shown has most to do with. */
  private strongest(): number {
    const mean = this.isolated?.mean;
    return mean ? mean.reduce((best, weight, i) => (weight > mean[best] ? i : best), 0) : 0;
  }

  private moveTo({ side, index }: ColumnToken): void {
    const { scroller, layout } = this;
    if (!scroller || !layout) return;
    this.focused[side] = index;
    this.point({ side, index });
    const middle = rowMiddle(layout[side], index);
    const { scrollTop, clientHeight } = scroller;
    if (middle < scrollTop + 30) scroller.scrollTop = middle - 30;
    else if (middle > scrollTop + clientHeight - 30) scroller.scrollTop = middle + 30 - clientHeight;
    this.requestUpdate();
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`.${side} [data-index="${index}"]`)?.focus({ preventScroll: true }),
    );
  }
}
