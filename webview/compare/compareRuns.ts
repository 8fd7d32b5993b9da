import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AlignedPlace } from '../../core/attention/compare/alignSequences';
import { sentenceOfToken } from '../../core/text/textPair';
import type { RunMatch } from '../../core/attention/compare/runMatch';
import type { RunView } from '../../core/export/runPart';
import type { CompareSelection, RunPartner } from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionGroup, Explanation, HeadAddress, SequenceName } from '../../core/run/explanation';
import { movingPast } from '../../core/run/movingPast';
import { groupOf, textOf, tokensOf } from '../run/choice';
import { headName, quotedToken } from '../run/wording';
import { type Segment, segmented } from '../common/segmented';
import './alignedTexts';
import './compareAgainst';
import { Comparison } from './comparison';
import { compareEvent } from './compareEvents';
import './matchTable';
import { showPair } from './headPair';
import { closestPair, fewShared, missingOf, pairedHead, type RunPair, usualPairing } from './runPair';
import './pairDistances';

const pairings: readonly Segment[] = [
  { value: 'same', label: 'same number', name: 'The head of the same layer and number' },
  { value: 'matched', label: 'most alike', name: 'The head that looks most alike: all heads matched by distance' },
];

/** A head in two runs: of two texts, two models or two precisions. Fires `head-choose` and `compare-keep`. */
@customElement('headlight-compare-runs')
export class CompareRuns extends Comparison {
  static override styles = [
    Comparison.styles,
    css`
      .below {
        align-items: start;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 330px;
      }
      headlight-match-table,
      headlight-aligned-texts {
        max-height: 380px;
      }
      p {
        margin-top: 8px;
      }
      @container (max-width: 1099px) {
        .below {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        headlight-match-table {
          grid-column: 2;
          grid-row: 1 / span 2;
        }
      }
      @container (max-width: 699px) {
        .below {
          grid-template-columns: minmax(0, 1fr);
        }
        headlight-match-table {
          grid-column: auto;
          grid-row: auto;
        }
      }
    `,
  ];

  @property({ attribute: false }) partner!: RunPartner;

  @state() private match?: RunMatch;
  @state() private pair?: RunPair;
  /** The match whose closest pair was chosen for the user. */
  private opened?: RunMatch;

  private get pairing(): NonNullable<CompareSelection['pairing']> {
    return this.chosen.pairing ?? usualPairing(this.explanation, this.partner.explanation);
  }

  private get other(): HeadAddress | undefined {
    return this.match && pairedHead(this.match, this.head, this.partner.explanation, this.pairing);
  }

  /**
   * What is shown, to be exported.
   * @throws Error with one sentence where no two heads are compared.
   */
  get shown(): RunView {
    const { head, other } = this;
    if (!other) throw new Error('No two heads are compared yet; export again when they are.');
    return { kind: 'runs', one: head, other };
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('chosen') as CompareSelection | undefined;
    const otherRun = ['explanation', 'group', 'partner'].some(name => changed.has(name));
    if (!otherRun && !changed.has('head') && !(changed.has('chosen') && before?.pairing !== this.chosen.pairing)) {
      return;
    }
    if (otherRun) this.match = this.pair = undefined;
    this.restart();
  }

  override render() {
    const { pair, match, head, other, partner } = this;
    const otherGroup = match && groupOf(partner.explanation, { kind: match.otherKind });
    const few = match && fewShared(match);
    const moving = movingPast(this.explanation) ?? movingPast(partner.explanation);
    return html`<headlight-against .host=${this.host} .partner=${partner}>
        ${segmented('Head of the other run', pairings, this.pairing, pairing => this.keep({ pairing }))}
      </headlight-against>
      ${[moving, few].map(note => (note ? html`<p class="dim" role="note">${note}</p>` : nothing))}
      ${this.status(!match && 'Comparing the runs…')}
      ${
        match && !other
          ? html`<p class="wait" role="status">
              No head of ${nameOf(partner.explanation)} stands for ${headName(head)}: it has fewer heads. Choose a pair
              below.
            </p>`
          : nothing
      }
      ${
        pair && other && otherGroup
          ? this.pictures(
              pair,
              {
                name: headName(pair.of[0]),
                note: `first: ${nameOf(this.explanation)}`,
                causal: this.group.causal,
                missing: pair.missing.one,
              },
              {
                name: headName(pair.of[1]),
                note: `second: ${nameOf(partner.explanation)}`,
                causal: otherGroup.causal,
                missing: pair.missing.other,
              },
              'first − second',
            )
          : nothing
      }
      ${match && otherGroup ? this.below(match, otherGroup) : nothing}`;
  }

  private below(match: RunMatch, otherGroup: AttentionGroup) {
    const { pair, other, head, pointed } = this;
    return html`<div class="below">
      <headlight-aligned-texts
        .places=${match.queries}
        .pointed=${pointed?.query}
        .one=${this.side('one', this.group.queries)}
        .other=${this.side('other', otherGroup.queries)}
        @place-point=${({ detail }: CustomEvent<number | undefined>) => {
          this.pointed = detail === undefined ? undefined : { query: detail };
        }}
      ></headlight-aligned-texts>
      <headlight-match-table
        .found=${match.matches}
        .group=${this.group}
        .otherGroup=${otherGroup}
        .head=${head}
        .partly=${match.keys.some(({ one, other: second }) => one === undefined || second === undefined)}
        .scale=${this.scale}
        @head-choose=${({ detail }: CustomEvent<Pick<HeadAddress, 'layer' | 'head'>>) => this.dispatchEvent(compareEvent('head-choose', detail))}
      ></headlight-match-table>
      ${
        pair && other
          ? html`<div>
              <headlight-pair-distances
                .distances=${pair.distances}
                .names=${match.queries.map(place => this.nameAt(place, 'queries'))}
                .pointedQuery=${pointed?.query}
              ></headlight-pair-distances>
              <p class="dim">
                Difference: blue where the first run looks more, orange with a minus where the second does. + and − zoom
                the pictures, T shows a query’s numbers.
              </p>
            </div>`
          : nothing
      }
    </div>`;
  }

  private side(side: 'one' | 'other', sequence: SequenceName) {
    const explanation = side === 'one' ? this.explanation : this.partner.explanation;
    return { text: textOf(explanation, sequence), tokens: tokensOf(explanation, sequence) };
  }

  protected override readonly nameOf = (axis: 'queries' | 'keys', place: number) =>
    this.match ? this.nameAt(this.match[axis][place], axis) : '';

  protected override readonly sentenceOf = (axis: 'queries' | 'keys', place: number) => {
    const { one, other } = this.match?.[axis][place] ?? {};
    const { pair } = one === undefined ? this.partner.explanation : this.explanation;
    const index = one ?? other;
    return pair && index !== undefined && this.group[axis] === 'input' ? sentenceOfToken(pair, index) : undefined;
  };

  private nameAt({ one, other }: AlignedPlace, axis: 'queries' | 'keys'): string {
    const group =
      one !== undefined || !this.match ? this.group : groupOf(this.partner.explanation, { kind: this.match.otherKind });
    const { text, tokens } = this.side(one === undefined ? 'other' : 'one', group[axis]);
    return quotedToken(tokens[one ?? other ?? 0], text);
  }

  /** The first picture of a match whose head stands for none is that of the two heads that are closest. */
  private openClosest(match: RunMatch): void {
    if (this.opened === match) return;
    this.opened = match;
    const closest = closestPair(match);
    if (closest) this.dispatchEvent(compareEvent('head-choose', closest.one));
  }

  protected override async load(signal: AbortSignal): Promise<void> {
    const { head, group } = this;
    this.match ??= await this.host.request(RunRequest.match, { kind: group.kind }, signal);
    const { match, other } = this;
    if (signal.aborted || !match) return;
    if (!other) {
      this.pair = undefined;
      this.openClosest(match);
      return;
    }
    const missing = missingOf(match);
    await showPair(
      { of: [head, other], ofPartner: true, queries: match.queries.length, keys: match.keys.length },
      this.host,
      signal,
      pair => {
        this.pair = { ...pair, missing };
      },
      this.fail,
    );
  }
}

/** "tiny-code-gpt, int8": the model and its precision. */
function nameOf({ model }: Explanation): string {
  return `${model.id} · ${model.dtype}`;
}
