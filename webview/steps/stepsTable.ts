import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AttentionGroup, AttentionSteps, Explanation } from '../../core/protocol/explanation';
import { textOf, tokensOf } from '../attention/choice';
import { count, quotedToken, spokenToken, tokenLabel } from '../attention/wording';
import { css } from '../common/cssom';
import { sharedStyles } from '../common/styles';
import { queryNote, type StepColumn, stepColumns, type StepName } from './stepColumns';
import { columnFormat, formatShare, formatSigned, fullSize, keyVector, type StepSizes, valueVector } from './stepNumbers';
import { cellReadout, keyReadout, queryReadout, type Readout, valueReadout } from './stepReadout';
import { type StepRow, stepRows, strongestKey } from './stepRows';
import { stepsEvent } from './stepsEvents';
import { stepsTableStyles } from './stepsTable.styles';
import './vectorStrip';
import type { VectorStrip } from './vectorStrip';
import { rowWindow } from './rowWindow';

/** What the pointer or the keyboard is on: a number of a row's key or value, or of the query (`row` −1). */
interface Mark {
  readonly row: number;
  readonly strip: 'key' | 'value';
  readonly dimension: number;
}

/** Everything about the steps that the rows are written with. */
interface Drawn {
  readonly columns: readonly StepColumn[];
  readonly rows: readonly StepRow[];
  readonly strongest: number;
  readonly product: (value: number) => string;
  readonly score: (value: number) => string;
  readonly part: (value: number) => string;
  readonly fullQuery: number;
  readonly fullKey: number;
  readonly fullValue: number;
}

/** The steps of one query as a grid: a row for each key, a column for each step. */
@customElement('headlight-steps-table')
export class StepsTable extends LitElement {
  static override styles = [sharedStyles, stepsTableStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) steps!: AttentionSteps;
  @property({ attribute: false }) sizes!: StepSizes;
  /** Whether all keys have a row, or the strongest only. */
  @property({ attribute: false }) all = false;
  /** How wide a vector is drawn, in CSS pixels. */
  @property({ attribute: false }) stripWidth = 128;
  @property({ attribute: false }) ratio = 1;
  @property() name = '';

  /** The row that the keyboard is on: −1 for the headers. */
  @state() private focused = 0;
  @state() private column = 0;
  @state() private mark?: Mark;
  @state() private scrolled = 0;

  private drawn!: Drawn;
  private rowHeight = 25;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('steps') && !changed.has('all') && !changed.has('group')) return;
    const { steps, group, sizes } = this;
    const rows = stepRows(steps, this.all, group.queries === group.keys ? this.query : undefined);
    const strongest = strongestKey(steps);
    const shown = rows.flatMap(row => row.kind === 'key' ? [row.key] : []);
    this.drawn = {
      columns: stepColumns(steps, group, this.explanation.model), rows, strongest,
      product: columnFormat(shown.map(key => steps.products[key])), score: columnFormat(shown.map(key => steps.products[key] * steps.scale)),
      part: columnFormat(shown.map(key => sizes.parts[key])),
      fullQuery: fullSize(steps.query), fullKey: fullSize(steps.keys), fullValue: fullSize(steps.values),
    };
    this.mark = undefined;
    if (changed.has('steps')) this.focused = Math.max(0, rows.findIndex(row => row.kind === 'key' && row.key === strongest));
    else this.focused = Math.min(this.focused, rows.length - 1);
  }

  override render() {
    const { columns, rows } = this.drawn;
    const { first, last, before, after } = this.all ? rowWindow(rows.length, this.rowHeight, this.scrolled, innerHeight) : { first: 0, last: rows.length, before: 0, after: 0 };
    const names = new Set(columns.map(({ name }) => name));
    const shape = `${names.has('bias') ? 'with-bias' : ''} ${names.has('scaled') ? '' : 'unscaled'}`;
    const tabRow = this.focused < 0 || (this.focused >= first && this.focused < last) ? this.focused : first;
    return html`<div class="scroller ${this.all ? 'all' : ''}" @scroll=${this.onScroll}>
      <table class="mono number ${shape}" role="grid" aria-label=${this.name} aria-rowcount=${rows.length + 2} ${css({ '--strip': `${this.stripWidth}px` })}
        @keydown=${this.onKey} @pointermove=${this.onPointer} @pointerleave=${this.onLeave} @focusin=${this.onFocus} @focusout=${this.onLeave} @click=${this.onClick}>
        <thead role="rowgroup">${this.headers(columns, tabRow)}${this.queryRow()}</thead>
        <tbody role="rowgroup" ${css({ 'padding-top': `${before}px`, 'padding-bottom': `${after}px` })}>
          ${rows.slice(first, last).map((row, i) => this.row(row, first + i, tabRow))}
        </tbody>
      </table></div>`;
  }

  private headers(columns: readonly StepColumn[], tabRow: number) {
    return html`<tr role="row" aria-rowindex="1">
      <th role="columnheader" class="token-cell" scope="col"><span class="visually-hidden">token</span></th>
      ${columns.map((column, i) => html`<th role="columnheader" scope="col" class=${column.name} data-column=${i}
        tabindex=${tabRow < 0 && i === this.column ? 0 : -1} aria-description=${column.sentence}>${column.label}<small class="dim">${column.formula}</small></th>`)}
    </tr>`;
  }

  private queryRow() {
    const { steps, group, mark } = this;
    const marked = mark?.strip === 'key' ? mark.dimension : undefined;
    const token = tokensOf(this.explanation, group.queries)[this.query];
    return html`<tr role="row" class="query" aria-rowindex="2" data-row="query">
      <th role="rowheader" scope="row" class="token-cell"><span>query</span><bdi class="token">${token ? quotedToken(token, textOf(this.explanation, group.queries)) : ''}</bdi></th>
      <td role="gridcell" class="key" data-strip="key"><headlight-vector .vector=${steps.query} .full=${this.drawn.fullQuery} .width=${this.stripWidth} .ratio=${this.ratio} .marked=${marked}></headlight-vector>
        <span class="visually-hidden">q: ${steps.headSize} numbers</span></td>
      <td role="gridcell" class="note" aria-colspan=${this.drawn.columns.length - 1}>${queryNote(steps, group, this.explanation.model)}</td>
    </tr>`;
  }

  private row(row: StepRow, index: number, tabRow: number) {
    switch (row.kind) {
      case 'key': return this.keyRow(row.key, index, index === tabRow);
      case 'rest': return this.lineRow('rest', index, index === tabRow, `${count(row.count)} more`, 'seen', formatShare(row.weight));
      case 'hidden': return this.lineRow('hidden', index, index === tabRow, this.hiddenName(row), '−∞', '0');
    }
  }

  private lineRow(kind: string, index: number, focused: boolean, name: string, mask: string, weight: string) {
    return html`<tr role="row" class="${kind} dim" data-row=${index} aria-rowindex=${index + 3} tabindex=${focused ? 0 : -1}
      aria-label=${kind === 'rest' ? `${name} keys, ${weight} of the weight together` : `${name}, hidden by the mask, weight 0`}>
      <th role="rowheader" scope="row" class="token-cell line"><bdi class="token">${name}</bdi></th>
      <td role="gridcell" class="mask">${mask}</td><td role="gridcell" class="softmax"><span>${weight}</span></td></tr>`;
  }

  private keyRow(key: number, index: number, focused: boolean) {
    const { steps, group, drawn, mark, stripWidth, ratio, sizes } = this;
    const { products, scale, bias, weights } = steps;
    const token = tokensOf(this.explanation, group.keys)[key];
    const text = textOf(this.explanation, group.keys);
    const same = group.queries === group.keys;
    const at = (strip: Mark['strip']) => mark?.row === index && mark.strip === strip ? mark.dimension : undefined;
    const cells: Readonly<Record<StepName, () => unknown>> = {
      key: () => html`<td role="gridcell" class="key" data-strip="key"><headlight-vector .vector=${keyVector(steps, key)} .full=${drawn.fullKey} .width=${stripWidth} .ratio=${ratio} .marked=${at('key')}></headlight-vector></td>`,
      product: () => html`<td role="gridcell" class="product">${drawn.product(products[key])}</td>`,
      scaled: () => html`<td role="gridcell" class="scaled">${drawn.score(products[key] * scale)}</td>`,
      bias: () => html`<td role="gridcell" class="bias">${formatSigned(bias?.[key] ?? 0)} <span class="dim">= ${drawn.score(steps.scores[key])}</span></td>`,
      mask: () => html`<td role="gridcell" class="mask dim">seen</td>`,
      softmax: () => html`<td role="gridcell" class="softmax"><span>${formatShare(weights[key])}</span><i class="bar" ${css({ width: `${weights[key] * 100}%` })}></i></td>`,
      value: () => html`<td role="gridcell" class="value" data-strip="value"><headlight-vector .vector=${valueVector(steps, key)} .full=${drawn.fullValue} .width=${stripWidth} .ratio=${ratio} .marked=${at('value')}></headlight-vector></td>`,
      part: () => html`<td role="gridcell" class="part">${drawn.part(sizes.parts[key])}</td>`,
    };
    return html`<tr role="row" data-row=${index} aria-rowindex=${index + 3} tabindex=${focused ? 0 : -1} aria-label=${this.spoken(key)}
      class="${key === drawn.strongest ? 'strongest' : ''} ${same ? 'choosable' : ''}">
      <th role="rowheader" scope="row" class="token-cell"><bdi class="token">${token ? tokenLabel(token, text) : '?'}</bdi><span class="dim">${key}${same && key === this.query ? ' itself' : ''}</span></th>
      ${drawn.columns.map(({ name }) => cells[name]())}</tr>`;
  }

  private hiddenName({ from, to, count: hidden }: Extract<StepRow, { kind: 'hidden' }>): string {
    const token = tokensOf(this.explanation, this.group.keys)[from];
    const name = token ? quotedToken(token, textOf(this.explanation, this.group.keys)) : '';
    if (hidden < to - from + 1) return `${count(hidden)} hidden`;
    if (from === to) return `${name} ${from}`;
    return to === this.steps.weights.length - 1 ? `${name} ${from} and later` : `${name} ${from} to ${to}`;
  }

  private spoken(key: number): string {
    const { steps, group, drawn, sizes } = this;
    const token = tokensOf(this.explanation, group.keys)[key];
    const scaled = drawn.columns.find(({ name }) => name === 'scaled');
    return [
      `key ${key} ${token ? spokenToken(token, textOf(this.explanation, group.keys)) : ''}${group.queries === group.keys && key === this.query ? ', itself' : ''}`,
      `q·k ${drawn.product(steps.products[key])}`,
      scaled ? `${scaled.label.slice(4)} ${drawn.score(steps.products[key] * steps.scale)}` : '',
      steps.bias ? `bias ${formatSigned(steps.bias[key])}, score ${drawn.score(steps.scores[key])}` : '',
      'seen', `weight ${formatShare(steps.weights[key])}`, `weight times length of value ${drawn.part(sizes.parts[key])}`,
    ].filter(part => part !== '').join(', ');
  }

  protected override updated(): void {
    const row = this.renderRoot.querySelector<HTMLElement>('tbody tr');
    if (row && this.all && Math.abs(row.offsetHeight - this.rowHeight) >= 1) {
      this.rowHeight = row.offsetHeight;
      this.requestUpdate();
    }
  }

  private readonly onScroll = (event: Event) => {
    this.point(undefined);
    if (this.all) this.scrolled = (event.target as HTMLElement).scrollTop;
  };

  private keyAt(row: number): number | undefined {
    const found = this.drawn.rows[row];
    return found?.kind === 'key' ? found.key : undefined;
  }

  /** The row, the column and the strip that an event is on. */
  private placeOf(event: Event): { row?: number; header?: number; cell?: HTMLElement; strip?: VectorStrip; onQuery: boolean } {
    const path = event.composedPath().filter((target): target is HTMLElement => target instanceof HTMLElement);
    const line = path.find(element => element.dataset['row'] !== undefined);
    const header = path.find(element => element.dataset['column'] !== undefined);
    const cell = path.find(element => element.matches('td'));
    const onQuery = line?.dataset['row'] === 'query';
    return {
      row: line && !onQuery ? Number(line.dataset['row']) : undefined, header: header && Number(header.dataset['column']),
      cell, strip: cell?.querySelector<VectorStrip>('headlight-vector') ?? undefined, onQuery,
    };
  }

  private readonly onPointer = (event: PointerEvent) => {
    const { row, header, cell, strip, onQuery } = this.placeOf(event);
    if (header !== undefined) this.pointHeader(header);
    else if (onQuery || row !== undefined) {
      const key = row === undefined ? undefined : this.keyAt(row);
      this.hover(onQuery ? { sequence: this.group.queries, index: this.query } : key);
      if (strip) {
        const dimension = strip.indexAt(event.clientX);
        this.pointNumber({ row: row ?? -1, strip: cell?.dataset['strip'] === 'value' ? 'value' : 'key', dimension }, strip);
      } else {
        const name = this.drawn.columns.find(column => cell?.classList.contains(column.name))?.name;
        const readout = key === undefined || !name ? undefined : cellReadout(this.steps, key, name);
        this.point(readout || name ? { readout, column: name, anchor: readout && cell?.getBoundingClientRect() } : undefined);
      }
    } else this.onLeave();
  };

  private readonly onLeave = () => {
    this.hover(undefined);
    this.point(undefined);
  };

  private pointHeader(index: number): void {
    const column = this.drawn.columns[index];
    const anchor = this.renderRoot.querySelector(`[data-column="${index}"]`)?.getBoundingClientRect();
    this.hover(undefined);
    this.point({ readout: { from: '', value: '', note: column.sentence }, anchor, column: column.name });
  }

  private pointNumber(mark: Mark, strip: VectorStrip | undefined): void {
    const key = this.keyAt(mark.row);
    const readout: Readout = key === undefined ? queryReadout(this.steps, mark.dimension)
      : mark.strip === 'key' ? keyReadout(this.steps, key, mark.dimension) : valueReadout(this.steps, key, mark.dimension);
    this.point({ readout, anchor: strip?.anchorOf(mark.dimension), column: mark.strip }, mark);
  }

  private point(detail: Parameters<typeof stepsEvent<'step-point'>>[1], mark?: Mark): void {
    this.mark = mark;
    this.dispatchEvent(stepsEvent('step-point', detail));
  }

  private hovered?: string;

  private hover(token: number | { sequence: AttentionGroup['queries']; index: number } | undefined): void {
    const address = typeof token === 'number' ? { sequence: this.group.keys, index: token } : token;
    const written = address && `${address.sequence} ${address.index}`;
    if (written === this.hovered) return;
    this.hovered = written;
    this.dispatchEvent(stepsEvent('token-hover', address));
  }

  private readonly onFocus = (event: Event) => {
    const { row, header } = this.placeOf(event);
    if (!(event.target as HTMLElement).matches(':focus-visible')) return;
    if (header !== undefined) this.pointHeader(header);
    else if (row !== undefined) this.hover(this.keyAt(row));
  };

  private readonly onClick = (event: Event) => {
    const { row } = this.placeOf(event);
    if (row === undefined) return;
    this.focused = row;
    this.choose(row);
  };

  private choose(row: number): void {
    const key = this.keyAt(row);
    if (key !== undefined && this.group.queries === this.group.keys) this.dispatchEvent(stepsEvent('query-choose', key));
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.drawn.rows.length - 1;
    switch (event.key) {
      case 'ArrowDown': this.moveTo(Math.min(last, this.focused + 1)); break;
      case 'ArrowUp': this.moveTo(Math.max(-1, this.focused - 1)); break;
      case 'PageDown': this.moveTo(Math.min(last, this.focused + 10)); break;
      case 'PageUp': this.moveTo(Math.max(0, this.focused - 10)); break;
      case 'Home': this.moveTo(0); break;
      case 'End': this.moveTo(last); break;
      case 'ArrowRight': this.moveAlong(1, event.shiftKey); break;
      case 'ArrowLeft': this.moveAlong(-1, event.shiftKey); break;
      case 'Enter': case ' ': if (this.focused >= 0) this.choose(this.focused); break;
      case 'Escape':
        if (!this.mark) return;
        this.point(undefined);
        break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  private moveTo(row: number): void {
    const { mark } = this;
    this.focused = row;
    if (this.all && row >= 0) this.reveal(row);
    void this.updateComplete.then(() => {
      this.focusPlace();
      if (mark && row >= 0 && this.keyAt(row) !== undefined) this.markAt(row, mark);
    });
  }

  private focusPlace(): void {
    const place = this.focused < 0 ? `[data-column="${this.column}"]` : `tr[data-row="${this.focused}"]`;
    this.renderRoot.querySelector<HTMLElement>(place)?.focus({ preventScroll: this.all && this.focused >= 0 });
  }

  /** Along the headers; in a row along the numbers of the key and on along those of the value. With Shift to the next vector. */
  private moveAlong(step: 1 | -1, byVector: boolean): void {
    if (this.focused < 0) {
      this.column = Math.min(this.drawn.columns.length - 1, Math.max(0, this.column + step));
      void this.updateComplete.then(() => this.focusPlace());
      return;
    }
    if (this.keyAt(this.focused) === undefined) return;
    const { headSize, valueSize } = this.steps;
    const { mark } = this;
    const at = mark?.row === this.focused ? (mark.strip === 'value' ? headSize : 0) + mark.dimension : -1;
    const to = byVector ? (step > 0 && at >= 0 ? headSize : 0) : Math.min(headSize + valueSize - 1, Math.max(0, at + step));
    this.markAt(this.focused, to < headSize ? { row: this.focused, strip: 'key', dimension: to } : { row: this.focused, strip: 'value', dimension: to - headSize });
  }

  private markAt(row: number, mark: Mark): void {
    const strip = this.renderRoot.querySelector<VectorStrip>(`tr[data-row="${row}"] .${mark.strip} headlight-vector`);
    this.pointNumber({ ...mark, row }, strip ?? undefined);
  }

  /** Scrolls a row into view that may not be drawn yet. */
  private reveal(row: number): void {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller');
    const head = this.renderRoot.querySelector('thead');
    if (!scroller || !head) return;
    const room = scroller.clientHeight - head.offsetHeight;
    const top = row * this.rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + this.rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + this.rowHeight - room;
    this.scrolled = scroller.scrollTop;
  }
}
