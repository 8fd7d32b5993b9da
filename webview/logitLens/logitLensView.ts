import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { Explanation } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';
import '../run/colorLegend';
import '../common/hoverNote';
import type { RunHost } from '../run/runHost';
import { formatWeight, quotedToken, tokenLabel } from '../run/wording';
import { cssColor, rampIndex, readableOn } from '../common/colorScale';
import { componentEvent } from '../common/componentEvent';
import { inlineStyle } from '../common/inlineStyle';
import { tabViewStyles } from '../run/tabView.styles';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { LensColumns } from './lensColumns';
import { logitLensStyles } from './logitLensView.styles';

const [nameWidth, columnWidth] = [84, 80];

/** What each layer of a causal model would say after each token, the last layer on top. Fires `query-choose` with a position. */
@customElement('headlight-logit-lens')
export class LogitLensView extends LitElement {
  static override styles = [sharedStyles, tabViewStyles, logitLensStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) host!: RunHost;

  @query('.scroller') private readonly scroller?: HTMLElement;
  @state() private seen = { first: 0, last: 0 };
  @state() private pointed?: { readonly row: number; readonly position: number; readonly anchor: DOMRect };
  /** The row that the keyboard is on, counted from the embedding. */
  @state() private focusedRow = 0;
  private columns!: LensColumns;
  private readonly themes = new ThemeController(this);
  private readonly resizes = new ResizeObserver(() => this.look());

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('explanation');
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    this.columns.dispose();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('explanation')) return;
    (this.columns as LensColumns | undefined)?.dispose();
    this.columns = new LensColumns(
      (first, count, signal) => this.host.request(RunRequest.logitLens, { first, count }, signal),
      () => {
        if (this.focusedRow === 0) this.focusedRow = this.columns.rows - 1;
        this.requestUpdate();
      },
    );
    this.columns.see(this.query, this.query);
  }

  override render() {
    const {
      columns,
      explanation: { tokens, text },
    } = this;
    if (columns.failure) return html`<p class="failure" role="alert">${columns.failure}</p>`;
    if (columns.missing) return html`<p role="status">${columns.missing}</p>`;
    if (columns.rows === 0) return html`<p class="dim" role="status">Reading the layers…</p>`;
    const { first, last } = this.seen;
    const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    const rows = Array.from({ length: columns.rows }, (_, i) => columns.rows - 1 - i);
    const width = `${nameWidth + tokens.length * columnWidth}px`;
    return html`<div
        class="scroller mono"
        role="grid"
        aria-label="What each layer would say after each token; the arrow keys, Home and End move and choose the token"
        aria-rowcount=${columns.rows + 1}
        aria-colcount=${tokens.length + 1}
        @scroll=${this.look}
        @keydown=${this.onKey}
        @pointerleave=${() => {
          this.pointed = undefined;
        }}
      >
        <div class="row heads" role="row" ${inlineStyle({ width })}>
          <div class="name" role="columnheader">after</div>
          ${shown.map(
            position =>
              html`<div
                class="head ${position === this.query ? 'query' : ''}"
                role="columnheader"
                title="${quotedToken(tokens[position], text)}, token ${position}"
                ${place(position)}
                @click=${() => this.choose(position)}
              >
                <bdi>${tokenLabel(tokens[position], text)}</bdi>
              </div>`,
          )}
        </div>
        ${rows.map(
          row =>
            html`<div class="row" role="row" ${inlineStyle({ width })}>
              <div class="name" role="rowheader">${rowName(row)}</div>
              ${shown.map(position => this.cell(row, position))}
            </div>`,
        )}
      </div>
      <div class="foot">
        <headlight-legend scale="linear"></headlight-legend
        ><span class="dim"
          >Underlined: what the last layer, on top, says. From the row on from which all above it are underlined, the
          model has made up its mind.</span
        >
      </div>
      ${this.tip()}`;
  }

  private cell(row: number, position: number) {
    const predictions = this.columns.at(row, position);
    if (!predictions) return html`<div class="cell pending" role="gridcell" ${place(position)}>…</div>`;
    const [{ id, text, probability }, ...others] = predictions;
    const { heat, foreground } = this.themes.theme;
    const background = heat.colors[rampIndex(probability, 'linear')];
    const final = this.columns.at(this.columns.rows - 1, position)?.[0].id === id;
    const tab = row === this.focusedRow && position === this.query;
    const pointed = this.pointed?.row === row && this.pointed.position === position;
    return html`<div
      class="cell ${final ? 'final' : ''} ${pointed ? 'pointed' : ''}"
      role="gridcell"
      tabindex=${tab ? 0 : -1}
      data-row=${row}
      data-position=${position}
      aria-label="${rowName(row)}, token ${position}: ${visibleText(text)}, ${formatWeight(probability)}"
      aria-description=${pointed ? others.map(spoken).join(', ') : nothing}
      ${inlineStyle({
        left: `${nameWidth + position * columnWidth}px`,
        'background-color': cssColor(background),
        color: cssColor(readableOn(background, foreground)),
      })}
      @pointerenter=${(event: Event) => this.point(row, position, event.currentTarget as HTMLElement)}
      @focus=${(event: Event) => this.point(row, position, event.currentTarget as HTMLElement)}
      @click=${() => this.choose(position)}
    >
      <bdi>${visibleText(text)}</bdi>
    </div>`;
  }

  private tip() {
    const { pointed } = this;
    const predictions = pointed && this.columns.at(pointed.row, pointed.position);
    if (!pointed || !predictions) return html`<headlight-hover-note hidden></headlight-hover-note>`;
    return html`<headlight-hover-note
      .anchor=${pointed.anchor}
      .from=${`${rowName(pointed.row)} after ${quotedToken(this.explanation.tokens[pointed.position], this.explanation.text)}`}
      .note=${predictions.map(spoken).join(' · ')}
    ></headlight-hover-note>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.scroller) return;
    this.resizes.observe(this.scroller);
    if (changed.has('query') || changed.has('explanation') || this.seen.last === 0) this.reveal(this.query);
    this.look();
  }

  /** Scrolls a column into view. */
  private reveal(position: number): void {
    const { scroller } = this;
    if (!scroller) return;
    const left = position * columnWidth;
    const room = scroller.clientWidth - nameWidth;
    if (left < scroller.scrollLeft) scroller.scrollLeft = left;
    else if (left + columnWidth > scroller.scrollLeft + room) scroller.scrollLeft = left + columnWidth - room;
  }

  private readonly look = () => {
    const {
      scroller,
      explanation: { tokens },
    } = this;
    if (!scroller) return;
    const first = Math.max(0, Math.floor(scroller.scrollLeft / columnWidth) - 2);
    const last = Math.min(tokens.length - 1, Math.ceil((scroller.scrollLeft + scroller.clientWidth) / columnWidth) + 2);
    if (first !== this.seen.first || last !== this.seen.last) this.seen = { first, last };
    this.columns.see(first, last);
  };

  private point(row: number, position: number, cell: HTMLElement): void {
    this.pointed = { row, position, anchor: cell.getBoundingClientRect() };
  }

  private choose(position: number): void {
    this.dispatchEvent(componentEvent('query-choose', position));
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const { length } = this.explanation.tokens;
    const [across, up] = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
      Home: [-length, 0],
      End: [length, 0],
    }[event.key] ?? [0, 0];
    if (across === 0 && up === 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.focusedRow = Math.max(0, Math.min(this.columns.rows - 1, this.focusedRow + up));
    const position = Math.max(0, Math.min(length - 1, this.query + across));
    if (across !== 0) this.choose(position);
    this.reveal(position);
    void this.focusCell(position);
  };

  /** The parent answers with the new position; then its cell is there. */
  private async focusCell(position: number): Promise<void> {
    await Promise.resolve();
    await this.updateComplete;
    await this.updateComplete;
    this.renderRoot
      .querySelector<HTMLElement>(`[data-row="${this.focusedRow}"][data-position="${position}"]`)
      ?.focus({ preventScroll: true });
  }
}

function place(position: number) {
  return inlineStyle({ left: `${nameWidth + position * columnWidth}px` });
}

function spoken({ text, probability }: { readonly text: string; readonly probability: number }): string {
  return `${visibleText(text)} ${formatWeight(probability)}`;
}

function rowName(row: number): string {
  return row === 0 ? 'embedding' : `layer ${row - 1}`;
}
