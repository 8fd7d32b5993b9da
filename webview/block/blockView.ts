import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { blockRows } from '../../core/export/blockRows';
import type { RunView } from '../../core/export/runPart';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { BlockPath, PartPath } from '../../core/run/blockPath';
import { angleText, blockFormula, cosineText, partName } from '../../core/run/blockWords';
import type { AttentionGroup, Explanation, HeadAddress } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';
import { cssColor } from '../common/colorScale';
import { divergingColors } from '../common/divergingColors';
import '../common/hoverNote';
import { icon } from '../common/icons';
import { inlineStyle, setStyle } from '../common/inlineStyle';
import { keepKeys } from '../common/keepKeys';
import { selectStyles, sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { trackStyles } from '../common/track.styles';
import { WidthController } from '../common/widthController';
import { AskController } from '../run/askController';
import { type Choice, groupOf, textOf, tokensOf } from '../run/choice';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';
import { count, kindName, quotedToken } from '../run/wording';
import { formatNumber, formatSigned } from '../steps/stepNumbers';
import { blockFlow, type FlowEvents } from './blockFlow';
import { blockViewStyles } from './blockView.styles';
import { layerTable } from './layerTable';
import './positionPicture';
import { nearestOf, type PlacePair } from './positionPicture';

/** A table has no more rows of a vector's numbers; files have all. */
const mostNumbers = 1024;

/** Whether tables are shown, which stays while other tabs are looked at. */
let tables = false;

/** The chosen token's way through one block, and through all of them: what each part adds to the residual stream. */
@customElement('headlight-block')
export class BlockView extends LitElement {
  static override styles = [sharedStyles, selectStyles, trackStyles, blockViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  /** What is chosen in the run, to be changed from here. */
  @property({ attribute: false }) run!: RunState;
  @property({ attribute: false }) choice!: Choice;
  @property({ attribute: false }) host!: RunHost;

  @state() private table = tables;
  @state() private note?: {
    readonly from: string;
    readonly to?: string;
    readonly value: string;
    readonly note?: string;
    readonly anchor: DOMRect;
  };

  private readonly themes = new ThemeController(this);
  private readonly room = new WidthController(this);
  private readonly asked = new AskController<BlockPath>(this);

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('choice');
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation')) this.asked.forget();
    const {
      head: { kind, layer },
      query,
    } = this.choice;
    const asked = JSON.stringify([this.explanation.run, kind, layer, query]);
    if (this.asked.isOf(asked) || !(changed.has('choice') || changed.has('explanation'))) return;
    this.asked.ask(
      asked,
      signal => this.host.request(RunRequest.block, { kind, layer, position: query }, signal),
      path => {
        this.note = undefined;
        return path;
      },
    );
  }

  protected override updated(): void {
    // The theme's own orange is translucent, and high contrast has none.
    setStyle(this.style, { '--headlight-negative': cssColor(divergingColors(this.themes.theme).negative) });
  }

  /** What is shown, to be exported. */
  get shown(): RunView {
    if (!this.path || this.path.missing) throw new Error('There is no block yet; export again when it is shown.');
    const {
      head: { kind, layer },
      query,
    } = this.choice;
    return { kind: 'block', attention: kind, layer, query };
  }

  override render() {
    const { path } = this;
    const { failure } = this.asked;
    return html`${this.top()}
      ${failure ? html`<p class="said failure" role="alert">${icon('error')} ${failure}</p>` : nothing}
      ${path?.missing && !failure ? html`<p class="said" role="status">${path.missing}</p>` : nothing}
      ${path && !path.missing && !failure ? this.body(path) : nothing}
      <headlight-hover-note
        .anchor=${failure ? undefined : this.note?.anchor}
        .from=${this.note?.from ?? ''}
        .to=${this.note?.to ?? ''}
        .value=${this.note?.value ?? ''}
        .note=${this.note?.note ?? ''}
      ></headlight-hover-note>`;
  }

  private get path(): BlockPath | undefined {
    return this.asked.answer;
  }

  private get group(): AttentionGroup {
    return groupOf(this.explanation, this.choice.head);
  }

  private tokenName(index: number): string {
    const token = tokensOf(this.explanation, this.group.queries)[index];
    return token ? quotedToken(token, textOf(this.explanation, this.group.queries)) : '';
  }

  private top() {
    const { explanation, choice, group } = this;
    const { kind, layer } = choice.head;
    const decodes = explanation.groups.some(other => other.kind === 'decoder');
    const stacks = explanation.groups.filter(other => !(other.kind === 'cross' && decodes));
    const tokens = tokensOf(explanation, group.queries);
    return html`<div class="top" @keydown=${keepKeys}>
      <h2>
        One block
        <span class="dim"
          >what each part adds to the residual stream at token ${choice.query}
          <bdi class="token">${this.tokenName(choice.query)}</bdi></span
        >
      </h2>
      <label
        >block
        <span class="select"
          ><select aria-label="Block" @change=${this.onBlock}>
            ${stacks.map(stack => {
              const options = stack.layers.map(
                one =>
                  html`<option
                    value="${stack.kind} ${one.layer}"
                    .selected=${one.layer === layer && (stack.kind === kind || (kind === 'cross' && stack.kind === 'decoder'))}
                  >
                    ${stacks.length > 1 ? `${kindName(stack.kind).toLowerCase()} ` : ''}${one.layer}
                  </option>`,
              );
              return options;
            })}</select
          >${icon('chevron-down')}</span
        ></label
      >
      <label
        >token
        <input
          class="field number"
          type="number"
          aria-label="Token whose way is shown"
          min="0"
          max=${tokens.length - 1}
          .value=${String(choice.query)}
          @change=${this.onToken}
      /></label>
      <span class="spread dim" role="status"
        >${this.asked.waits && !this.asked.failure ? 'Reading what the blocks compute…' : ''}</span
      >
      <button class="button secondary" aria-pressed=${this.table} @click=${this.toggleTable}>
        ${this.table ? 'Show Pictures' : 'Show as Table'}
      </button>
    </div>`;
  }

  private body(path: BlockPath) {
    const { similarity, words } = path.positions;
    return html`<div class="columns">
        <section class="flow" aria-label="The block" aria-busy=${this.asked.waits}>
          <h2>Block ${path.chosen} <span class="dim mono formula">${blockFormula(path)}</span></h2>
          ${this.table ? this.vectorTable(path) : blockFlow(path, this.choice.head, this.flowEvents)}
        </section>
        <div class="side">
          <section aria-label="All blocks">
            <h2>
              All blocks
              <span class="dim"
                >length of what each part adds, angle to the stream, and the stream after the block</span
              >
            </h2>
            ${layerTable(path, this.chooseBlock)}
          </section>
          <section class="positions" aria-label="Positions">
            <h2>
              Positions
              ${
                similarity
                  ? html`<span class="dim"
                      >${similarity.kind === 'added' ? 'cosine between the vectors that are added' : 'mean cosine of the turn between two places'}</span
                    >`
                  : nothing
              }
            </h2>
            <p>${words}</p>
            ${
              similarity
                ? this.table
                  ? this.placeTable(similarity)
                  : html`<headlight-positions
                      .similarity=${similarity}
                      .chosen=${this.choice.query}
                      .nameOf=${(place: number) => `${place} ${this.tokenName(place)}`}
                      @places-point=${({ detail }: CustomEvent<PlacePair | undefined>) => this.pointPlaces(detail)}
                    ></headlight-positions>`
                : nothing
            }
          </section>
        </div>
      </div>
      <div class="below">${this.neurons(path)}${this.explained(path)}</div>`;
  }

  private neurons(path: BlockPath) {
    const found = path.parts.find(({ feedForward }) => feedForward)?.feedForward;
    const missing = path.parts.flatMap(part => (part.missing ? [part.missing] : []));
    if (!found) {
      return html`<section class="neurons" aria-label="Neurons">${missing.map(text => html`<p>${text}</p>`)}</section>`;
    }
    const { neurons, activations, looked, gated } = found;
    const made = [found.function, gated ? 'gated' : ''].filter(Boolean).join(', ');
    const moved = neurons.some(({ raises, lowers }) => raises.length + lowers.length > 0);
    const most = Math.max(...neurons.map(({ write }) => write));
    return html`<section class="neurons" aria-label="Neurons">
      <h2>
        Strongest neurons
        <span class="dim"
          >of
          ${count(activations.length)}${made ? ` (${made})` : ''}${looked < activations.length ? `, of the ${looked} most active those` : ''}
          that add most</span
        >
      </h2>
      <div class="scroll" tabindex="0">
        <table class="number mono">
          <thead>
            <tr>
              <th scope="col">neuron</th>
              <th scope="col">activation</th>
              <th scope="col">adds</th>
              <th scope="col" class="wide-only"></th>
              <th scope="col">angle</th>
              ${
                moved
                  ? html`<th scope="col" class="text">raises</th>
                      <th scope="col" class="text">lowers</th>`
                  : nothing
              }
            </tr>
          </thead>
          <tbody>
            ${neurons.map(
              neuron =>
                html`<tr>
                  <th scope="row">${neuron.neuron}</th>
                  <td>${formatNumber(neuron.activation)}</td>
                  <td>${formatNumber(neuron.write)}</td>
                  <td class="wide-only">
                    <span class="track"><i ${inlineStyle({ width: `${(100 * neuron.write) / most}%` })}></i></span>
                  </td>
                  <td title="cosine ${cosineText(neuron)}">${angleText(neuron)}</td>
                  ${
                    moved
                      ? [neuron.raises, neuron.lowers].map(
                          tokens =>
                            html`<td class="text tokens">
                              ${tokens.map(
                                ({ text, change }) =>
                                  html`<span title="logit ${formatSigned(change)}"
                                    ><bdi class="token">${visibleText(text)}</bdi>
                                    <span class="dim">${formatSigned(change)}</span></span
                                  >`,
                              )}
                            </td>`,
                        )
                      : nothing
                  }
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="dim">${path.tokens}</p>
      ${missing.map(text => html`<p>${text}</p>`)}
    </section>`;
  }

  private explained(path: BlockPath) {
    const last = path.blocks.length - 1;
    const { parts } = path.blocks[path.chosen];
    const has = (kind: PartPath['kind']) => parts.some(part => part.kind === kind);
    const together = parts.some(({ parallel }) => parallel);
    const strongest = path.parts
      .flatMap(({ heads = [] }, i) => heads.map(head => ({ ...head, part: parts[i] })))
      .reduce<{ readonly head: number; readonly write: number; readonly part: PartPath } | undefined>(
        (best, head) => (best && best.write >= head.write ? best : head),
        undefined,
      );
    return html`<section class="explained" aria-label="What do I see?">
      <h2>What do I see?</h2>
      <p>
        A transformer keeps one vector for each token, the residual stream, here ${count(path.size)} numbers. It begins
        as the token’s embedding, and each block adds to
        it${path.postNorm ? ', each sum being normalized' : ', reading it through a norm'}: what the heads of attention
        bring from other
        tokens${has('cross') ? ' and, by cross-attention, from the text that was given' : ''}${has('feedForward') ? `, ${together ? 'and at once' : 'and then'} what the feed-forward part makes of this token alone` : ''}.
        All that a block does is what it adds:
        <span class="mono">${blockFormula(path)}</span>.
      </p>
      <p>
        Blue is above zero, orange below. At 90° a part adds something new; far below, it makes the stream longer; far
        above, it takes something out. A neuron is a row of the feed-forward part’s last weights, times its activation.
        <span class="dim"
          >Vaswani et al. 2017; Xiong et al. 2020 (norm before or after); Elhage et al. 2021 (residual stream); Geva et
          al. 2022 (neurons and tokens)</span
        >
      </p>
      <p>Three things to try:</p>
      <ul class="tries">
        <li>
          <button class="link" @click=${() => this.run.choose({ query: 0 })}>The first token</button>: in many models
          its stream grows far longer than others’, where attention comes to rest
        </li>
        <li>
          <button class="link" @click=${() => this.chooseBlock(path.chosen === last ? 0 : last)}>
            ${path.chosen === last ? 'The first block' : 'The last block'}</button
          >:
          ${path.chosen === last ? 'its stream is the embedding as it is' : path.blocks[last].says ? 'it adds last: what would be said before it, and after?' : 'it adds last'}
        </li>
        <li>
          <button
            class="link"
            @click=${() => strongest && this.chooseHead(strongest.head, strongest.part)}
            ?disabled=${!strongest}
          >
            The strongest head</button
          >: it adds most here; Matrix and Steps then show where it looked
        </li>
      </ul>
    </section>`;
  }

  private vectorTable(path: BlockPath) {
    const block = path.blocks[path.chosen];
    const columns = blockRows(path);
    const heads = path.parts.flatMap(part => part.heads ?? []);
    return html`<div class="scroll rows" tabindex="0" role="region" aria-label="Vectors">
        <table class="number mono">
          <caption class="dim">
            The vectors of token ${this.choice.query}, number by
            number${path.size > mostNumbers ? `; the first ${mostNumbers} of ${count(path.size)}, files have all` : ''}
          </caption>
          <thead>
            <tr>
              <th scope="col">number</th>
              ${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}
            </tr>
            <tr>
              <th scope="row">length</th>
              ${columns.map(({ vector }) => html`<td>${formatNumber(Math.hypot(...vector))}</td>`)}
            </tr>
          </thead>
          <tbody>
            ${Array.from(
              { length: Math.min(mostNumbers, path.size) },
              (_, i) =>
                html`<tr>
                  <th scope="row">${i}</th>
                  ${columns.map(({ vector }) => html`<td>${formatNumber(vector[i])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        heads.length === 0
          ? nothing
          : html`<div class="scroll rows" tabindex="0" role="region" aria-label="Heads">
              <table class="number mono">
                <caption class="dim">
                  What each head adds
                </caption>
                <thead>
                  <tr>
                    ${['attention', 'head', 'length', 'angle', 'cosine'].map(name => html`<th scope="col">${name}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${path.parts.map((part, i) =>
                    (part.heads ?? []).map(
                      head =>
                        html`<tr>
                          <th scope="row">${partName(block.parts[i].kind)}</th>
                          <td>${head.head}</td>
                          <td>${formatNumber(head.write)}</td>
                          <td>${angleText(head)}</td>
                          <td>${cosineText(head)}</td>
                        </tr>`,
                    ),
                  )}
                </tbody>
              </table>
            </div>`
      }`;
  }

  private placeTable(similarity: NonNullable<BlockPath['positions']['similarity']>) {
    const row = nearestOf(similarity.places, this.choice.query);
    const { length } = similarity.places;
    return html`<div class="scroll rows" tabindex="0" role="region" aria-label="Similarity of places">
      <table class="number mono">
        <caption class="dim">
          Of place ${similarity.places[row]} with each
        </caption>
        <thead>
          <tr>
            <th scope="col">place</th>
            <th scope="col">similarity</th>
          </tr>
        </thead>
        <tbody>
          ${similarity.places.map(
            (place, i) =>
              html`<tr>
                <th scope="row">${place} <bdi class="token">${this.tokenName(place)}</bdi></th>
                <td>${formatNumber(similarity.data[row * length + i])}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private get flowEvents(): FlowEvents {
    return {
      // The styles have the same widths.
      stripWidth: this.room.width > 640 ? 192 : 128,
      point: note => (this.note = note),
      chooseHead: (head, part) => this.chooseHead(head, part),
    };
  }

  private pointPlaces(pair: PlacePair | undefined): void {
    this.note = pair && {
      from: `${pair.one} ${this.tokenName(pair.one)}`,
      to: `${pair.other} ${this.tokenName(pair.other)}`,
      value: formatNumber(pair.value),
      anchor: pair.anchor,
    };
  }

  private readonly toggleTable = () => {
    this.table = tables = !this.table;
  };

  /** Shows another block of the same stream. */
  private readonly chooseBlock = (block: number) => {
    const part = this.path?.blocks[block]?.parts.find(({ layer }) => layer !== undefined);
    if (part && part.kind !== 'feedForward' && part.layer !== undefined) this.choose(part.kind, part.layer);
  };

  private chooseHead(head: number, { kind, layer }: PartPath): void {
    if (kind === 'feedForward' || layer === undefined) return;
    const address = { kind, layer, head };
    this.run.choose({ head: address, heads: [address] });
  }

  private choose(kind: HeadAddress['kind'], layer: number): void {
    const group = groupOf(this.explanation, { kind });
    const heads = group.layers.find(one => one.layer === layer)?.heads ?? 1;
    const address = { kind, layer, head: Math.min(this.choice.head.head, heads - 1) };
    const tokens = tokensOf(this.explanation, group.queries).length;
    this.run.choose({ head: address, heads: [address], query: Math.min(this.choice.query, tokens - 1) });
  }

  private readonly onBlock = (event: Event) => {
    const [kind, layer] = (event.target as HTMLSelectElement).value.split(' ');
    this.choose(kind as HeadAddress['kind'], Number(layer));
  };

  private readonly onToken = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const query = Math.round(Number(input.value));
    if (input.value !== '' && query >= 0 && query < tokensOf(this.explanation, this.group.queries).length) {
      this.run.choose({ query });
    } else input.value = String(this.choice.query);
  };
}
