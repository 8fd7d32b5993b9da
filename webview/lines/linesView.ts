import { html, LitElement, nothing, type PropertyValues, svg } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { AttentionGroup, Explanation, HeadAddress } from '../../core/protocol/explanation';
import { textOf, tokensOf } from '../attention/choice';
import type { HeadMatrix } from '../attention/headMatrix';
import { labelLengths } from '../attention/matrixLabels';
import { count, formatWeight, headName, spokenToken, tokenLabel } from '../attention/wording';
import { fitCanvas, onPixelRatioChange } from '../common/canvas';
import { cssColor } from '../common/colorScale';
import { css } from '../common/cssom';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { type HeadPen, headPens } from './headPens';
import { type ColumnToken, layOutLines, type LinesLayout, rowMiddle, rowsBetween, type Side } from './linesLayout';
import { mostLines, paintLines, paintToken, tokenWeights } from './linesPainter';
import { linesViewStyles } from './linesView.styles';
import { countFrom, defaultLevel, levels, type SortedEdges, sortEdges, weightOf } from './sortedEdges';
import { tokenColumn } from './tokenColumn';
import { tokenSentence } from './tokenSentence';

/** A head and its numbers. */
export interface ShownHead {
  readonly address: HeadAddress;
  readonly matrix: HeadMatrix;
}

/** The weights that one token gives or is given, while its lines are shown alone. */
interface Isolated {
  readonly token: ColumnToken;
  /** One array for each head, and their mean: a weight for each token of the other column. */
  readonly weights: readonly Float32Array[];
  readonly mean: Float32Array;
  readonly sentence: string;
}

const sides: readonly Side[] = ['query', 'key'];

/**
 * Attention as lines from the tokens that look, left, to those that are looked at, right. Pointing at a token, or moving
 * the focus to it, shows its lines alone, with their numbers; a click or Enter keeps it so.
 *
 * Fires `query-choose` (the token's place, a number) and `token-hover` (`{ sequence, index }`, or undefined for none).
 */
@customElement('headlight-lines')
export class LinesView extends LitElement {
  static override styles = [sharedStyles, linesViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  /** The heads to show, all of `group`; nothing is drawn until all of them are exact. */
  @property({ attribute: false }) matrices: readonly ShownHead[] = [];
  /** The query that the rest of the panel tells about. */
  @property({ attribute: false }) query = 0;

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
  private endRatioWatch?: () => void;
  private edges: readonly SortedEdges[] = [];
  private lowest = 1;
  private names: Record<Side, readonly string[]> = { query: [], key: [] };
  private lengths?: { readonly theme: Theme; readonly names: object; readonly most: Record<Side, number> };
  private isolated?: Isolated;
  private layout?: LinesLayout;
  private painted?: readonly unknown[];
  /** The part of the sheet that the canvas covers. */
  private covered = { from: 0, to: 0 };

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    this.endRatioWatch = onPixelRatioChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    this.endRatioWatch?.();
    super.disconnectedCallback();
  }

  private get exact(): boolean {
    return this.matrices.length > 0 && this.matrices.every(({ matrix }) => matrix.exact);
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
      this.edges = this.exact ? this.matrices.map(({ matrix }) => sortEdges(matrix.data)) : [];
      this.lowest = defaultLevel(this.edges, this.names.query.length);
      this.isolated = undefined;
    }
    if (this.exact) this.isolated = this.isolate(this.locked ?? this.pointed);
  }

  override render() {
    if (!this.exact) return html`<p class="dim" role="status">The numbers are on their way.</p>`;
    const { theme } = this.themes;
    const pens = headPens(theme, this.matrices.length);
    return html`<div class="tools">${this.legend(pens)}${this.slider()}</div>
      ${this.body(theme, pens)}
      <div class="said" title=${this.isolated?.sentence ?? ''}>${this.isolated
        ? html`${this.locked ? html`<span class="icon" role="img" aria-label="Locked:">\uea75</span>` : nothing}<bdi>${this.isolated.sentence}</bdi>`
        : html`<span class="dim">point at a token for its lines and numbers · Enter locks · Escape lets go</span>`}</div>`;
  }

  private legend(pens: readonly HeadPen[]) {
    return html`<ul class="legend" aria-label="Heads">${this.matrices.map(({ address }, i) => html`<li>
      <svg viewBox="0 0 26 8" aria-hidden="true">${svg`<line x1="0" y1="4" x2="26" y2="4" stroke-width="3" stroke=${cssColor(pens[i].color)} stroke-dasharray=${pens[i].dash.join(' ') || 'none'} />`}</svg>${headName(address)}</li>`)}</ul>`;
  }

  private slider() {
    const level = this.level ?? this.lowest;
    const lines = countFrom(this.edges, level);
    const weight = formatWeight(weightOf(level));
    const shown = lines > mostLines ? `${count(mostLines)} strongest of ${count(lines)}` : `${count(lines)} ${lines === 1 ? 'line' : 'lines'}`;
    return html`<label class="threshold"><span class="dim">from weight</span>
      <input type="range" min="1" max=${levels} .value=${String(level)} aria-valuetext="${weight}, ${shown}" @input=${this.onSlide}>
      <output class="number">${weight} <span class="dim">· ${shown}</span></output></label>`;
  }

  private body(theme: Theme, pens: readonly HeadPen[]) {
    const { scroller, matrices } = this;
    const width = scroller?.clientWidth ?? 0;
    const height = scroller?.clientHeight ?? 0;
    const layout = this.layout = width > 0 ? layOutLines({
      width, height, queries: this.names.query.length, keys: this.names.key.length, heads: matrices.length, labels: this.labelWidths(theme),
    }) : undefined;
    const edge = (side: Side) => layout && (side === 'query' ? layout.left - layout.query.labelWidth - layout.numbersWidth : layout.left + layout.width);
    return html`<div class="heading dim" aria-hidden="true">${layout ? sides.map(side => this.heading(side, layout, pens)) : nothing}</div>
      <div class="scroll" @scroll=${this.onScroll} @pointerover=${this.onPointer} @pointerleave=${this.onLeave} @click=${this.onClick}
        @keydown=${this.onKey} @focusin=${this.onFocus} @focusout=${this.onBlur}>
        <div class="sheet" ${css({ height: `${layout?.height ?? 0}px` })}><canvas></canvas>${layout ? sides.map(side => {
          const column = layout[side];
          const [first, end] = rowsBetween(column, (scroller?.scrollTop ?? 0) - height / 2, (scroller?.scrollTop ?? 0) + height * 1.5);
          const { isolated } = this;
          const other = isolated && isolated.token.side !== side ? isolated : undefined;
          return html`<div class="column mono ${side}" role="listbox" aria-orientation="vertical" ${css({ left: `${edge(side)}px`, width: `${column.labelWidth + layout.numbersWidth}px` })}
            aria-label=${side === 'query' ? 'Queries: tokens that look' : 'Keys: tokens that are looked at'}>${tokenColumn({
              side, column, first, end, theme, pens, names: this.names[side], spoken: index => this.spoken(side, index),
              focused: Math.min(this.focused[side], column.count - 1), chosen: side === 'query' ? this.query : undefined,
              own: isolated?.token.side === side ? isolated.token.index : undefined, locked: this.locked?.side === side ? this.locked.index : undefined,
              mean: other?.mean, numbers: other && (layout.numbers === matrices.length ? other.weights : [other.mean]),
            })}</div>`;
        }) : nothing}</div></div>`;
  }

  private heading(side: Side, layout: LinesLayout, pens: readonly HeadPen[]) {
    const { left, width, numbersWidth, numbers } = layout;
    const { labelWidth } = layout[side];
    const names = numbers < this.matrices.length ? html`<span>mean</span>` : this.matrices.map(({ address }, i) =>
      html`<span ${css({ color: cssColor(pens[i].color) })}>${address.layer}.${address.head}</span>`);
    const shown = this.isolated && this.isolated.token.side !== side ? names : nothing;
    if (side === 'query') {
      return html`<span class="names" ${css({ left: `${left - labelWidth - numbersWidth}px`, right: 'auto' })}>${shown}</span>
        <span ${css({ right: `calc(100% - ${left - 6}px)` })}>query</span>`;
    }
    return html`<span ${css({ left: `${left + width + 6}px` })}>key</span>
      <span class="names right" ${css({ left: `${left + width + labelWidth}px` })}>${shown}</span>`;
  }

  protected override updated(): void {
    const { scroller, layout } = this;
    if (!this.exact || !scroller) return;
    // The layout needs the room that the first rendering makes.
    if (!layout && scroller.clientWidth > 0) this.requestUpdate();
    this.resizes.observe(scroller);
    if (layout) this.paint(layout, scroller);
  }

  private paint(layout: LinesLayout, scroller: HTMLElement): void {
    const { scrollTop, clientHeight } = scroller;
    const { theme } = this.themes;
    const level = this.level ?? this.lowest;
    const covers = this.covered.from <= scrollTop && this.covered.to >= Math.min(layout.height, scrollTop + clientHeight);
    const inputs = [JSON.stringify(layout), this.edges, this.isolated?.token.side, this.isolated?.token.index, level, theme, devicePixelRatio, clientHeight];
    if (!this.canvas || (covers && inputs.every((value, i) => value === this.painted?.[i]))) return;
    this.painted = inputs;
    // More than what is in sight, so that scrolling moves lines and tokens together.
    const from = Math.max(0, scrollTop - clientHeight);
    const to = Math.min(layout.height, scrollTop + 2 * clientHeight);
    this.covered = { from, to };
    Object.assign(this.canvas.style, { left: `${layout.left}px`, top: `${from}px` });
    const context = fitCanvas(this.canvas, layout.width, to - from);
    if (!context) return;
    const paper = { context, layout, from, to, pens: headPens(theme, this.matrices.length), highContrast: theme.highContrast };
    if (this.isolated) paintToken(paper, this.matrices.map(({ matrix }) => matrix), this.isolated.token, level);
    else paintLines(paper, this.edges, level);
  }

  private isolate(token: ColumnToken | undefined): Isolated | undefined {
    if (!token || (this.isolated?.token.side === token.side && this.isolated.token.index === token.index)) return token && this.isolated;
    const weights = this.matrices.map(({ matrix }) => tokenWeights(matrix, token));
    const mean = weights.length === 1 ? weights[0] : weights[0].map((_, i) => weights.reduce((sum, head) => sum + head[i], 0) / weights.length);
    const other = token.side === 'query' ? 'key' : 'query';
    const name = (side: Side) => (index: number) => spokenToken(this.tokens(side)[index], this.text(side));
    return { token, weights, mean, sentence: tokenSentence(token.side, name(token.side)(token.index), mean, name(other), weights.length) };
  }

  private spoken(side: Side, index: number): string {
    const { isolated } = this;
    if (isolated?.token.side === side && isolated.token.index === index) return `${index} ${isolated.sentence}`;
    const weight = isolated && isolated.token.side !== side ? `, ${formatWeight(isolated.mean[index])}` : '';
    return `${index} ${spokenToken(this.tokens(side)[index], this.text(side))}${weight}`;
  }

  private labelWidths(theme: Theme): Record<Side, number> {
    if (this.lengths?.theme !== theme || this.lengths.names !== this.names) {
      const most = (side: Side) => labelLengths(this.names[side], theme).reduce((longest, length) => Math.max(longest, length), 0);
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
    if (token?.side === this.pointed?.side && token?.index === this.pointed?.index) return;
    this.pointed = token;
    this.dispatchEvent(new CustomEvent('token-hover', { detail: token && { sequence: this.sequence(token.side), index: token.index } }));
  }

  private lock(token: ColumnToken): void {
    const again = token.side === this.locked?.side && token.index === this.locked.index;
    this.locked = again ? undefined : token;
    this.focused[token.side] = token.index;
    if (token.side === 'query' && !again) this.dispatchEvent(new CustomEvent('query-choose', { detail: token.index }));
  }

  private tokenOf(event: Event): ColumnToken | undefined {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : undefined;
    return option ? { side: option.dataset['side'] as Side, index: Number(option.dataset['index']) } : undefined;
  }

  private readonly onSlide = (event: Event) => {
    this.level = Number((event.target as HTMLInputElement).value);
  };

  private readonly onScroll = () => this.requestUpdate();

  private readonly onPointer = (event: Event) => this.point(this.tokenOf(event));

  private readonly onLeave = () => this.point(undefined);

  private readonly onFocus = (event: Event) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) this.point(this.tokenOf(event));
  };

  private readonly onBlur = () => {
    if (!this.matches(':hover')) this.point(undefined);
  };

  private readonly onClick = (event: Event) => {
    const token = this.tokenOf(event);
    if (token) this.lock(token);
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const token = this.tokenOf(event);
    if (!token || event.altKey || event.ctrlKey || event.metaKey) return;
    const { side, index } = token;
    const last = this.names[side].length - 1;
    switch (event.key) {
      case 'ArrowDown': this.moveTo({ side, index: index + 1 }); break;
      case 'ArrowUp': this.moveTo({ side, index: index - 1 }); break;
      case 'PageDown': this.moveTo({ side, index: index + 10 }); break;
      case 'PageUp': this.moveTo({ side, index: index - 10 }); break;
      case 'Home': this.moveTo({ side, index: 0 }); break;
      case 'End': this.moveTo({ side, index: last }); break;
      case 'ArrowRight': this.moveTo({ side: 'key', index: side === 'query' ? this.strongest() : index }); break;
      case 'ArrowLeft': this.moveTo({ side: 'query', index: side === 'key' ? this.strongest() : index }); break;
      case 'Enter': case ' ': this.lock(token); break;
      case 'Escape':
        if (!this.locked && !this.pointed) return;
        this.locked = undefined;
        this.point(undefined);
        break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  /** Of the other column, what the token whose lines are shown has most to do with. */
  private strongest(): number {
    const mean = this.isolated?.mean;
    return mean ? mean.reduce((best, weight, i) => weight > mean[best] ? i : best, 0) : 0;
  }

  private moveTo({ side, index }: ColumnToken): void {
    const { scroller, layout } = this;
    if (!scroller || !layout) return;
    const to = Math.min(this.names[side].length - 1, Math.max(0, index));
    this.focused[side] = to;
    this.point({ side, index: to });
    const middle = rowMiddle(layout[side], to);
    const { scrollTop, clientHeight } = scroller;
    if (middle < scrollTop + 30) scroller.scrollTop = middle - 30;
    else if (middle > scrollTop + clientHeight - 30) scroller.scrollTop = middle + 30 - clientHeight;
    this.requestUpdate();
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`.${side} [data-index="${to}"]`)?.focus({ preventScroll: true }));
  }
}
