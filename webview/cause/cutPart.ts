import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CellRange } from '../../core/attention/cellRange';
import {
  type CutPlaces,
  type CutStep,
  cutWords,
  formWords,
  headsOfLayers,
  parseSteps,
  stepsJson,
} from '../../core/cause/cutSteps';
import type { CauseFound } from '../../core/export/causeNumbers';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { Cut, CutEffect, CutForm, MovedByCut, PlaceRange } from '../../core/run/cause';
import type { AttentionGroup, ChangedPrediction, Explanation, Prediction } from '../../core/run/explanation';
import '../common/hoverNote';
import { icon } from '../common/icons';
import { inlineStyle } from '../common/inlineStyle';
import { keepKeys } from '../common/keepKeys';
import { type Segment, segmented } from '../common/segmented';
import { selectStyles, sharedStyles } from '../common/styles';
import { trackStyles } from '../common/track.styles';
import { WidthController } from '../common/widthController';
import '../compare/comparedMatrix';
import { signedWeight } from '../compare/headPair';
import { wholeWindow, type ZoomWindow } from '../compare/zoomWindow';
import { effectTable, effectTableStyles } from '../details/effectTable';
import { positionOf } from '../details/effectPosition';
import { AskController } from '../run/askController';
import { type Choice, textOf, tokensOf } from '../run/choice';
import type { Pointed } from '../run/events';
import { fromTensor, type HeadMatrix, weightAt } from '../run/headMatrix';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';
import { formatExactly, placedToken } from '../run/wording';
import { formatChange, formatSize } from './causeNumbers';
import { causeEvent } from './causeEvents';
import { causePartStyles } from './causePart.styles';

/** So many heads that moved most are listed. */
const mostMoved = 12;
/** The longer side of what is drawn as a picture at most: longer ones take too long to fetch whole. */
const longestSide = 2048;

type Scope = 'head' | 'selected' | 'layers' | 'all';

const forms: readonly Segment[] = [
  {
    value: 'scores',
    label: formWords.scores,
    name: 'Minus infinity before softmax: what is left shares its weight out anew',
  },
  { value: 'probabilities', label: formWords.probabilities, name: 'Zero after softmax: the weight is gone' },
];

/** How a cut is made, which stays while other tabs are looked at. */
let kept: { readonly scope: Scope; readonly form: CutForm } = { scope: 'head', form: 'scores' };

interface Difference {
  readonly head: MovedByCut;
  readonly before: HeadMatrix;
  readonly after: HeadMatrix;
  readonly difference: HeadMatrix;
}

/**
 * Attention cut from queries to keys: the form, the steps, and what all steps that are on do together. Fires `steps-change`
 * and `token-hover`.
 */
@customElement('headlight-cuts')
export class CutPart extends LitElement {
  static override styles = [sharedStyles, selectStyles, trackStyles, effectTableStyles, causePartStyles];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) run!: RunState;
  @property({ attribute: false }) choice!: Choice;
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) brushed?: CellRange;
  /** Keys that were chosen in the text. */
  @property({ attribute: false }) wished?: PlaceRange;
  @property({ attribute: false }) steps: readonly CutStep[] = [];
  @property({ attribute: false }) predictions?: readonly Prediction[];
  @property({ attribute: false }) host!: RunHost;

  @state() private set = kept;
  @state() private layers: PlaceRange = { first: 0, last: 0 };
  @state() private queries: PlaceRange = { first: 0, last: 0 };
  @state() private keys: PlaceRange = { first: 0, last: 0 };
  @state() private refusal = '';
  /** The token whose log-probability is told in place of the likeliest. */
  @state() private asked?: { readonly id: number; readonly text: string };
  @state() private moved?: Pick<MovedByCut, 'layer' | 'head'>;
  @state() private pasting = false;
  @state() private said = '';
  @state() private window: ZoomWindow = wholeWindow;
  @state() private pointed?: Pointed;

  private readonly effect = new AskController<CutEffect>(this);
  private readonly difference = new AskController<Difference>(this);
  private readonly room = new WidthController(this);

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('steps');
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { query, brushed, wished, group } = this;
    const isNew = changed.has('explanation') || changed.has('group');
    const last = this.tokens('keys').length - 1;
    if (isNew) {
      const { layer } = this.choice.head;
      this.layers = { first: layer, last: layer };
      this.keys = { first: 0, last: 0 };
      [this.asked, this.moved, this.refusal] = [undefined, undefined, ''];
      this.effect.forget();
      this.difference.forget();
    }
    if (isNew || changed.has('query')) this.queries = { first: query, last: query };
    const range = brushed && this.choice.head.kind === group.kind ? brushed : undefined;
    if (range && (isNew || changed.has('brushed'))) {
      this.queries = { first: range.firstQuery, last: range.lastQuery };
      this.keys = { first: range.firstKey, last: Math.min(range.lastKey, last) };
    }
    if (wished && changed.has('wished')) this.keys = wished;
    if (this.set.scope === 'selected' && this.choice.heads.length < 2) this.set = { ...this.set, scope: 'head' };
    this.ask();
  }

  /** What is known of it, to be exported. */
  get found(): CauseFound['cuts'] {
    if (this.steps.length === 0) return undefined;
    const answer = this.cuts.length > 0 ? this.effect.answer : undefined;
    return {
      steps: this.steps.map(step => ({ ...step, words: this.words(step) })),
      effect: answer?.effect,
      moved: answer?.moved ?? [],
    };
  }

  override render() {
    return html`<section aria-label="Cut" @keydown=${keepKeys}>
        <h2>Cut <span class="dim">queries may not look at keys (attention knockout)</span></h2>
        ${this.form()}${this.refusal ? html`<p class="failure" role="alert">${icon('error')} ${this.refusal}</p>` : nothing}
      </section>
      <div class="pair">
        <section aria-label="Before and after" aria-busy=${this.effect.waits}>${this.beforeAndAfter()}</section>
        <section aria-label="Steps">${this.list()}</section>
      </div>
      ${this.movedHeads()}`;
  }

  /** The cuts that are on. */
  private get cuts(): readonly Cut[] {
    return this.steps
      .filter(({ off }) => !off)
      .map(({ kind, heads, queries, keys, form }) => ({ kind, heads, queries, keys, form }));
  }

  private get places(): CutPlaces {
    return {
      groups: this.explanation.groups.map(({ kind, layers, queries, keys }) => ({
        kind,
        layers,
        queries: tokensOf(this.explanation, queries).length,
        keys: tokensOf(this.explanation, keys).length,
      })),
    };
  }

  private tokens(axis: 'queries' | 'keys', group = this.group) {
    return tokensOf(this.explanation, group[axis]);
  }

  private nameOf(axis: 'queries' | 'keys', place: number, group = this.group): string {
    return placedToken(this.tokens(axis, group), place, textOf(this.explanation, group[axis]));
  }

  private words(step: CutStep): string {
    const group = this.explanation.groups.find(({ kind }) => kind === step.kind) ?? this.group;
    const words = cutWords(step, group.layers, (axis, place) => this.nameOf(axis, place, group));
    return this.explanation.groups.length > 1 ? words.replace('cut ', `cut ${step.kind} `) : words;
  }

  private get position() {
    return positionOf(this.explanation, this.group, this.query);
  }

  /** The token whose log-probability is told. */
  private get told(): number | undefined {
    return this.asked?.id ?? (this.explanation.classes ? undefined : this.predictions?.[0]?.id);
  }

  private ask(): void {
    const { cuts, told, explanation } = this;
    const position = this.position.index;
    if (cuts.length === 0) {
      this.effect.forget();
      this.difference.forget();
      return;
    }
    const key = JSON.stringify([explanation.run, cuts, position, told]);
    if (!this.effect.isOf(key) && !this.failedFor(key)) {
      this.failed = key;
      this.effect.ask(key, signal =>
        this.host.request(RunRequest.cut, { cuts, position, ...(told !== undefined && { token: told }) }, signal),
      );
    }
    if (!this.moved) return;
    const { kind } = cuts[0];
    const head = { ...this.moved, kind };
    const asked = JSON.stringify([explanation.run, cuts, head]);
    if (this.difference.isOf(asked) || this.difference.failure) return;
    this.difference.ask(asked, async signal => {
      const [before, after] = await Promise.all([
        this.host.request(RunRequest.head, { address: head }, signal),
        this.host.request(RunRequest.cutHead, { cuts, address: head }, signal),
      ]);
      const [first, second] = [fromTensor(before), fromTensor(after)];
      return {
        head: { ...head, distance: 0 },
        before: first,
        after: second,
        difference: { ...first, data: second.data.map((weight, i) => weight - first.data[i]) },
      };
    });
  }

  /** What was asked for last: that it failed is no reason to ask again. */
  private failed = '';

  private failedFor(key: string): boolean {
    return this.effect.failure !== '' && this.failed === key;
  }

  private form() {
    const { group, choice, set } = this;
    const { layers } = group;
    const heads = layers.flatMap(({ layer, heads: count }) =>
      Array.from({ length: count }, (_, head) => ({ layer, head })),
    );
    const isOfGroup = choice.head.kind === group.kind;
    return html`<div class="form">
      <span class="dim">in</span>
      <div class="tools">
        <span class="select"
          ><select aria-label="Heads" @change=${this.onScope}>
            <option value="head" .selected=${set.scope === 'head'}>one head</option>
            ${choice.heads.length > 1 && isOfGroup ? html`<option value="selected" .selected=${set.scope === 'selected'}>${choice.heads.length} selected heads</option>` : nothing}
            <option value="layers" .selected=${set.scope === 'layers'}>layers</option>
            <option value="all" .selected=${set.scope === 'all'}>all heads</option></select
          >${icon('chevron-down')}</span
        >
        ${
          set.scope === 'head'
            ? html`<span class="select"
                ><select aria-label="Head" @change=${this.onHead}>
                  ${heads.map(
                    ({ layer, head }) =>
                      html`<option
                        value="${layer}.${head}"
                        .selected=${layer === this.head.layer && head === this.head.head}
                      >
                        ${layer}.${head}
                      </option>`,
                  )}</select
                >${icon('chevron-down')}</span
              >`
            : set.scope === 'layers'
              ? this.range('layer', this.layers, layers[layers.length - 1].layer, range => (this.layers = range))
              : nothing
        }
      </div>
      <span class="dim">from</span>
      <div class="tools">
        ${this.range('query', this.queries, this.tokens('queries').length - 1, range => (this.queries = range), 'queries')}
      </div>
      <span class="dim">to</span>
      <div class="tools">
        ${this.range('key', this.keys, this.tokens('keys').length - 1, range => (this.keys = range), 'keys')}
      </div>
      <span></span>
      <div class="tools">
        ${segmented('How it is cut', forms, set.form, form => (this.set = kept = { ...set, form }))}
        <button class="button" @click=${this.cut}>Cut</button>
      </div>
    </div>`;
  }

  /** The head of the scope “one head”. */
  private get head(): Pick<MovedByCut, 'layer' | 'head'> {
    const { choice, group } = this;
    return choice.head.kind === group.kind ? choice.head : group.first;
  }

  private range(
    name: string,
    { first, last }: PlaceRange,
    most: number,
    change: (range: PlaceRange) => void,
    axis?: 'queries' | 'keys',
  ) {
    const field = (end: 'first' | 'last', value: number) =>
      html`<input
          class="field number"
          type="number"
          min="0"
          max=${most}
          aria-label="${end === 'first' ? 'First' : 'Last'} ${name}"
          .value=${String(value)}
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            const place = Math.round(Number(input.value));
            if (input.value === '' || !(place >= 0 && place <= most)) {
              input.value = String(value);
              return;
            }
            change(
              end === 'first'
                ? { first: place, last: Math.max(place, last) }
                : { first: Math.min(first, place), last: place },
            );
          }}
        />${axis ? html`<bdi class="token mono name">${this.nameOf(axis, value)}</bdi>` : nothing}`;
    return html`${field('first', first)}<span class="dim">–</span>${field('last', last)}`;
  }

  private beforeAndAfter() {
    const { cuts, effect } = this;
    const { answer, failure } = effect;
    const position = this.position.name;
    const heading = html`<h2>
      Before and after
      ${cuts.length > 0 ? html`<span class="dim">${cuts.length === 1 ? 'with one cut' : `with ${cuts.length} cuts at once`}</span>` : nothing}
    </h2>`;
    if (failure) {
      return html`${heading}
        <p class="failure" role="alert">${icon('error')} ${failure}</p>`;
    }
    if (cuts.length === 0) {
      return html`${heading}
        <p class="dim">
          Choose heads, queries and keys, and then Cut: what the model says then stands here beside what it says now.
        </p>`;
    }
    if (!answer) {
      return html`${heading}
        <p class="dim" role="status">${effect.waits ? 'Running the model with the cuts…' : ''}</p>`;
    }
    const { token, scores } = answer.effect;
    const pick =
      this.explanation.classes || this.explanation.predicts === 'class'
        ? undefined
        : ({ id, text }: ChangedPrediction) => (this.asked = { id, text });
    return html`${heading}${effectTable(answer.effect, position, pick, 'after', 'before')}
    ${
      token && !scores && token.before > 0 && token.after > 0
        ? html`<p class="dim" role="status">
            Δ log p
            <span class="mono">${formatChange(Math.log(token.after / token.before))}</span
            >${pick ? '; choose another token above' : ''}
          </p>`
        : nothing
    }`;
  }

  private list() {
    const { steps } = this;
    return html`<h2>Steps <span class="dim">each can be taken back</span></h2>
      <ol class="steps">
        ${steps.map(
          (step, i) =>
            html`<li>
              <label class=${step.off ? 'dim' : ''}
                ><input
                  type="checkbox"
                  .checked=${!step.off}
                  @change=${() => this.change(steps.map((one, j) => (j === i ? { ...one, off: !one.off } : one)))}
                /><span><span class="dim">${i + 1}</span> ${this.words(step)}</span></label
              ><span class="dim mono">${placesWords(step)}</span
              ><button
                class="plain"
                title="Take this step back"
                aria-label="Take step ${i + 1} back"
                @click=${() => this.change(steps.filter((_, j) => j !== i))}
              >
                ${icon('close')}
              </button>
            </li>`,
        )}
      </ol>
      ${steps.length === 0 ? html`<p class="dim">Nothing is cut.</p>` : nothing}
      <div class="tools">
        ${
          steps.length > 0
            ? html`<button class="button secondary" @click=${() => this.change(steps.slice(0, -1))}>Undo</button>
                <button class="button secondary" @click=${this.copy}>Copy as JSON</button>`
            : nothing
        }
        <button class="button secondary" aria-expanded=${this.pasting} @click=${this.togglePasting}>Paste Steps</button>
        <span class="dim" role="status">${this.said}</span>
      </div>
      ${
        this.pasting
          ? html`<textarea
              class="field mono"
              rows="3"
              aria-label="Steps as JSON, to be pasted here"
              placeholder="Paste the JSON here"
              spellcheck="false"
              @keydown=${this.onPasteKey}
              @input=${this.onPaste}
            ></textarea>`
          : nothing
      }`;
  }

  private movedHeads() {
    const { answer } = this.effect;
    if (this.cuts.length === 0 || !answer || this.effect.failure) return nothing;
    const all = [...answer.moved].sort((a, b) => b.distance - a.distance).filter(({ distance }) => distance > 0);
    const listed = all.slice(0, mostMoved);
    const most = listed[0]?.distance ?? 1;
    const { moved } = this;
    return html`<div class="pair">
      <section aria-label="Heads that look elsewhere">
        <h2>
          Look elsewhere
          <span class="dim"
            >Jensen-Shannon divergence in bits,
            ${all.length > mostMoved ? `the first ${mostMoved} of ${all.length} heads` : 'all heads that moved'}</span
          >
        </h2>
        ${listed.length === 0 ? html`<p class="dim">No head looks elsewhere.</p>` : nothing}
        <ul class="moved mono" aria-label="Heads that look elsewhere, most first">
          ${listed.map(({ layer, head, distance }) => {
            const chosen = moved?.layer === layer && moved.head === head;
            return html`<li>
              <button
                class="link"
                aria-pressed=${chosen}
                title="Show what changes in head ${layer}.${head}"
                @click=${() => this.choose(chosen ? undefined : { layer, head })}
              >
                ${layer}.${head}</button
              ><span class="track"><i ${inlineStyle({ width: `${(100 * distance) / most}%` })}></i></span
              ><span class="number">${formatSize(distance)}</span>
            </li>`;
          })}
        </ul>
      </section>
      <section aria-label="Difference">${this.picture()}</section>
    </div>`;
  }

  private picture() {
    const { moved, difference, group } = this;
    const { answer, failure } = difference;
    if (!moved) {
      return html`<h2>Difference</h2>
        <p class="dim">Choose a head to see where it looks more, and where less.</p>`;
    }
    const heading = html`<h2>
      Difference <span class="dim">head ${moved.layer}.${moved.head}, after less before: blue more, orange less</span>
    </h2>`;
    if (failure) {
      return html`${heading}
        <p class="failure" role="alert">${icon('error')} ${failure}</p>`;
    }
    const side = Math.max(this.tokens('queries').length, this.tokens('keys').length);
    if (side > longestSide) {
      return html`${heading}
        <p>The text is too long for a picture of the difference.</p>`;
    }
    if (!answer) {
      return html`${heading}
        <p class="dim" role="status">${difference.waits ? 'Reading the head…' : ''}</p>`;
    }
    const { pointed } = this;
    const shown = pointed?.query !== undefined && pointed.key !== undefined;
    const cell = (matrix: HeadMatrix) => (shown ? weightAt(matrix, pointed.query ?? 0, pointed.key ?? 0) : 0);
    const value = cell(answer.difference);
    const note = `before ${formatExactly(cell(answer.before))}, after ${formatExactly(cell(answer.after))} · row ${pointed?.query}, column ${pointed?.key}`;
    const [from, to] = shown
      ? [this.nameOf('queries', pointed.query ?? 0), this.nameOf('keys', pointed.key ?? 0)]
      : ['', ''];
    const size = Math.floor(
      Math.max(120, Math.min(300, this.room.width > 560 ? this.room.width / 2 - 24 : this.room.width - 24)),
    );
    return html`${heading}<headlight-compared-matrix
        .label=${`Difference of head ${moved.layer}.${moved.head}`}
        .matrix=${answer.difference}
        .signed=${true}
        .causal=${group.causal}
        .size=${size}
        .window=${this.window}
        .pointed=${pointed}
        @zoom=${({ detail }: CustomEvent<ZoomWindow>) => (this.window = detail)}
        @cell-point=${({ detail }: CustomEvent<Pointed | undefined>) => this.point(detail)}
      ></headlight-compared-matrix>
      <headlight-hover-note
        .anchor=${shown ? pointed.anchor : undefined}
        .from=${from}
        .to=${to}
        .value=${signedWeight(value)}
        .note=${note}
      ></headlight-hover-note>
      <div class="visually-hidden" role="status">
        ${shown ? `${from}, ${to}: ${signedWeight(value)}, ${note}` : ''}
      </div>`;
  }

  private point(pointed: Pointed | undefined): void {
    this.pointed = pointed;
    const index = pointed?.key;
    this.dispatchEvent(
      causeEvent('token-hover', index === undefined ? undefined : { sequence: this.group.keys, index }),
    );
  }

  private choose(head: Pick<MovedByCut, 'layer' | 'head'> | undefined): void {
    this.difference.forget();
    [this.moved, this.window, this.pointed] = [head, wholeWindow, undefined];
  }

  private change(steps: readonly CutStep[]): void {
    this.said = '';
    this.refusal = '';
    this.difference.forget();
    this.dispatchEvent(causeEvent('steps-change', steps));
  }

  private readonly cut = () => {
    const { group, queries, keys, set } = this;
    if (group.causal && group.queries === group.keys && keys.first > queries.last) {
      this.refusal = `Token ${queries.last} does not see what comes after it; choose keys before it.`;
      return;
    }
    const heads = this.chosenHeads();
    if (heads.length === 0) {
      this.refusal = 'There are no such layers; choose others.';
      return;
    }
    const step: CutStep = { kind: group.kind, heads, queries, keys, form: set.form };
    const same = JSON.stringify(step);
    if (this.steps.some(({ off, ...one }) => !off && JSON.stringify(one) === same)) {
      this.refusal = 'That is cut already.';
      return;
    }
    this.change([...this.steps, step]);
  };

  private chosenHeads(): Cut['heads'] {
    const { group, set, layers, choice } = this;
    const place = ({ layer, head }: Pick<MovedByCut, 'layer' | 'head'>) => ({ layer, head });
    switch (set.scope) {
      case 'head':
        return [place(this.head)];
      case 'selected':
        return choice.heads.map(place);
      case 'layers':
        return headsOfLayers(group.layers, layers.first, layers.last);
      case 'all':
        return headsOfLayers(group.layers, 0, Infinity);
    }
  }

  private readonly onScope = (event: Event) => {
    this.set = kept = { ...this.set, scope: (event.target as HTMLSelectElement).value as Scope };
  };

  private readonly onHead = (event: Event) => {
    const [layer, head] = (event.target as HTMLSelectElement).value.split('.').map(Number);
    const address = { kind: this.group.kind, layer, head };
    this.run.choose({ head: address, heads: [address] });
  };

  private readonly copy = () => {
    const json = stepsJson(this.explanation.model.id, this.steps);
    navigator.clipboard.writeText(json).then(
      () => (this.said = 'Copied'),
      () => (this.refusal = 'The clipboard is not to be had; export JSON instead.'),
    );
  };

  private readonly togglePasting = () => {
    this.pasting = !this.pasting;
    if (!this.pasting) return;
    void this.updateComplete.then(() => this.renderRoot.querySelector('textarea')?.focus());
  };

  private readonly onPaste = (event: Event) => {
    const { value } = event.target as HTMLTextAreaElement;
    if (value.trim() === '') return;
    try {
      const steps = parseSteps(value, this.places);
      this.pasting = false;
      this.change([...this.steps, ...steps]);
      this.said = steps.length === 1 ? 'One step taken' : `${steps.length} steps taken`;
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : String(error);
    }
  };

  private readonly onPasteKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.pasting = false;
    keepKeys(event);
  };
}

/** The numbers of a step's tokens: "13 → 1", "13–14 → 0–3". */
function placesWords({ queries, keys }: Cut): string {
  const range = ({ first, last }: PlaceRange) => (first === last ? String(first) : `${first}–${last}`);
  return `${range(queries)} → ${range(keys)}`;
}
