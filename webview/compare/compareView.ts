import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import { sentenceOfToken } from '../../core/text/textPair';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type { RunView } from '../../core/export/runPart';
import { type CompareSelection, PanelRequest } from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import { oneLine } from '../common/styles';
import { exportLook } from '../common/exportLook';
import { saveExport } from '../common/saveExport';
import type { HeadAddress } from '../../core/run/explanation';
import { layerOf, neighbourHead, textOf, tokensOf } from '../run/choice';
import { panelEvent } from '../run/events';
import { includesHead, inModelOrder, selectOnly } from '../run/headSelection';
import { similarHeadList, similarHeadListStyles } from '../run/similarHeadList';
import type { LoadGroups } from '../run/runState';
import { formatWeight, headName, quotedToken } from '../run/wording';
import { type Segment, segmented } from '../common/segmented';
import type { PictureSide } from './comparedPictures';
import { Comparison } from './comparison';
import { compareEvent, type CompareEvents } from './compareEvents';
import { type HeadPair, showPair } from './headPair';
import './compareAgainst';
import './headsTable';
import './pairDistances';

type Place = CompareEvents['head-choose'];

const pictures: readonly Segment[] = [
  { value: 'map', label: 'map', name: 'All heads on a map' },
  { value: 'tree', label: 'tree', name: 'All distances, with the tree of clusters' },
];

/** Two heads of a run side by side, their difference, and all heads on a map and in a table. Fires `head-choose`, `heads-choose` and `compare-keep`. */
@customElement('headlight-compare')
export class CompareView extends Comparison {
  static override styles = [
    Comparison.styles,
    similarHeadListStyles,
    css`
      h2 {
        margin-bottom: 6px;
        ${oneLine}
      }
      .below {
        grid-template-columns: 324px minmax(0, 1fr) 330px;
      }
      headlight-heads-table {
        height: 380px;
      }
      .all {
        display: grid;
        gap: 8px;
        justify-items: start;
        align-content: start;
        min-width: 0;
      }
      .all > :last-child {
        justify-self: stretch;
      }
      .side {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 14px;
        align-content: start;
        min-width: 0;
      }
      @container (max-width: 1199px) {
        .below {
          grid-template-columns: minmax(0, 324px) minmax(0, 1fr);
        }
        headlight-heads-table {
          grid-column: 1 / -1;
          grid-row: 2;
        }
      }
      @container (max-width: 559px) {
        .below {
          grid-template-columns: minmax(0, 1fr);
        }
        headlight-heads-table {
          grid-row: auto;
        }
      }
    `,
  ];

  @property({ attribute: false }) summaries?: readonly HeadSummary[];
  /** The selected heads: where they are several, the table has only them. */
  @property({ attribute: false }) heads: readonly HeadAddress[] = [];
  @property({ attribute: false }) loadGroups!: LoadGroups;

  @state() private groups?: HeadGroups;
  @state() private pair?: HeadPair;
  /** The picture whose script was asked for last. */
  private loaded?: CompareSelection['picture'];

  /** The head that the first is held against: the chosen one, else the next. */
  private get other(): HeadAddress {
    const {
      chosen: { other },
      head,
    } = this;
    return other?.kind === head.kind && layerOf(this.explanation, other) ? other : neighbourHead(this.group, head, 1);
  }

  /** What is shown, to be exported. */
  get shown(): RunView {
    return {
      kind: 'heads',
      one: this.head,
      other: this.other,
      labels: [this.labelled(this.head)?.text ?? '', this.labelled(this.other)?.text ?? ''],
      selected: this.heads,
      picture: this.chosen.picture ?? 'map',
    };
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('chosen') as CompareSelection | undefined;
    const otherHead = changed.has('chosen') && !sameAddress(before?.other, this.chosen.other);
    if (!otherHead && ['explanation', 'group', 'head'].every(name => !changed.has(name))) return;
    if (changed.has('explanation') || changed.has('group')) {
      this.groups = undefined;
      this.pair = undefined;
    }
    this.restart();
  }

  override render() {
    const {
      pair,
      head,
      other,
      group: { causal },
      chosen: { picture = 'map' },
    } = this;
    return html`<headlight-against .host=${this.host}></headlight-against>
      ${this.status(!pair && 'Comparing the heads…')}
      ${
        pair
          ? this.pictures(
              pair,
              this.side(pair.of[0], causal),
              this.side(pair.of[1], causal),
              pair.of.map(({ layer, head: number }) => `${layer}.${number}`).join(' − '),
            )
          : nothing
      }
      <div class="below">
        <div class="all">
          ${segmented('Picture of all heads', pictures, picture, picture => this.keep({ picture }))}
          ${
            picture === 'tree'
              ? html`<headlight-head-tree
                  .groups=${this.groups}
                  .summaries=${this.summaries}
                  .cut=${this.chosen.cut}
                  .keepCut=${this.keepCut}
                  .one=${head}
                  .other=${other}
                  .mark=${this.onMark}
                  @head-choose=${this.pass}
                  @other-choose=${this.onOther}
                ></headlight-head-tree>`
              : html`<headlight-head-map
                  .groups=${this.groups}
                  .group=${this.group}
                  .summaries=${this.summaries}
                  .one=${head}
                  .other=${other}
                  .heads=${this.heads}
                  .scale=${this.scale}
                  .mark=${this.onMark}
                  @head-choose=${this.pass}
                  @other-choose=${this.onOther}
                ></headlight-head-map>`
          }
        </div>
        <headlight-heads-table
          .group=${this.group}
          .summaries=${this.heads.length > 1 ? this.summaries?.filter(summary => includesHead(this.heads, summary)) : this.summaries}
          .one=${head}
          .other=${other}
          .scale=${this.scale}
          .save=${this.save}
          @head-choose=${this.pass}
          @other-choose=${this.onOther}
        ></headlight-heads-table>
        <div class="side">
          ${
            pair
              ? html`<headlight-pair-distances
                  .distances=${pair.distances}
                  .names=${this.names}
                  .pointedQuery=${this.pointed?.query}
                ></headlight-pair-distances>`
              : nothing
          }
          ${this.like()}
          <p class="dim">
            Difference: blue where the first head looks more, orange with a minus where the second does. Click a head to
            see it first, Ctrl+click (Space) to hold another against it. + and − zoom the pictures, T shows a query’s
            numbers.
          </p>
        </div>
      </div>`;
  }

  private like() {
    const { groups, head } = this;
    if (!groups) return nothing;
    return html`<section>
      <h2>Like it <span class="dim">Jensen-Shannon distance, bits</span></h2>
      ${similarHeadList(groups, head, 'Hold % against it', place => this.choose(place))}
    </section>`;
  }

  protected override readonly nameOf = (axis: 'queries' | 'keys', place: number) => {
    const sequence = this.group[axis];
    const token = tokensOf(this.explanation, sequence)[place];
    return token ? quotedToken(token, textOf(this.explanation, sequence)) : '';
  };

  protected override readonly sentenceOf = (axis: 'queries' | 'keys', place: number) => {
    const { pair } = this.explanation;
    return pair && this.group[axis] === 'input' ? sentenceOfToken(pair, place) : undefined;
  };

  private get names(): string[] {
    return tokensOf(this.explanation, this.group.queries).map((_, query) => this.nameOf('queries', query));
  }

  private side(head: HeadAddress, causal: boolean): PictureSide {
    const label = this.labelled(head);
    return { name: headName(head), note: label && html`<span title=${label.evidence}>${label.text}</span>`, causal };
  }

  private labelled({ layer, head }: HeadAddress): { readonly text: string; readonly evidence: string } | undefined {
    const summary = this.summaries?.find(candidate => candidate.layer === layer && candidate.head === head);
    const label = summary?.label;
    return (
      label && { text: `${label.name} ${formatWeight(summary.masses[label.id]?.mass ?? 0)}`, evidence: label.evidence }
    );
  }

  protected override async load(signal: AbortSignal): Promise<void> {
    const { head, other } = this;
    const { queries, keys } = layerOf(this.explanation, head) ?? this.group.layers[0];
    await showPair(
      { of: [head, other], ofPartner: false, queries, keys },
      this.host,
      signal,
      pair => {
        this.pair = pair;
      },
      this.fail,
    );
    if (this.groups || signal.aborted) return;
    const groups = await this.loadGroups();
    if (!signal.aborted) this.groups = groups;
  }

  protected override updated(): void {
    const { picture = 'map' } = this.chosen;
    if (this.loaded === picture) return;
    this.loaded = picture;
    (picture === 'tree' ? import('./headTree') : import('./headMap')).catch(() =>
      this.fail(
        new Error('This picture could not be loaded; reload the window (Developer: Reload Window) to get it back.'),
      ),
    );
  }

  private readonly keepCut = (cut: number) => this.keep({ cut });

  private choose({ layer, head }: Place): void {
    this.keep({ other: { kind: this.head.kind, layer, head } });
  }

  private readonly onOther = ({ detail }: CustomEvent<Place>) => this.choose(detail);

  /** Several heads are selected together, as in the overview; none: only the first is. */
  private readonly onMark = (heads: readonly Place[]) => {
    const { head } = this;
    const lead = includesHead(heads, head) ? head : (heads[0] ?? head);
    const { layer, head: number } = lead;
    this.dispatchEvent(
      panelEvent(
        'heads-choose',
        heads.length > 0
          ? { lead: { layer, head: number }, heads: inModelOrder(heads) }
          : selectOnly({ layer, head: number }),
      ),
    );
  };

  private readonly pass = ({ detail }: CustomEvent<Place>) => {
    // The partner stays, so that one head after another can be held against it.
    this.keep({ other: this.other });
    this.dispatchEvent(compareEvent('head-choose', detail));
  };

  private readonly save = (format: 'csv' | 'json') => {
    const { summaries = [] } = this;
    const name = `heads-${this.explanation.model.id}`;
    saveExport(format, {
      name,
      make: made =>
        this.host.request(RunRequest.export, {
          what: { kind: 'headTable', summaries },
          format: made,
          look: exportLook(),
        }),
      save: file => this.host.request(PanelRequest.save, file),
    }).catch((error: unknown) => this.fail(error));
  };
}

function sameAddress(one?: HeadAddress, other?: HeadAddress): boolean {
  return one === other || (one?.kind === other?.kind && one?.layer === other?.layer && one?.head === other?.head);
}
