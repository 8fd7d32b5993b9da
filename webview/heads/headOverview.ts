import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import { headColumn } from '../../core/attention/measures/headColumns';
import type { HeadOrder } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import type { Segmented } from '../common/segmented';
import { oneLine, selectStyles, sharedStyles } from '../common/styles';
import type { Choice } from '../run/choice';
import { type PanelEvents, panelEvent } from '../run/events';
import { headLines, type HeadLine, headOrders } from './headOrder';
import type { HeadSelection } from '../run/headSelection';
import { toolButton } from '../common/toolButton';
import { toolStyles } from '../common/tools.styles';
import { count, kindName } from '../run/wording';
import { icon } from '../common/icons';
import '../common/segmented';
import './thumbnailGrid';
import './overviewTable';

/** The heads of a run: the kind of attention, their thumbnails or the table of them, what they are sorted by, and how many are selected. */
@customElement('headlight-overview')
export class HeadOverview extends LitElement {
  static override styles = [
    sharedStyles,
    toolStyles,
    selectStyles,
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

  @state() private table = false;
  private linesOf?: { readonly inputs: readonly unknown[]; readonly lines: readonly HeadLine[] };

  override render() {
    const {
      explanation: { groups },
      group,
      choice,
      summaries,
    } = this;
    const all = group.layers.reduce((sum, layer) => sum + layer.heads, 0);
    const measure =
      choice.order === 'layer'
        ? ''
        : choice.order === 'entropy'
          ? 'entropy'
          : (headOrders.find(({ order }) => order === choice.order)?.name ?? '');
    return html`<h2>
        Heads <span class="dim">all ${count(all)}, ${this.table ? 'their measures' : 'maximum-pooled'}</span>
      </h2>
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
        this.table
          ? html`<headlight-overview-table
              .kind=${group.kind}
              .lines=${this.lines()}
              .selection=${this.selection}
              .summaries=${summaries}
              @heads-choose=${this.onHeads}
            ></headlight-overview-table>`
          : html`<headlight-heads
              .group=${group}
              .lines=${this.lines()}
              .selection=${this.selection}
              .scale=${choice.scale}
              .measure=${measure}
              @heads-choose=${this.onHeads}
            ></headlight-heads>`
      }
      <div class="bar">
        <label
          ><span class="dim">sort by</span
          ><span class="select"
            ><select
              aria-label="Sort heads by"
              @change=${this.onOrder}
              ?disabled=${!summaries && choice.order === 'layer'}
            >
              ${headOrders.map(
                ({ order, name }) =>
                  html`<option value=${order} .selected=${order === choice.order} ?disabled=${!this.measurable(order)}>
                    ${name}
                  </option>`,
              )}</select
            >${icon('chevron-down')}</span
          ></label
        >
        ${toolButton('check-all', 'Select all heads', this.onAll)}
        ${toolButton('table', 'Show the heads as a table', this.toggle, { pressed: this.table })}
        ${
          choice.heads.length > 1
            ? html`<span class="selected"
                ><span role="status">${count(choice.heads.length)} heads selected</span> ·
                <button class="link" @click=${this.onClear}>Clear</button></span
              >`
            : nothing
        }
      </div>`;
  }

  private selectionOf?: { readonly choice: Choice; readonly selection: HeadSelection };

  private get selection(): HeadSelection {
    const { choice } = this;
    if (this.selectionOf?.choice.heads !== choice.heads || this.selectionOf.choice.head !== choice.head) {
      this.selectionOf = { choice, selection: { lead: choice.head, heads: choice.heads } };
    }
    return this.selectionOf.selection;
  }

  private lines(): readonly HeadLine[] {
    const inputs = [this.group, this.choice.order, this.choice.order === 'layer' ? undefined : this.summaries];
    if (!this.linesOf || inputs.some((input, i) => input !== this.linesOf?.inputs[i])) {
      this.linesOf = { inputs, lines: headLines(this.group, this.choice.order, this.summaries) };
    }
    return this.linesOf.lines;
  }

  /** Whether any head has the measure on this text. */
  private measurable(order: HeadOrder): boolean {
    const column = headColumn(order);
    return !column || !this.summaries || this.summaries.some(summary => column.of(summary) !== undefined);
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
