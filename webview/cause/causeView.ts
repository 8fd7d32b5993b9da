import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CellRange } from '../../core/attention/cellRange';
import { type CutStep, fits } from '../../core/cause/cutSteps';
import type { PatchStep } from '../../core/cause/patchMaps';
import { textName } from '../../core/cause/textName';
import type { CauseFound } from '../../core/export/causeNumbers';
import type { CauseView as ShownCause } from '../../core/export/runPart';
import type { CauseSelection, RunPartner, TokenAddress } from '../../core/protocol/attentionPanelProtocol';
import type { PlaceRange } from '../../core/run/cause';
import type { AttentionGroup, Explanation, Prediction } from '../../core/run/explanation';
import { cssColor } from '../common/colorScale';
import { divergingColors } from '../common/divergingColors';
import { icon } from '../common/icons';
import { setStyle } from '../common/inlineStyle';
import { keepKeys } from '../common/keepKeys';
import { loadScript } from '../common/loadScript';
import { selectStyles, sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { positionOf } from '../details/effectPosition';
import { type Choice, textOf, tokensOf } from '../run/choice';
import type { RunHost } from '../run/runHost';
import type { RunState } from '../run/runState';
import { kindName, placedToken } from '../run/wording';
import type { UnitKind } from '../textView/textUnits';
import type { CauseEvents } from './causeEvents';
import { causeViewStyles } from './causeView.styles';
import type { CutPart } from './cutPart';
import './logitPart';
import type { LogitPart } from './logitPart';
import './needsPart';
import type { NeedsPart } from './needsPart';
import type { PatchView } from './patchView';

const nothingKept: readonly PatchStep[] = [];

/** Where a prediction comes from: what it needs of the text, what cuts in the attention and patches from another run do to it, what its logit is made of. */
@customElement('headlight-cause')
export class CauseView extends LitElement {
  static override styles = [sharedStyles, selectStyles, causeViewStyles];

  @property({ attribute: false }) explanation!: Explanation;
  /** What is chosen in the run, to be changed from here. */
  @property({ attribute: false }) run!: RunState;
  @property({ attribute: false }) choice!: Choice;
  /** The rectangle of the matrix that is brushed. */
  @property({ attribute: false }) brushed?: CellRange;
  /** The run that the run is held against. */
  @property({ attribute: false }) partner?: RunPartner;
  /** What the model says after the chosen token, where it is known. */
  @property({ attribute: false }) predictions?: readonly Prediction[];
  @property({ attribute: false }) host!: RunHost;

  @state() private keys?: PlaceRange;
  @query('headlight-needs') private readonly needs?: NeedsPart;
  @query('headlight-cuts') private readonly cuts?: CutPart;
  @query('headlight-logit-parts') private readonly parts?: LogitPart;
  @query('headlight-patch') private readonly patch?: PatchView;
  private readonly themes = new ThemeController(this);
  /** Settles when the cuts can be shown. */
  private cutting: Promise<unknown> = Promise.resolve();
  /** The keys that were chosen in the editor last. */
  private keysOf?: CauseSelection['keys'];
  private steps: readonly CutStep[] = [];
  private stepsOf?: { readonly explanation: Explanation; readonly kept: CauseSelection['cuts'] };

  override connectedCallback(): void {
    super.connectedCallback();
    // The cuts come with pictures of their own: what stands first does not wait for them.
    this.cutting = loadScript('Cutting', () => import('./cutPart')).catch((error: unknown) => this.run.fail(error));
    loadScript('Patching', () => import('./patchView')).catch((error: unknown) => this.run.fail(error));
  }

  override disconnectedCallback(): void {
    this.host.hover(undefined);
    this.host.color(undefined);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('explanation')) this.keys = undefined;
    const { cuts: kept, keys } = this.choice.cause;
    if (keys && keys !== this.keysOf) {
      this.keysOf = keys;
      const count = this.group ? tokensOf(this.explanation, this.group.keys).length : 0;
      if (keys.of === nameOf(this.explanation) && keys.last < count) {
        this.keys = { first: keys.first, last: keys.last };
        void this.showCuts();
      }
      void this.updateComplete.then(() => this.keep({ keys: undefined }));
    }
    if (this.stepsOf?.explanation === this.explanation && this.stepsOf.kept === kept) return;
    this.stepsOf = { explanation: this.explanation, kept };
    this.steps = kept?.of === nameOf(this.explanation) ? kept.steps.filter(step => fits(step, this.places)) : [];
  }

  protected override updated(): void {
    // The theme's own orange is translucent, and high contrast has none.
    setStyle(this.style, { '--headlight-negative': cssColor(divergingColors(this.themes.theme).negative) });
  }

  /** Brings the cuts into sight, once they are there: they are below what stands first. */
  private async showCuts(): Promise<void> {
    await this.cutting;
    await this.updateComplete;
    await this.cuts?.updateComplete;
    this.cuts?.scrollIntoView({ block: 'start' });
  }

  /** What is shown, to be exported. */
  get shown(): ShownCause {
    const [needs, cuts, parts] = [this.needs?.found, this.cuts?.found, this.parts?.found];
    const patch = this.patch?.found;
    if (!needs && !cuts && !parts && !patch) {
      throw new Error('Nothing is known yet; export again when numbers are shown.');
    }
    const { group, query: position } = this;
    if (!group) throw new Error('There is no prediction to tell of.');
    const found: CauseFound = { position, place: this.place(group, position), needs, cuts, parts, patch };
    return { kind: 'cause', found };
  }

  override render() {
    const { explanation, group } = this;
    if (!group) {
      return html`<p class="said" role="status">
        ${explanation.model.id} gives vectors and predicts nothing, so nothing it says can be lost by a cut; choose a
        model that writes, fills masks or classifies.
      </p>`;
    }
    const { host, choice, run, predictions, query: position } = this;
    const { index } = positionOf(explanation, group, position);
    const name = this.place(group, position);
    return html`${this.top(group, name)}
      <div class="columns">
        <div class="side">
          <headlight-needs
            .explanation=${explanation}
            .group=${group}
            .query=${position}
            .place=${name}
            .unit=${choice.cause.unit ?? 'token'}
            .host=${host}
            @unit-choose=${({ detail }: CustomEvent<UnitKind>) => this.keep({ unit: detail })}
            @needs-color=${({ detail }: CustomEvent<CauseEvents['needs-color']>) => host.color(detail)}
            @keys-choose=${({ detail }: CustomEvent<PlaceRange>) => (this.keys = detail)}
            @token-hover=${this.onHover}
          ></headlight-needs>
          ${
            explanation.classes
              ? nothing
              : html`<headlight-logit-parts
                  .explanation=${explanation}
                  .run=${run}
                  .position=${index}
                  .predictions=${predictions}
                  .host=${host}
                  @token-hover=${this.onHover}
                ></headlight-logit-parts>`
          }
        </div>
        <div class="side">
          <headlight-patch
            .explanation=${explanation}
            .group=${group}
            .run=${run}
            .query=${position}
            .partner=${this.partner}
            .steps=${this.patches}
            .host=${host}
            @patches-change=${({ detail }: CustomEvent<CauseEvents['patches-change']>) => this.keep({ patches: { of: this.patchesOf, steps: detail } })}
            @token-hover=${this.onHover}
          ></headlight-patch>
          <headlight-cuts
            .explanation=${explanation}
            .group=${group}
            .run=${run}
            .choice=${choice}
            .query=${position}
            .brushed=${this.brushed}
            .wished=${this.keys}
            .steps=${this.steps}
            .predictions=${predictions}
            .host=${host}
            @steps-change=${({ detail }: CustomEvent<CauseEvents['steps-change']>) => this.keep({ cuts: { of: nameOf(explanation), steps: detail } })}
            @token-hover=${this.onHover}
          ></headlight-cuts>
        </div>
      </div>
      <div class="below">${this.explained()}</div>`;
  }

  /** What kept patches are of: this run's text and the corrupted one's. */
  private get patchesOf(): string {
    const { explanation, partner } = this;
    return `${nameOf(explanation)}${partner ? ` ${nameOf(partner.explanation)}` : ''}`;
  }

  private get patches(): readonly PatchStep[] {
    const { patches } = this.choice.cause;
    return patches?.of === this.patchesOf ? patches.steps : nothingKept;
  }

  /** The kinds of attention whose queries the model says something at. */
  private get groups(): readonly AttentionGroup[] {
    const { explanation } = this;
    if (explanation.classes) return explanation.groups;
    if (explanation.predictions.length === 0) return [];
    return explanation.groups.filter(({ queries }) => queries === explanation.predictionsOf);
  }

  private get group(): AttentionGroup | undefined {
    return this.groups.find(({ kind }) => kind === this.choice.head.kind) ?? this.groups[0];
  }

  /** The chosen query, where it is one of the shown kind; else the last. */
  private get query(): number {
    const { group } = this;
    if (!group) return 0;
    const last = tokensOf(this.explanation, group.queries).length - 1;
    const chosen = this.explanation.groups.find(({ kind }) => kind === this.choice.head.kind);
    return chosen?.queries === group.queries ? Math.min(this.choice.query, last) : last;
  }

  private get places() {
    const { explanation } = this;
    return {
      groups: explanation.groups.map(({ kind, layers, queries, keys }) => ({
        kind,
        layers,
        queries: tokensOf(explanation, queries).length,
        keys: tokensOf(explanation, keys).length,
      })),
    };
  }

  /** Where the prediction is, behind “the prediction”. */
  private place(group: AttentionGroup, position: number): string {
    return this.explanation.classes ? 'of the class' : positionOf(this.explanation, group, position).name;
  }

  private top(group: AttentionGroup, place: string) {
    const { explanation, groups, query: position } = this;
    const tokens = tokensOf(explanation, group.queries);
    return html`<div class="top" @keydown=${keepKeys}>
      <h2>
        Cause
        <span class="dim"
          >what becomes of the prediction <bdi class="token">${place}</bdi> when attention is cut and runs are
          patched${explanation.classes ? '' : ', and what its logit is made of'}</span
        >
      </h2>
      ${
        groups.length > 1
          ? html`<label
              >attention
              <span class="select"
                ><select aria-label="Attention" @change=${this.onKind}>
                  ${groups.map(
                    ({ kind }) =>
                      html`<option value=${kind} .selected=${kind === group.kind}>${kindName(kind)}</option>`,
                  )}</select
                >${icon('chevron-down')}</span
              ></label
            >`
          : nothing
      }
      <label
        >token
        <input
          class="field number"
          type="number"
          aria-label=${explanation.classes ? 'Token that is looked from' : 'Token whose prediction is looked at'}
          min="0"
          max=${tokens.length - 1}
          .value=${String(position)}
          @change=${this.onToken}
        /><bdi class="token mono">${placedToken(tokens, position, textOf(explanation, group.queries))}</bdi></label
      >
      ${
        explanation.classes && position > 0
          ? html`<span class="dim"
              >many classifiers read the first token alone ·
              <button class="link" @click=${() => this.look(group, 0)}>look from it</button></span
            >`
          : nothing
      }
    </div>`;
  }

  private explained() {
    return html`<section class="explained" aria-label="What do I see?">
      <h2>What do I see?</h2>
      <p>
        Attention weights show where a head looks, not what comes of it (Jain and Wallace 2019). Here the edges are cut
        and the model is run again: what a prediction loses when its position may not look at a token, in any layer or
        head, is what it needs of that token <em>by this way</em>. A token can matter though its cut costs nothing: what
        it says may have come by tokens in between, or stand in the text twice.
      </p>
      <p>
        A cut before softmax sets the scores to minus infinity, and what is left shares the weight out anew (Geva et al.
        2023); after softmax the weight is zero and the row sums to less than 1. Both make states that the model never
        met in training, so that part of a large effect may come of the strange state itself; it says that the edge is
        used, not how.
      </p>
      <p>
        A patch puts what one run computed into another (Wang et al. 2022). From clean into corrupted (denoising) it
        shows what is enough to bring the answer back; from corrupted into clean (noising) what the answer cannot do
        without: the two need not be the same (Heimersheim and Nanda 2024). 0 is as the corrupted run says it, 1 as the
        clean one; less and more than that happens. A map tells where what differs between these two texts goes, and
        nothing of what both have in common. Noise on embeddings (Meng et al. 2022) asks the same without a second text,
        but leads to states that no text gives.
      </p>
      <p>
        The parts of a logit are what embedding, heads and feed-forward parts add to the stream, each read through the
        final norm as it scaled this very stream, and the unembedding. They sum to the logit. With the norm held they
        say what each part adds directly, not what it does by the layers after it, nor what the norm would do without
        it; so what a head’s result would promote by itself is not what the model then says.
        <span class="dim"
          >Elhage et al. 2021; Abnar and Zuidema 2020 (rollout); Kobayashi et al. 2020 (value-weighted); the agreement
          is Spearman’s rank correlation</span
        >
      </p>
    </section>`;
  }

  private keep(change: CauseSelection): void {
    this.run.choose({ cause: { ...this.choice.cause, ...change } });
  }

  private readonly onHover = ({ detail }: CustomEvent<TokenAddress | undefined>) => this.host.hover(detail);

  private readonly onKind = (event: Event) => this.run.chooseKind((event.target as HTMLSelectElement).value);

  private readonly onToken = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const { group } = this;
    const place = Math.round(Number(input.value));
    if (!group || input.value === '' || !(place >= 0 && place < tokensOf(this.explanation, group.queries).length)) {
      input.value = String(this.query);
      return;
    }
    this.look(group, place);
  };

  private look(group: AttentionGroup, query: number): void {
    const head = { kind: group.kind, ...group.first };
    this.run.choose(this.choice.head.kind === group.kind ? { query } : { head, heads: [head], query });
  }
}

function nameOf({ model, text, output }: Explanation): string {
  return textName(model.id, text, output?.text);
}
