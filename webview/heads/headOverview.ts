import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadMove } from '../../core/attention/compare/headMoves';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import { askedColumns, headColumn } from '../../core/attention/measures/headColumns';
import type { HeadOrder } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import type { Segmented } from '../common/segmented';
import { oneLine, selectStyles, sharedStyles } from '../common/styles';
import type { Choice } from '../run/choice';
import { type PanelEvents, panelEvent } from '../run/events';
import type { GridPart } from './gridPart';
import { headLines, headOrders, headTable, isEven, largestLayer, sortedHeads } from './headOrder';
import { sortedLayout, stripLayout, thumbnailLayout } from './thumbnailLayout';
import type { HeadSelection } from '../run/headSelection';
import { toolButton } from '../common/toolButton';
import { toolStyles } from '../common/tools.styles';
import { WidthController } from '../common/widthController';
import { foldButton, foldStyles } from '../common/foldButton';
import { count, formatWeight, headCount, kindName } from '../run/wording';
import { icon } from '../common/icons';
import '../common/segmented';
import type * as manyHeadsModule from './manyHeads';
import './thumbnailGrid';

/** The measure that colours the folded overview where none was chosen. */
const firstColor: HeadOrder = 'induction';

/** Of more heads, sorted ones are in two sizes, below a strip that shows where they lie. */
const manyHeads = 64;

/** Before the width is known. */
const usualRoom = 208;

/** Whether it is known only once it was asked for. */
const isAsked = (order: HeadOrder) => askedColumns.some(({ id }) => id === order);

type ManyHeads = typeof manyHeadsModule;

/** What the overview shows: its parts, and how values are told. */
interface ShownParts {
  readonly parts: readonly GridPart[];
  /** Where many heads are sorted: where they lie. */
  readonly places?: readonly GridPart[];
  readonly measure: string;
  readonly format: (value: number) => string;
  /** Where heads are coloured cells: the value of the full colour. */
  readonly strip?: { readonly full: number };
  readonly labelWidth: number;
}

/**
 * The heads of a run: the kind of attention, their thumbnails or the table of them, what they are sorted by, and how many
 * are selected. Folded, a cell for each head, coloured by a measure. Fires `fold`.
 */
@customElement('headlight-overview')
export class HeadOverview extends LitElement {
  static override styles = [
    sharedStyles,
    toolStyles,
    selectStyles,
    foldStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      h2,
      .kinds,
      .bar {
        flex: none;
      }
      h2 {
        margin-bottom: 8px;
        ${oneLine}
      }
      .folded {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        margin-bottom: 4px;
      }
      .folded h2 {
        flex: 1 0 auto;
        margin: 0;
      }
      .folded label {
        flex: 0 1 auto;
      }
      .folded select {
        max-width: 160px;
      }
      .kinds {
        display: flex;
        margin-bottom: 8px;
      }
      headlight-heads,
      headlight-overview-table {
        flex: 0 1 auto;
        min-height: 0;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 4px;
        margin-top: 6px;
      }
      label {
        display: flex;
        align-items: center;
        gap: 5px;
        min-width: 0;
        flex: 1 1 0;
        white-space: nowrap;
      }
      .places {
        flex: none;
        overflow: visible;
        margin-bottom: 2px;
      }
      .bar .selected {
        flex-basis: 100%;
      }
      .selected {
        flex: none;
        line-height: 20px;
        font-size: 12px;
      }
    `,
  ];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) choice!: Choice;
  @property({ attribute: false }) summaries?: readonly HeadSummary[];
  @property({ type: Boolean, reflect: true }) folded = false;

  /** The heads that moved most since the run before. */
  @property({ attribute: false }) moved: readonly HeadMove[] = [];

  @state() private table = false;
  /** What many heads need, once it is there. */
  @state() private later?: ManyHeads;
  private asked = false;
  private readonly room = new WidthController(this);
  private shownOf?: { readonly inputs: readonly unknown[]; readonly shown: ShownParts };

  override render() {
    const {
      explanation: { groups },
      group,
      folded,
      table,
    } = this;
    const { parts, places, measure, format, strip, labelWidth } = this.shownParts();
    const { all } = this;
    const sorted = parts[0].columns.length === 0;
    const about = folded
      ? headCount(group)
      : `all ${count(all)}, ${table ? 'their measures' : sorted ? `sorted by ${measure}` : 'maximum-pooled'}`;
    const heading = html`<h2>
      ${foldButton('Heads', folded, to => this.dispatchEvent(panelEvent('fold', to)))} <span class="dim">${about}</span>
    </h2>`;
    return html`${folded || this.many ? html`<div class="folded">${heading}${folded ? nothing : this.tools()}${this.orders()}${folded || table ? nothing : this.sizes(parts)}</div>` : heading}
    ${
      groups.length > 1
        ? html`<headlight-segmented
            class="kinds"
            label="Kind of attention"
            .value=${group.kind}
            .segments=${groups.map(({ kind }) => ({ value: kind, label: kindName(kind) }))}
            @change=${(event: Event) => this.dispatchEvent(panelEvent('kind-choose', (event.target as Segmented).value))}
          ></headlight-segmented>`
        : nothing
    }
    ${
      table && !folded
        ? html`<headlight-overview-table
            .kind=${group.kind}
            .lines=${parts.flatMap(({ lines }) => lines)}
            .selection=${this.selection}
            .summaries=${this.summaries}
            @heads-choose=${this.onHeads}
          ></headlight-overview-table>`
        : html`${
              places && strip
                ? html`<headlight-heads
                    class="places"
                    label="Where the heads lie"
                    .group=${group}
                    .parts=${places}
                    .labelWidth=${labelWidth}
                    .selection=${this.selection}
                    .measure=${measure}
                    .format=${format}
                    .strip=${strip}
                    @heads-choose=${this.onHeads}
                  ></headlight-heads>`
                : nothing
            }<headlight-heads
              .group=${group}
              .parts=${parts}
              .labelWidth=${labelWidth}
              .selection=${this.selection}
              .scale=${this.choice.scale}
              .measure=${measure}
              .format=${format}
              .strip=${places ? undefined : strip}
              .moved=${this.moved}
              @thumbnails-size=${({ detail }: CustomEvent<PanelEvents['thumbnails-size']>) => this.resize(detail)}
              @heads-choose=${this.onHeads}
            ></headlight-heads>`
    }
    ${
      folded || this.many
        ? this.selected()
        : html`<div class="bar">${this.orders()} ${this.tools()} ${this.selected()}</div>`
    }`;
  }

  private get all(): number {
    return this.group.layers.reduce((sum, { heads }) => sum + heads, 0);
  }

  private get many(): boolean {
    return this.all > manyHeads;
  }

  /** What can be done with all heads. */
  private tools() {
    return html`${toolButton('check-all', 'Select all heads', this.onAll)}
    ${toolButton('table', 'Show the heads as a table', this.toggle, { pressed: this.table })}`;
  }

  /** How large thumbnails are. */
  private sizes(parts: readonly GridPart[]) {
    const { size } = parts[parts.length - 1].layout;
    return this.later?.sizes(size, this.choice.thumbnails !== undefined, this.resize);
  }

  /** Makes thumbnails larger, smaller, or as large as the room lets them be. */
  private readonly resize = (step: -1 | 0 | 1) => {
    const { size } = this.shownParts().parts.at(-1)!.layout;
    const next = step === 0 ? undefined : this.later?.nextSize(size, step);
    if (this.later && (step === 0 || next !== undefined)) this.dispatchEvent(panelEvent('thumbnails-choose', next));
  };

  protected override willUpdate(): void {
    if (!this.many || this.later || this.asked) return;
    this.asked = true;
    // Without it, sorted heads are all of one size.
    import('./manyHeads').then(later => (this.later = later)).catch(() => undefined);
  }

  /** How many heads are selected, where they are several. */
  private selected() {
    const { length } = this.choice.heads;
    return length > 1
      ? html`<span class="selected"
          ><span role="status">${count(length)} heads selected</span> ·
          <button class="link" @click=${this.onClear}>Clear</button></span
        >`
      : nothing;
  }

  /** What heads are sorted by, or, folded, coloured by. */
  private orders() {
    const { folded, summaries } = this;
    const chosen = folded ? this.colored : this.choice.order;
    const words = folded ? 'color by' : 'sort by';
    return html`<label
      ><span class="dim">${words}</span
      ><span class="select"
        ><select
          aria-label=${folded ? 'Color heads by' : 'Sort heads by'}
          @change=${this.onOrder}
          ?disabled=${!summaries && !isAsked(chosen) && (folded || chosen === 'layer')}
        >
          ${headOrders
            .filter(({ order }) => !(folded && order === 'layer'))
            .map(
              ({ order, name }) =>
                html`<option value=${order} .selected=${order === chosen} ?disabled=${!this.measurable(order)}>
                  ${name}
                </option>`,
            )}</select
        >${icon('chevron-down')}</span
      ></label
    >`;
  }

  private selectionOf?: { readonly choice: Choice; readonly selection: HeadSelection };

  private get selection(): HeadSelection {
    const { choice } = this;
    if (this.selectionOf?.choice.heads !== choice.heads || this.selectionOf.choice.head !== choice.head) {
      this.selectionOf = { choice, selection: { lead: choice.head, heads: choice.heads } };
    }
    return this.selectionOf.selection;
  }

  /** What colours the folded overview: what heads are sorted by, or a measure that the text has. */
  private get colored(): HeadOrder {
    const { order } = this.choice;
    const orders = [order, firstColor, ...headOrders.map(one => one.order)];
    return orders.find(one => one !== 'layer' && this.measurable(one)) ?? firstColor;
  }

  private shownParts(): ShownParts {
    const { group, folded, summaries, choice } = this;
    const order = folded ? this.colored : choice.order;
    const room = this.room.width || usualRoom;
    const inputs = [
      group,
      order,
      folded,
      order === 'layer' ? undefined : summaries,
      room,
      choice.thumbnails,
      this.later,
    ];
    if (!this.shownOf || inputs.some((input, i) => input !== this.shownOf?.inputs[i])) {
      this.shownOf = { inputs, shown: this.partsBy(order, room) };
    }
    return this.shownOf.shown;
  }

  private partsBy(order: HeadOrder, width: number): ShownParts {
    const { group, folded, summaries = [], choice } = this;
    const later = this.many ? this.later : undefined;
    const column = headColumn(order);
    const labelWidth = this.all < 100 ? 18 : 22;
    // The grid leaves two pixels for the frame of a selected head.
    const room = width - 2 - labelWidth;
    const most = Math.max(0, ...summaries.map(summary => Math.abs(column?.of(summary) ?? 0)));
    const about = {
      measure: column?.name ?? '',
      format: column?.format ?? formatWeight,
      labelWidth,
      // Parts of a whole are coloured as such; lengths and bits by the largest.
      strip: { full: isAsked(order) || most > 1 ? most || 1 : 1 },
    };
    const cells = () =>
      headTable(group, true, Infinity, order, summaries).map(table => ({
        ...table,
        layout: stripLayout(room, table.columns.length, table.lines.length),
      }));
    if (folded) return { parts: cells(), ...about };
    const sorted = column && sortedHeads(group, order, summaries);
    if (!sorted) return { parts: this.byPlace(room), ...about, strip: undefined };
    if (later) {
      return { parts: later.sortedParts(sorted, order, summaries, room, choice.thumbnails), places: cells(), ...about };
    }
    const layout = sortedLayout(room);
    return {
      parts: [{ columns: [], lines: headLines(sorted, order, layout.perLine), layout }],
      ...about,
      strip: undefined,
    };
  }

  /** By layer: layers or heads beside each other, whichever takes fewer lines. */
  private byPlace(room: number): readonly GridPart[] {
    const { group, many, choice } = this;
    const size = many ? choice.thumbnails : undefined;
    const [layers, heads] = [group.layers.length, largestLayer(group)];
    const across = thumbnailLayout(room, layers, size);
    const down = thumbnailLayout(room, heads, size);
    const parts = (columns: number, { perLine }: { perLine: number }) => Math.ceil(columns / perLine);
    const [acrossLines, downLines] = [parts(layers, across) * heads, parts(heads, down) * layers];
    const isAcross =
      isEven(group) && (acrossLines < downLines || (acrossLines === downLines && parts(heads, down) > 1));
    const layout = isAcross ? across : down;
    return headTable(group, isAcross, layout.perLine).map(table => ({ ...table, layout }));
  }

  /** Whether any head has the measure on this text. */
  private measurable(order: HeadOrder): boolean {
    const column = headColumn(order);
    return (
      !column ||
      (!this.summaries && !isAsked(order)) ||
      (this.summaries ?? []).some(summary => column.of(summary) !== undefined)
    );
  }

  private choose(selection: HeadSelection): void {
    this.dispatchEvent(panelEvent('heads-choose', selection));
  }

  private readonly onHeads = ({ detail }: CustomEvent<PanelEvents['heads-choose']>) => this.choose(detail);

  private readonly toggle = () => {
    this.table = !this.table;
  };

  private readonly onOrder = (event: Event) => {
    this.dispatchEvent(panelEvent('order-choose', (event.target as HTMLSelectElement).value as HeadOrder));
  };

  private readonly onAll = () => {
    const heads = this.group.layers.flatMap(({ layer, heads: own }) =>
      Array.from({ length: own }, (_, head) => ({ layer, head })),
    );
    this.choose({ lead: this.choice.head, heads });
  };

  private readonly onClear = () => this.choose({ lead: this.choice.head, heads: [this.choice.head] });
}
