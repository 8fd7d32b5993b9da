import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadMove } from '../../core/attention/compare/headMoves';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import { headColumn } from '../../core/attention/measures/headColumns';
import type { HeadOrder } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import type { Segmented } from '../common/segmented';
import { oneLine, selectStyles, sharedStyles } from '../common/styles';
import type { Choice } from '../run/choice';
import { type PanelEvents, panelEvent } from '../run/events';
import { headLines, headOrders, headTable, type HeadTable, largestLayer } from './headOrder';
import { namedPerLine, thumbnailLayout } from './thumbnailLayout';
import type { HeadSelection } from '../run/headSelection';
import { toolButton } from '../common/toolButton';
import { toolStyles } from '../common/tools.styles';
import { WidthController } from '../common/widthController';
import { foldButton, foldStyles } from '../common/foldButton';
import { count, formatWeight, headCount, kindName } from '../run/wording';
import { icon } from '../common/icons';
import '../common/segmented';
import { labelWidth } from './thumbnailGrid';

/** The measure that colours the folded overview where none was chosen. */
const firstColor: HeadOrder = 'induction';

/** What the overview shows: its lines, what their heads have below each other, and how values are told. */
interface ShownLines extends HeadTable {
  readonly measure: string;
  readonly format: (value: number) => string;
  /** Where heads are coloured cells: the value of the full colour. */
  readonly strip?: { readonly full: number };
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
        gap: 4px 12px;
        margin-bottom: 4px;
      }
      .folded h2 {
        flex: 1 0 auto;
        margin: 0;
      }
      .folded label {
        flex: 0 1 auto;
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
      .selected {
        flex-basis: 100%;
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
  private readonly room = new WidthController(this);
  private linesOf?: { readonly inputs: readonly unknown[]; readonly shown: ShownLines };

  override render() {
    const {
      explanation: { groups },
      group,
      folded,
      table,
    } = this;
    const { lines, columns, measure, format, strip } = this.shownLines();
    const all = group.layers.reduce((sum, layer) => sum + layer.heads, 0);
    const about = folded
      ? headCount(group)
      : `all ${count(all)}, ${table ? 'their measures' : columns.length === 0 ? `by ${measure}` : 'maximum-pooled'}`;
    const heading = html`<h2>
      ${foldButton('Heads', folded, to => this.dispatchEvent(panelEvent('fold', to)))} <span class="dim">${about}</span>
    </h2>`;
    return html`${folded ? html`<div class="folded">${heading}${this.orders()}</div>` : heading}
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
            .lines=${lines}
            .selection=${this.selection}
            .summaries=${this.summaries}
            @heads-choose=${this.onHeads}
          ></headlight-overview-table>`
        : html`<headlight-heads
            .group=${group}
            .lines=${lines}
            .columns=${columns}
            .selection=${this.selection}
            .scale=${this.choice.scale}
            .measure=${measure}
            .format=${format}
            .strip=${strip}
            .moved=${this.moved}
            @heads-choose=${this.onHeads}
          ></headlight-heads>`
    }
    ${
      folded
        ? this.selected()
        : html`<div class="bar">
            ${this.orders()} ${toolButton('check-all', 'Select all heads', this.onAll)}
            ${toolButton('table', 'Show the heads as a table', this.toggle, { pressed: table })} ${this.selected()}
          </div>`
    }`;
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
          ?disabled=${!summaries && chosen !== 'effect' && (folded || chosen === 'layer')}
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

  private shownLines(): ShownLines {
    const { group, folded, summaries, choice } = this;
    const order = folded ? this.colored : choice.order;
    const room = this.room.width;
    const inputs = [group, order, folded, order === 'layer' ? undefined : summaries, room];
    if (!this.linesOf || inputs.some((input, i) => input !== this.linesOf?.inputs[i])) {
      this.linesOf = { inputs, shown: this.linesBy(order, room) };
    }
    return this.linesOf.shown;
  }

  private linesBy(order: HeadOrder, room: number): ShownLines {
    const { group, folded, summaries } = this;
    const column = headColumn(order);
    const about = {
      measure: column?.name ?? '',
      format: column?.format ?? formatWeight,
    };
    const all = group.layers.reduce((sum, { heads }) => sum + heads, 0);
    if (folded) {
      const most = Math.max(0, ...(summaries ?? []).map(summary => column?.of(summary) ?? 0));
      // Parts of a whole are coloured as such; lengths and bits by the largest.
      const full = order === 'effect' || most > 1 ? most || 1 : 1;
      return { ...headTable(group, true, order, summaries), ...about, strip: { full } };
    }
    const perLine = Math.max(largestLayer(group), namedPerLine(room - labelWidth(all)));
    const lines = column ? headLines(group, order, summaries, perLine) : [];
    if (lines[0]?.heads[0]?.value !== undefined) return { lines, columns: [], ...about };
    // Many layers of few heads stand beside each other, where there is room for that.
    const { length } = group.layers;
    const across =
      length > 2 * largestLayer(group) && thumbnailLayout(room - labelWidth(all), length).perLine === length;
    return { ...headTable(group, across), ...about };
  }

  /** Whether any head has the measure on this text. */
  private measurable(order: HeadOrder): boolean {
    const column = headColumn(order);
    return (
      !column ||
      (!this.summaries && order !== 'effect') ||
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
