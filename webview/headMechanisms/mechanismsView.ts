import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ComputedMechanism, HeadMechanisms } from '../../core/attention/mechanisms/compareMechanisms';
import { type ParameterValues, withinLimits } from '../../core/attention/mechanisms/mechanism';
import { type MechanismId, mechanisms } from '../../core/attention/mechanisms/mechanisms';
import type { RunView } from '../../core/export/runPart';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionGroup, Explanation, HeadAddress } from '../../core/run/explanation';
import { arrowStep } from '../common/arrowStep';
import '../common/hoverNote';
import { type Segment, segmented } from '../common/segmented';
import { sliderStyles } from '../common/slider.styles';
import { selectStyles, sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { icon } from '../common/icons';
import { keepKeys } from '../common/keepKeys';
import { AskController } from '../run/askController';
import { type Choice, groupOf, textOf, tokensOf } from '../run/choice';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';
import { count, formatWeight, headName, kindName, quotedToken } from '../run/wording';
import { costChart } from './costChart';
import { type CostLine, costLines } from './costLines';
import { formatAmount } from './formatAmount';
import './mechanismPicture';
import type { SetMechanism } from './putBackView';
import './putBackView';
import { putBackResults } from './putBackResults';
import type { MechanismCell, MechanismPicture } from './mechanismPicture';
import { isEqual, ranks, withAnew } from './mechanismResults';
import { mechanismsViewStyles } from './mechanismsView.styles';

/** A table has no more rows of keys: the strongest of the head's own row. */
const mostKeys = 200;

const scales: readonly Segment[] = [
  { value: 'linear', label: 'linear', name: 'Linear scale' },
  { value: 'sqrt', label: '√', name: 'Square root scale' },
  { value: 'log', label: 'log', name: 'Logarithmic scale, four decades' },
];

type Parameters = Readonly<Partial<Record<MechanismId, ParameterValues>>>;

/** What was set, which stays while other tabs are looked at. */
let kept: { chosen: MechanismId; parameters: Parameters; exponent: number; table: boolean } = {
  chosen: 'window',
  parameters: {},
  exponent: 0,
  table: false,
};

/**
 * One head by many mechanisms: its matrix and the chosen token's row computed anew from its queries, keys and values, how
 * far each is from the head itself, and what each costs.
 */
@customElement('headlight-head-mechanisms')
export class MechanismsView extends LitElement {
  static override styles = [sharedStyles, selectStyles, sliderStyles, mechanismsViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  /** What is chosen in the run, to be changed from here. */
  @property({ attribute: false }) run!: RunState;
  @property({ attribute: false }) choice!: Choice;
  @property({ attribute: false }) host!: RunHost;

  @state() private set = kept;
  @state() private note?: {
    readonly from: string;
    readonly to?: string;
    readonly value?: string;
    readonly note: string;
    readonly anchor: DOMRect;
  };

  private readonly themes = new ThemeController(this);
  private readonly asked = new AskController<HeadMechanisms>(this);

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('choice');
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation')) this.asked.forget();
    const { head, query } = this.choice;
    const asked = JSON.stringify([this.explanation.run, head, query, this.set.exponent, this.set.parameters]);
    if (this.asked.isOf(asked) || !(changed.has('choice') || changed.has('explanation') || changed.has('set'))) return;
    const before = changed.get('set') as typeof kept | undefined;
    const onlyParameters =
      changed.size === 1 && before !== undefined && this.answer && before.exponent === this.set.exponent;
    // What was asked for and not answered is still to be computed.
    const only = onlyParameters && this.asked.isSettled ? changedOf(before.parameters, this.set.parameters) : undefined;
    const { parameters, exponent } = this.set;
    this.asked.ask(
      asked,
      signal => this.load(head, query, parameters, exponent, only, signal),
      (answer, before) => withAnew(before, answer),
    );
  }

  /** What is shown, to be exported. */
  get shown(): RunView {
    if (!this.answer) throw new Error('The mechanisms are not computed yet; export again when they are shown.');
    const { head, query } = this.choice;
    const putBack = putBackResults(this.explanation.run);
    return { kind: 'mechanisms', head, query, parameters: this.set.parameters, temperature: this.temperature, putBack };
  }

  override render() {
    const { answer, failure, waits } = this.asked;
    return html`${this.top()}
      ${failure ? html`<p class="failure" role="alert">${icon('error')} ${failure}</p>` : nothing}
      ${waits && !failure ? html`<p class="wait dim" role="status">Computing the head’s attention anew…</p>` : nothing}
      ${answer && !failure ? this.body(answer) : nothing}
      <headlight-hover-note
        .anchor=${this.note?.anchor}
        .from=${this.note?.from ?? ''}
        .to=${this.note?.to ?? ''}
        .value=${this.note?.value ?? ''}
        .note=${this.note?.note ?? ''}
      ></headlight-hover-note>`;
  }

  private get answer(): HeadMechanisms | undefined {
    return this.asked.answer;
  }

  private get group(): AttentionGroup {
    return groupOf(this.explanation, this.choice.head);
  }

  private get temperature(): number {
    const d = this.answer?.headSize;
    return this.set.exponent === 0 || d === undefined ? 1 : d ** (this.set.exponent / 2);
  }

  private nameOf(mechanism: (typeof mechanisms)[number]): string {
    return mechanism.name(withinLimits(mechanism, this.set.parameters[mechanism.id]));
  }

  private top() {
    const { choice, set, answer, group } = this;
    const { head, query } = choice;
    const tokens = tokensOf(this.explanation, group.queries);
    const own = answer?.mechanisms[0]?.ofRow.entropy;
    const most = answer && Math.log2(answer.causal ? query + 1 : answer.keys);
    const entropy =
      own === undefined || most === undefined ? '' : `entropy ${own.toFixed(2)} of ${most.toFixed(2)} bits`;
    const temperature = `temperature ${this.temperature.toFixed(2)}`;
    return html`<div class="top" @keydown=${keepKeys}>
      <h2>
        ${headName(head)}, computed anew
        <span class="dim"
          >from its own queries, keys and values · under each picture the row of token ${query}
          <bdi class="token"
            >${tokens[query] ? quotedToken(tokens[query], textOf(this.explanation, group.queries)) : ''}</bdi
          >, and how far that row is from the head’s own</span
        >
      </h2>
      <label
        >head
        <span class="select"
          ><select aria-label="Head" @change=${this.onHead}>
            ${this.explanation.groups.map(({ kind, layers }) =>
              layers.map(
                ({ layer, heads }) =>
                  html`<optgroup
                    label="${this.explanation.groups.length > 1 ? `${kindName(kind)}, layer` : 'Layer'} ${layer}"
                  >
                    ${Array.from(
                      { length: heads },
                      (_, each) =>
                        html`<option
                          value="${kind} ${layer} ${each}"
                          .selected=${kind === head.kind && layer === head.layer && each === head.head}
                        >
                          ${layer}.${each}
                        </option>`,
                    )}
                  </optgroup>`,
              ),
            )}</select
          >${icon('chevron-down')}</span
        ></label
      >
      <label
        >token
        <input
          class="field number"
          type="number"
          aria-label="Token whose row is shown"
          min="0"
          max=${tokens.length - 1}
          .value=${String(query)}
          @change=${this.onToken}
      /></label>
      <span class="spread"></span>
      <label
        class="temperature"
        title="Scores are divided by it before the softmax; on the left end, where √d is undone, they are QKᵀ"
        ><span class="dim">1/√d</span>
        <input
          type="range"
          min="-1"
          max="1"
          step="0.05"
          aria-label="Temperature"
          aria-valuetext="${temperature}, ${entropy}"
          .value=${String(set.exponent)}
          @input=${(event: Event) => this.change({ exponent: Number((event.target as HTMLInputElement).value) })}
        /><span class="number mono">${temperature} · <span class="dim">${entropy}</span></span></label
      >
      ${segmented('Scale', scales, choice.scale, scale => this.run.choose({ scale }))}
      <button class="button secondary" aria-pressed=${set.table} @click=${() => this.change({ table: !set.table })}>
        ${set.table ? 'Show Pictures' : 'Show as Table'}
      </button>
    </div>`;
  }

  private body(answer: HeadMechanisms) {
    const { set } = this;
    const lines = costLines(answer.headSize, answer.causal, set.parameters);
    const n = Math.max(answer.queries, answer.keys);
    return html`${set.table ? this.tables(answer) : this.pictures(answer)}
      ${
        answer.computed < answer.queries
          ? html`<p class="wait dim">
              Of ${count(answer.queries)} rows ${count(answer.computed)} were computed, evenly spread; a cell is the
              largest of those it stands for.
            </p>`
          : nothing
      }
      ${this.setting(answer)}
      <div class="below">
        <section class="costs" aria-label="What each costs">
          <h2>
            What each costs
            <span class="dim"
              >n = ${count(n)} now, one head, d = ${answer.headSize} · bytes of scores or of the state in their
              place</span
            >
          </h2>
          <div class="scroll" tabindex="0">${this.costs(lines, n)}</div>
        </section>
        <section class="chart" aria-label="Multiply-adds over length">
          <h2>Multiply-adds over length <span class="dim">both axes log</span></h2>
          ${
            set.table
              ? overLength(lines, n)
              : costChart({
                  lines,
                  chosen: set.chosen,
                  n,
                  d: answer.headSize,
                  theme: this.themes.theme,
                  point: note => (this.note = note),
                })
          }
        </section>
        <headlight-put-back
          .explanation=${this.explanation}
          .group=${this.group}
          .query=${this.choice.query}
          .host=${this.host}
          .set=${this.toPutBack()}
        ></headlight-put-back>
        ${this.explained()}
      </div>`;
  }

  /** The chosen mechanism of the chosen head, as it is set. */
  private toPutBack(): SetMechanism {
    const mechanism = mechanisms.find(({ id }) => id === this.set.chosen) ?? mechanisms[0];
    const { kind, layer, head } = this.choice.head;
    const { temperature } = this;
    return {
      address: { kind, layer, head },
      mechanism: mechanism.id,
      parameters: withinLimits(mechanism, this.set.parameters[mechanism.id]),
      temperature: mechanism.takesTemperature ? temperature : 1,
      name: `${this.nameOf(mechanism)}${mechanism.takesTemperature && temperature !== 1 ? `, temperature ${temperature.toFixed(2)}` : ''}`,
    };
  }

  private pictures(answer: HeadMechanisms) {
    const places = ranks(answer);
    return html`<div
      class="grid"
      role="listbox"
      aria-label="Mechanisms; the arrow keys choose one, Page Up and Page Down another token"
      aria-busy=${this.asked.waits}
      @keydown=${this.onKey}
    >
      ${mechanisms.map(mechanism => {
        const { id } = mechanism;
        const computed = answer.mechanisms.find(one => one.id === id);
        if (!computed) return nothing;
        const chosen = id === this.set.chosen;
        // As it was computed, which follows what is set by a moment.
        const name = mechanism.name(computed.values);
        const words = mechanism.words(computed.values, answer.causal);
        return html`<div
          class="card"
          role="option"
          aria-selected=${chosen}
          tabindex=${chosen ? 0 : -1}
          data-id=${id}
          aria-label="${name}: ${distanceWords(computed)}; ${words}"
          aria-description=${placeWords(mechanism.unranked, places.get(id))}
          @click=${(event: MouseEvent) => this.onCard(id, event)}
        >
          <b>${name}</b>
          <headlight-mechanism-picture
            .mechanism=${computed}
            .queries=${answer.queries}
            .keys=${answer.keys}
            .query=${this.choice.query}
            .causal=${answer.causal}
            .scale=${this.choice.scale}
            @cell-point=${({ detail }: CustomEvent<MechanismCell | undefined>) => this.point(name, computed, detail)}
          ></headlight-mechanism-picture>
          <span class="line number mono">
            ${
              isEqual(computed)
                ? html`<span class="equal">equal to 1e-5</span>`
                : id === 'scaled' && this.set.exponent === 0
                  ? html`<span class="equal" title="The model’s file rounds its numbers, to half precision or 8 bits"
                      >equal to ${computed.largest.toExponential(0)}</span
                    >`
                  : html`<span>${computed.ofRow.bits.toFixed(2)} <span class="dim">bits</span></span
                      ><span><span class="dim">Δ‖z‖</span> ${percent(computed.ofRow.change)}</span>`
            }
          </span>
          <span class="dim">${words}</span>
        </div>`;
      })}
    </div>`;
  }

  private tables(answer: HeadMechanisms) {
    const places = ranks(answer);
    const { group, explanation } = this;
    const tokens = tokensOf(explanation, group.keys);
    const text = textOf(explanation, group.keys);
    const own = answer.mechanisms[0].row;
    const keys = Array.from(own.keys())
      .filter(key => !answer.causal || key <= this.choice.query)
      .sort((a, b) => own[b] - own[a] || a - b)
      .slice(0, mostKeys)
      .sort((a, b) => a - b);
    return html`<div class="scroll rows" tabindex="0" role="region" aria-label="Distances of each mechanism">
        <table class="number mono">
          <caption class="dim">
            Distance of each mechanism from the head’s own attention: of this row, and the mean over rows
          </caption>
          <thead>
            <tr>
              ${['mechanism', 'closest', 'bits', 'mean', 'Δ‖z‖', 'mean', 'entropy', 'mean', 'largest difference'].map(
                name => html`<th scope="col">${name}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${mechanisms.map(mechanism => {
              const one = answer.mechanisms.find(({ id }) => id === mechanism.id);
              if (!one) return nothing;
              const { ofRow, mean } = one;
              return html`<tr class=${mechanism.id === this.set.chosen ? 'chosen' : ''}>
                <th scope="row">${this.chooser(mechanism.id, mechanism.name(one.values))}</th>
                <td>${mechanism.unranked ? 'not ranked' : isEqual(one) ? 'equal' : places.get(mechanism.id)}</td>
                <td>${ofRow.bits.toFixed(4)}</td>
                <td>${mean.bits.toFixed(4)}</td>
                <td>${percent(ofRow.change)}</td>
                <td>${percent(mean.change)}</td>
                <td>${ofRow.entropy.toFixed(2)}</td>
                <td>${mean.entropy.toFixed(2)}</td>
                <td>${one.largest.toExponential(1)}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
      <div class="scroll rows" tabindex="0" role="region" aria-label="The row by each mechanism">
        <table class="number mono">
          <caption class="dim">
            The row by each mechanism: the weight of each
            key${keys.length === mostKeys ? `, of the ${mostKeys} strongest of the head’s own row` : ''}
          </caption>
          <thead>
            <tr>
              <th scope="col">key</th>
              ${answer.mechanisms.map(
                ({ id, values }) =>
                  html`<th scope="col">${mechanisms.find(mechanism => mechanism.id === id)?.name(values)}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${keys.map(
              key =>
                html`<tr>
                  <th scope="row">
                    ${key} <bdi class="token">${tokens[key] ? quotedToken(tokens[key], text) : ''}</bdi>
                  </th>
                  ${answer.mechanisms.map(({ row }) => html`<td>${formatWeight(row[key])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  private chooser(id: MechanismId, name: string) {
    return html`<button class="link" aria-pressed=${id === this.set.chosen} @click=${() => this.change({ chosen: id })}>
      ${name}
    </button>`;
  }

  private setting(answer: HeadMechanisms) {
    const mechanism = mechanisms.find(({ id }) => id === this.set.chosen) ?? mechanisms[0];
    const values = withinLimits(mechanism, this.set.parameters[mechanism.id]);
    return html`<section class="set" aria-label="The chosen mechanism" @keydown=${keepKeys}>
      <h2>${this.nameOf(mechanism)}</h2>
      ${mechanism.parameters.map(
        ({ id, name, least, most }) =>
          html`<label
            >${name}
            <input
              class="field number"
              type="number"
              min=${least}
              max=${most}
              .value=${String(values[id])}
              @change=${(event: Event) => this.onParameter(mechanism.id, id, event.target as HTMLInputElement)}
          /></label>`,
      )}
      <p>
        <span class="mono">${mechanism.formula}</span> · ${mechanism.note}
        ${
          answer.hasBias && mechanism.leavesBias
            ? 'What this model adds to its scores (relative positions) has no place in it and is left out.'
            : ''
        }
        <span class="dim">${mechanism.source}</span>
      </p>
    </section>`;
  }

  private costs(lines: readonly CostLine[], n: number) {
    return html`<table class="number mono">
      <thead>
        <tr>
          ${['mechanism', 'mult.-adds', 'bytes', 'at 8,192', 'bytes'].map(name => html`<th scope="col">${name}</th>`)}
          ${['of', 'grows'].map(name => html`<th scope="col" class="text">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(({ ids, name, at, bytesOf, grows }) => {
          const [now, later] = [at(n), at(8192)];
          return html`<tr class=${ids.includes(this.set.chosen) ? 'chosen' : ''}>
            <th scope="row">${this.chooser(ids[0], name)}</th>
            <td>${formatAmount(now.multiplyAdds)}</td>
            <td>${formatAmount(now.bytes)}</td>
            <td>${formatAmount(later.multiplyAdds)}</td>
            <td>${formatAmount(later.bytes)}</td>
            <td class="text">${bytesOf}</td>
            <td class="text">${grows}</td>
          </tr>`;
        })}
      </tbody>
    </table>`;
  }

  private explained() {
    const tries: readonly (readonly [name: string, what: string, set: Partial<typeof kept>])[] = [
      ['Undo √d', 'the softmax saturates: watch the entropy fall', { exponent: -1, chosen: 'scaled' }],
      [
        'Take the sink away',
        'a bare window; put it back in all heads, then with one sink',
        { exponent: 0, chosen: 'sinks', parameters: { ...this.set.parameters, sinks: { sinks: 0, window: 8 } } },
      ],
      [
        'Performer with 8 features',
        'then 64, then 512: closer, and dearer',
        {
          exponent: 0,
          chosen: 'performer',
          parameters: { ...this.set.parameters, performer: { features: 8, seed: 1 } },
        },
      ],
    ];
    return html`<section class="explained" aria-label="What do I see?">
      <h2>What do I see?</h2>
      <p>
        One head of the model, its attention computed again from the queries, keys and values that it had on this text.
        The first picture is what the model does, <span class="mono">softmax(QKᵀ/√d) V</span>; the others look at fewer
        keys, or never write the scores down, to cost less on long texts.
      </p>
      <p>
        Bits tell how differently the row is spread (Jensen-Shannon: 0 alike, 1 no key in common), Δ‖z‖ how far what the
        head hands on has moved, as a part of its length. Far off here need not hurt the model, since other heads
        remain, and a little off in each of many heads can: put it back and see. The model was never trained with the
        other mechanism; one that was would fare better.
        <span class="dim">Vaswani et al. 2017; Tay et al. 2022, “Efficient Transformers: A Survey”</span>
      </p>
      <p>Three things to try:</p>
      <ul class="tries">
        ${tries.map(
          ([name, what, set]) =>
            html`<li><button class="link" @click=${() => this.change(set)}>${name}</button>: ${what}</li>`,
        )}
      </ul>
    </section>`;
  }

  private point(name: string, computed: ComputedMechanism, cell: MechanismCell | undefined): void {
    if (!cell) {
      this.note = undefined;
      return;
    }
    const { group, explanation } = this;
    const token = (sequence: AttentionGroup['keys'], index: number) => {
      const found = tokensOf(explanation, sequence)[index];
      return found ? `${index} ${quotedToken(found, textOf(explanation, sequence))}` : String(index);
    };
    const unseen = group.causal && cell.key > cell.query && !cell.pooled;
    this.note = {
      anchor: cell.anchor,
      from: token(group.queries, cell.query),
      to: token(group.keys, cell.key),
      value: unseen ? 'not seen' : formatWeight(cell.weight),
      note: `${name}${cell.pooled ? ', the largest of the weights in this cell' : ''} · row: ${distanceWords(computed)}`,
    };
  }

  private change(set: Partial<typeof kept>): void {
    this.set = kept = { ...this.set, ...set };
  }

  private readonly onHead = (event: Event) => {
    const [kind, layer, head] = (event.target as HTMLSelectElement).value.split(' ');
    const address = { kind, layer: Number(layer), head: Number(head) } as HeadAddress;
    const queries = tokensOf(this.explanation, groupOf(this.explanation, address).queries).length;
    this.run.choose({ head: address, heads: [address], query: Math.min(this.choice.query, queries - 1) });
  };

  private readonly onToken = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const query = Math.round(Number(input.value));
    if (input.value !== '' && query >= 0 && query < tokensOf(this.explanation, this.group.queries).length) {
      this.run.choose({ query });
    } else input.value = String(this.choice.query);
  };

  private onParameter(mechanism: MechanismId, parameter: string, input: HTMLInputElement): void {
    const known = mechanisms.find(({ id }) => id === mechanism);
    if (!known) return;
    const before = withinLimits(known, this.set.parameters[mechanism]);
    const values = withinLimits(known, {
      ...before,
      [parameter]: input.value === '' ? before[parameter] : Number(input.value),
    });
    input.value = String(values[parameter]);
    this.change({ parameters: { ...this.set.parameters, [mechanism]: values } });
  }

  /** Chooses a mechanism; in the picture of the chosen one, the row. */
  private onCard(id: MechanismId, event: MouseEvent): void {
    if (id !== this.set.chosen) {
      this.change({ chosen: id });
      return;
    }
    const picture = (event.currentTarget as HTMLElement).querySelector<MechanismPicture>('headlight-mechanism-picture');
    const cell = picture?.cellAt(event);
    if (cell) this.run.choose({ query: cell.query });
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const page = { PageUp: -1, PageDown: 1 }[event.key];
    const ends = { Home: 0, End: mechanisms.length - 1 }[event.key];
    const step = arrowStep(event.key);
    if (page === undefined && ends === undefined && !step) return;
    event.preventDefault();
    event.stopPropagation();
    if (page !== undefined) {
      const last = tokensOf(this.explanation, this.group.queries).length - 1;
      this.run.choose({ query: Math.max(0, Math.min(last, this.choice.query + page)) });
      return;
    }
    const columns = getComputedStyle(event.currentTarget as HTMLElement).gridTemplateColumns.split(' ').length;
    const at = mechanisms.findIndex(({ id }) => id === this.set.chosen);
    const to = ends ?? at + (step ? step[0] + step[1] * columns : 0);
    if (to < 0 || to >= mechanisms.length) return;
    this.change({ chosen: mechanisms[to].id });
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.card[tabindex="0"]')?.focus());
  };

  private async load(
    address: HeadAddress,
    query: number,
    parameters: Parameters,
    exponent: number,
    only: readonly MechanismId[] | undefined,
    signal: AbortSignal,
  ): Promise<HeadMechanisms> {
    const wish = { address, query, parameters, ...(only && { only }) };
    if (exponent === 0) return this.host.request(RunRequest.mechanisms, wish, signal);
    // The temperature is a power of d, which the first answer tells.
    const first =
      this.answer ?? (await this.host.request(RunRequest.mechanisms, { ...wish, only: ['scaled'] }, signal));
    return this.host.request(RunRequest.mechanisms, { ...wish, temperature: first.headSize ** (exponent / 2) }, signal);
  }
}

/** The mechanisms whose parameters differ. */
function changedOf(before: Parameters, now: Parameters): readonly MechanismId[] {
  return mechanisms.map(({ id }) => id).filter(id => before[id] !== now[id]);
}

/** What a mechanism costs over the length, in numbers. */
function overLength(lines: readonly CostLine[], n: number) {
  const lengths = [...new Set([16, n, 128, 1024, 8192])].sort((a, b) => a - b);
  return html`<div class="scroll" tabindex="0">
    <table class="number mono">
      <thead>
        <tr>
          <th scope="col">mechanism</th>
          ${lengths.map(length => html`<th scope="col">${count(length)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ({ name, at }) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${lengths.map(length => html`<td>${formatAmount(at(length).multiplyAdds)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function percent(part: number): string {
  return Number.isFinite(part) ? `${Math.round(100 * part)} %` : '—';
}

function distanceWords(computed: ComputedMechanism): string {
  if (isEqual(computed)) return 'equal to the head’s own to 1e-5';
  return `${computed.ofRow.bits.toFixed(2)} bits, result changed by ${percent(computed.ofRow.change)}`;
}

function placeWords(unranked: boolean | undefined, place: number | undefined) {
  if (unranked) return 'not ranked: its weights are random';
  return place === undefined ? nothing : `number ${place} by closeness to the head`;
}
