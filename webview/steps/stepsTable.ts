import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import type { DrawnSteps } from './drawnSteps';
import { rowWindow, scrollFor, windowStart } from './rowWindow';
import { cellReadout, keyReadout, queryReadout, valueReadout } from './stepReadout';
import { stepsEvent, type StepsEvents } from './stepsEvents';
import { stepsTableStyles } from './stepsTable.styles';
import { bodyRow, headerRow, type Mark, queryRow } from './stepsTableRows';
import { markAfter, rowAfter } from './stepsKeys';
import { placeOf } from './stepsPlace';
import type { VectorStrip } from './vectorStrip';

/** The steps of one query as a grid: a row for each key, a column for each step. Of many rows, those in view are drawn. */
@customElement('headlight-steps-table')
export class StepsTable extends LitElement {
  static override styles = [sharedStyles, stepsTableStyles];

  @property({ attribute: false }) drawn!: DrawnSteps;
  /** Whether the table scrolls in itself. */
  @property({ attribute: false }) scrolls = false;
  /** How wide a vector is drawn, in CSS pixels. */
  @property({ attribute: false }) stripWidth = 128;
  /** The screen's resolution. */
  @property({ attribute: false }) ratio = 1;
  @property() name = '';

  /** The row that the keyboard is on: −1 for the headers. */
  @state() private focused = 0;
  @state() private column = 0;
  @state() private scrolled = 0;

  @query('.scroller') private readonly scroller!: HTMLElement;
  private mark?: Mark;
  private marked: readonly VectorStrip[] = [];
  private rowHeight = 25;
  private hovered?: string;
  private place?: string;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('drawn');
    if (!changed.has('drawn')) return;
    this.mark = undefined;
    this.showMark();
    this.place = undefined;
    const { drawn } = this;
    const holdsFocus = this.shadowRoot?.activeElement?.matches('tbody tr') ?? false;
    const from = before?.steps === drawn.steps ? before.keyAt(this.focused) : undefined;
    const key = from ?? (holdsFocus && drawn.same ? drawn.query : drawn.strongest);
    this.focused = Math.max(0, drawn.rowOf(key));
    if (!this.hasUpdated) return;
    void this.updateComplete.then(async () => {
      if (this.scrolls) this.reveal(this.focused);
      else this.scrolled = 0;
      await this.updateComplete;
      if (holdsFocus) this.focusPlace();
    });
  }

  override render() {
    const { drawn, focused } = this;
    const { rows } = drawn;
    const { first, last, before, after } = this.scrolls
      ? rowWindow(rows.length, this.rowHeight, this.scrolled, viewHeight())
      : { first: 0, last: rows.length, before: 0, after: 0 };
    const shape = `${drawn.steps.bias ? 'with-bias' : ''} ${drawn.columns.some(({ name }) => name === 'scaled') ? '' : 'unscaled'}`;
    const look = {
      stripWidth: this.stripWidth,
      ratio: this.ratio,
      tabColumn: this.column,
      tabRow: focused < 0 || (focused >= first && focused < last) ? focused : first,
    };
    return html`<div class="scroller ${this.scrolls ? 'all' : ''}" @scroll=${this.onScroll}>
      <table
        class="mono number ${shape}"
        role="grid"
        aria-label=${this.name}
        aria-rowcount=${rows.length + 2}
        ${inlineStyle({ '--strip': `${this.stripWidth}px` })}
        @keydown=${this.onKey}
        @pointermove=${this.onPointer}
        @pointerleave=${this.onLeave}
        @focusin=${this.onFocus}
        @focusout=${this.onLeave}
        @click=${this.onClick}
      >
        <thead role="rowgroup">
          ${headerRow(drawn, look)}${queryRow(drawn, look)}
        </thead>
        <tbody role="rowgroup" ${inlineStyle({ 'padding-top': `${before}px`, 'padding-bottom': `${after}px` })}>
          ${repeat(
            rows.slice(first, last),
            row => (row.kind === 'key' ? row.key : row.kind === 'hidden' ? `hidden ${row.from}` : row.kind),
            (row, i) => bodyRow(drawn, row, first + i, look),
          )}
        </tbody>
      </table>
    </div>`;
  }

  protected override updated(): void {
    const row = this.renderRoot.querySelector<HTMLElement>('tbody tr');
    if (!row || !this.scrolls || Math.abs(row.offsetHeight - this.rowHeight) < 1) return;
    this.rowHeight = row.offsetHeight;
    this.requestUpdate();
  }

  private readonly onScroll = () => {
    this.onLeave();
    if (this.scrolls) this.scrolled = windowStart(this.scroller.scrollTop, this.rowHeight);
  };

  private readonly onPointer = (event: PointerEvent) => {
    const { row, header, cell, strip, onQuery } = placeOf(event);
    const { drawn } = this;
    const dimension = strip?.indexAt(event.clientX);
    const place = `${row} ${header} ${cell?.className} ${dimension}`;
    if (place === this.place) return;
    this.place = place;
    if (header !== undefined) {
      this.pointHeader(header);
      return;
    }
    const key = row === undefined ? undefined : drawn.keyAt(row);
    this.hover(onQuery ? { sequence: drawn.group.queries, index: drawn.query } : this.addressOf(key));
    if (strip && dimension !== undefined) {
      this.pointNumber(
        { row: row ?? -1, strip: cell?.dataset['strip'] === 'value' ? 'value' : 'key', dimension },
        strip,
      );
      return;
    }
    const column = drawn.columns.find(({ name }) => cell?.classList.contains(name))?.name;
    const readout = key === undefined || !column ? undefined : cellReadout(drawn.steps, key, column);
    this.point(readout && { readout, column, anchor: cell?.getBoundingClientRect() });
  };

  private readonly onLeave = () => {
    this.place = undefined;
    this.hover(undefined);
    this.point(undefined);
  };

  private readonly onFocus = (event: Event) => {
    const { row, header } = placeOf(event);
    if (!(event.target as HTMLElement).matches(':focus-visible')) return;
    if (header !== undefined) this.pointHeader(header);
    else if (row !== undefined) this.hover(this.addressOf(this.drawn.keyAt(row)));
  };

  private readonly onClick = (event: Event) => {
    const { row } = placeOf(event);
    if (row === undefined) return;
    this.focused = row;
    this.choose(row);
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { drawn, focused } = this;
    const row = rowAfter(event.key, focused, drawn.rows.length);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (row !== undefined) this.moveTo(row);
    else if (step !== undefined && focused < 0) {
      this.column = Math.min(drawn.columns.length - 1, Math.max(0, this.column + step));
      this.moveTo(-1);
    } else if (step !== undefined) {
      if (drawn.keyAt(focused) === undefined) return;
      this.markNumber(
        markAfter(this.mark?.row === focused ? this.mark : undefined, focused, step, event.shiftKey, drawn.steps),
      );
    } else if (event.key === 'Enter' || event.key === ' ') this.choose(focused);
    else if (event.key === 'Escape' && this.mark) this.point(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Moves the keyboard's focus to a row; a number that stands out stands out in that row then. */
  private moveTo(row: number): void {
    const { mark } = this;
    this.focused = row;
    if (this.scrolls && row >= 0) this.reveal(row);
    void this.updateComplete.then(() => {
      this.focusPlace();
      // After the scrolling that focus brings, which takes notes away.
      if (mark && this.drawn.keyAt(row) !== undefined) requestAnimationFrame(() => this.markNumber({ ...mark, row }));
    });
  }

  private focusPlace(): void {
    const place = this.focused < 0 ? `[data-column="${this.column}"]` : `tr[data-row="${this.focused}"]`;
    this.renderRoot.querySelector<HTMLElement>(place)?.focus({ preventScroll: this.scrolls && this.focused >= 0 });
  }

  private choose(row: number): void {
    const key = this.drawn.keyAt(row);
    if (key !== undefined && this.drawn.same) this.dispatchEvent(stepsEvent('query-choose', key));
  }

  private pointHeader(index: number): void {
    const { name, sentence } = this.drawn.columns[index];
    const anchor = this.renderRoot.querySelector(`[data-column="${index}"]`)?.getBoundingClientRect();
    this.hover(undefined);
    this.point({ readout: { from: '', value: '', note: sentence }, anchor, column: name });
  }

  private markNumber(mark: Mark): void {
    const strip = this.renderRoot.querySelector<VectorStrip>(
      `tr[data-row="${mark.row}"] .${mark.strip} headlight-vector`,
    );
    this.pointNumber(mark, strip ?? undefined);
    this.hover(this.addressOf(this.drawn.keyAt(mark.row)));
  }

  private pointNumber(mark: Mark, strip: VectorStrip | undefined): void {
    const {
      drawn: { steps },
    } = this;
    const key = this.drawn.keyAt(mark.row);
    const readout =
      key === undefined
        ? queryReadout(steps, mark.dimension)
        : mark.strip === 'key'
          ? keyReadout(steps, key, mark.dimension)
          : valueReadout(steps, key, mark.dimension);
    this.point({ readout, anchor: strip?.anchorOf(mark.dimension), column: mark.row < 0 ? 'query' : mark.strip }, mark);
  }

  private point(detail: StepsEvents['step-point'], mark?: Mark): void {
    this.mark = mark;
    this.showMark();
    this.dispatchEvent(stepsEvent('step-point', detail));
  }

  /** Frames a number where it stands, and that of the query that meets it. Set by hand: drawing all rows anew would lag. */
  private showMark(): void {
    const { mark } = this;
    for (const strip of this.marked) strip.marked = undefined;
    const row = mark && (mark.row < 0 ? 'query' : mark.row);
    const places = mark
      ? [`tr[data-row="${row}"] .${mark.strip}`, ...(mark.strip === 'key' ? ['tr.query .key'] : [])]
      : [];
    this.marked = places.flatMap(place => [
      ...this.renderRoot.querySelectorAll<VectorStrip>(`${place} headlight-vector`),
    ]);
    for (const strip of this.marked) strip.marked = mark?.dimension;
  }

  private addressOf(key: number | undefined): TokenAddress | undefined {
    return key === undefined ? undefined : { sequence: this.drawn.group.keys, index: key };
  }

  private hover(address: TokenAddress | undefined): void {
    const written = address && `${address.sequence} ${address.index}`;
    if (written === this.hovered) return;
    this.hovered = written;
    this.dispatchEvent(stepsEvent('token-hover', address));
  }

  /** Scrolls a row into view that may not be drawn yet. */
  private reveal(row: number): void {
    const { scroller, rowHeight } = this;
    const room = scroller.clientHeight - (this.renderRoot.querySelector('thead')?.offsetHeight ?? 0);
    scroller.scrollTop = scrollFor(row, rowHeight, scroller.scrollTop, room);
    this.scrolled = windowStart(scroller.scrollTop, rowHeight);
  }
}

/** How high the table is where it scrolls, as its styles say. */
function viewHeight(): number {
  return Math.max(260, innerHeight * 0.62);
}
