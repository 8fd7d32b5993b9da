import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ImageFacts, ImageRegion } from '../../core/images/image';
import type { WordWish } from '../../core/vision/imageAnswer';
import { hasThumbnail, partsInWords, type ShownParts } from '../../core/vision/pictureTokens';
import type { RegionHeat } from '../../core/vision/regionHeat';
import { componentEvent } from '../common/componentEvent';
import type { Rgb } from '../common/colorScale';
import { icon } from '../common/icons';
import { segmented } from '../common/segmented';
import { sharedStyles } from '../common/styles';
import { regionName } from '../common/regionName';
import './answerPicture';
import type { AnswerStudy, Cover } from './answerStudy';
import './coveredTable';
import { formatHeat } from './formatHeat';
import './heatTables';
import { pictureStageStyles } from './pictureStage.styles';
import { stageHeat, type StageMode } from './stageHeat';

const parts = [
  { value: 'tiles', label: 'tiles' },
  { value: 'thumbnail', label: 'thumbnail' },
  { value: 'both', label: 'both' },
] as const;

/** The picture is at least so high, and the rest of the panel takes so much. */
const [leastHeight, restHeight] = [220, 300];
const thumbnailHeight = 110;

/**
 * The picture with the heat of a word, and what can be asked of it: parts covered, regions covered one by one, the vision
 * encoder's own attention. Fires `shown-choose` (detail: {@link ShownParts}) and `look-again`.
 */
@customElement('headlight-picture-stage')
export class PictureStage extends LitElement {
  static override styles = [sharedStyles, pictureStageStyles];

  @property({ attribute: false }) facts!: ImageFacts;
  @property() source = '';
  /** What is known of the answer; none before there is one. */
  @property({ attribute: false }) study?: AnswerStudy;
  /** Another one for each change of the study. */
  @property({ attribute: false }) version = 0;
  @property({ attribute: false }) wish?: WordWish;
  @property({ attribute: false }) shown: ShownParts = 'tiles';
  @property({ attribute: false }) color?: Rgb;

  @state() private mode: StageMode = 'attention';
  /** The target that is pointed at. */
  @state() private cell?: number;
  @state() private marked?: ImageRegion;
  @state() private table = false;
  @state() private encoderLayer?: number;
  @state() private encoderHead: number | 'all' = 'all';
  @state() private mostHeight = roomForPicture();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('resize', this.onResize);
  }

  override disconnectedCallback(): void {
    removeEventListener('resize', this.onResize);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('study')) {
      this.cell = this.marked = undefined;
      if (this.mode === 'encoder' && !this.study?.answer.encoder) this.mode = 'attention';
    }
    if (changed.has('shown')) this.cell = this.marked = undefined;
  }

  override render() {
    const { study, wish, facts, source, mostHeight, mode } = this;
    if (!study || !wish) {
      return html`<headlight-answer-picture
        .facts=${facts}
        .source=${source}
        .mostHeight=${mostHeight}
        label="The picture"
      ></headlight-answer-picture>`;
    }
    const word = study.answer.words[wish.word]?.text ?? '';
    const heat = stageHeat(study, wish, this.shown, mode, this.encoderWish);
    const split = hasThumbnail(study.answer.parts);
    const cover = study.covers[study.cover];
    return html`<div class="top">
        <h2><span class="word">“${word}”</span> <span class="dim">${headings[mode]}</span></h2>
        ${split ? nothing : html`<span class="dim">${partsInWords(study.answer.parts)} tokens</span>`}
        <span class="grow"></span>
        ${segmented('What is shown', this.modes, mode, chosen => this.show(chosen))}
        ${
          split && mode === 'attention'
            ? segmented('Parts', parts, this.shown, shown => {
                this.dispatchEvent(componentEvent('shown-choose', shown));
              })
            : nothing
        }
      </div>
      <headlight-answer-picture
        .facts=${facts}
        .source=${source}
        .regions=${heat.regions}
        .targets=${heat.targets.map(({ region }) => region)}
        .borders=${heat.borders}
        .cell=${this.cell}
        .cover=${cover}
        .color=${this.color}
        .mostHeight=${mostHeight}
        label="The picture; arrow keys move over its parts, with Shift they mark several, Enter covers them and asks again"
        @cell-point=${(event: CustomEvent<number | undefined>) => this.point(event.detail)}
        @mark=${(event: CustomEvent<ImageRegion | undefined>) => {
          this.marked = event.detail;
        }}
        @cover=${(event: CustomEvent<ImageRegion>) => void study.coverRegions([event.detail])}
      ></headlight-answer-picture>
      <div class="status">${this.status(study, word, heat.regions)}</div>
      <div class=${split ? 'below' : 'below one'}>
        ${split ? this.thumbnail(study, wish) : nothing}
        <div>
          <h2>Covered and asked again <span class="dim">the same words, Δ log p of each</span></h2>
          ${
            study.covers.length === 0
              ? html`<p class="dim">Nothing is covered yet.</p>`
              : html`<headlight-covered
                  .words=${study.answer.words}
                  .covers=${study.covers}
                  .cover=${study.cover}
                  .word=${wish.word}
                  @cover-choose=${(event: CustomEvent<Cover>) => {
                    study.cover = study.covers.indexOf(event.detail);
                    this.requestUpdate();
                  }}
                  @cover-stop=${(event: CustomEvent<Cover>) => event.detail.asking?.abort()}
                  @cover-again=${(event: CustomEvent<Cover>) => void study.coverRegions(event.detail.regions, event.detail)}
                ></headlight-covered>`
          }
        </div>
      </div>
      <div class="actions">
        ${cover ? html`<button class="button secondary" @click=${() => study.uncover(cover)}>Remove Cover</button>` : nothing}
        ${
          study.falls
            ? nothing
            : html`<button
                class="button secondary"
                title="Covers about 24 regions of the picture one by one"
                @click=${() => {
                  this.show('matters');
                  void study.occlude();
                }}
              >
                Which Parts Matter
              </button>`
        }
        <button
          class="button secondary"
          aria-pressed=${this.table}
          @click=${() => {
            this.table = !this.table;
          }}
        >
          ${this.table ? 'Hide Table' : 'Show as Table'}
        </button>
        <span class="grow"></span>
        <span class="dim" title="By keyboard: arrow keys on the picture, with Shift to mark several parts, then Enter"
          >drag to cover a part and ask again</span
        >
      </div>
      ${
        this.table
          ? html`<headlight-heat-tables
              .study=${study}
              .version=${this.version}
              .wish=${wish}
              .regions=${mode === 'attention' ? undefined : heat.regions}
            ></headlight-heat-tables>`
          : nothing
      }
      <span class="visually-hidden" aria-live="polite">${this.spoken(heat.targets, heat.regions)}</span
      ><span class="visually-hidden" role="status">${coverInWords(cover)}</span>`;
  }

  private get modes() {
    return [
      { value: 'attention', label: 'attention' },
      { value: 'matters', label: 'what matters' },
      ...(this.study?.answer.encoder
        ? [{ value: 'encoder', label: 'encoder', name: 'encoder: the vision encoder’s own attention' }]
        : []),
    ];
  }

  private get encoderWish() {
    const { layers } = this.study?.answer.encoder ?? { layers: 1 };
    return { cell: this.cell, layer: Math.min(layers - 1, this.encoderLayer ?? layers - 1), head: this.encoderHead };
  }

  private show(mode: StageMode): void {
    this.mode = mode;
    this.cell = this.marked = undefined;
  }

  private point(cell: number | undefined): void {
    this.cell = cell;
    this.encode();
  }

  /** Asks what the token that is pointed at looks at, where the encoder's attention is shown. */
  private encode(): void {
    const { study, wish, cell, mode } = this;
    if (!study || !wish || mode !== 'encoder' || cell === undefined) return;
    const { targets } = stageHeat(study, wish, this.shown, mode, this.encoderWish);
    const { layer, head } = this.encoderWish;
    const token = targets[cell]?.token;
    if (token !== undefined) void study.encode({ token, layer, head }).then(() => this.requestUpdate());
  }

  private thumbnail(study: AnswerStudy, wish: WordWish) {
    const part = study.answer.parts.find(({ kind }) => kind === 'thumbnail')!;
    const { regions } = stageHeat(study, wish, 'thumbnail', 'attention', this.encoderWish);
    return html`<div class="small">
      <headlight-answer-picture
        inert
        .facts=${this.facts}
        .source=${this.source}
        .regions=${regions}
        .color=${this.color}
        .mostHeight=${thumbnailHeight}
        label="The thumbnail"
      ></headlight-answer-picture>
      <p class="dim">${partsInWords(study.answer.parts)}, ${part.columns} × ${part.rows}</p>
    </div>`;
  }

  private status(study: AnswerStudy, word: string, regions: readonly RegionHeat[]) {
    const again = (act: () => void) => html`<button class="button secondary" @click=${act}>Try Again</button>`;
    const stop = (asking: AbortController) =>
      html`<button class="button secondary" @click=${() => asking.abort()}>Stop</button>`;
    const waiting = (words: string, asking: AbortController) =>
      html`<span role="status">${words}</span>${stop(asking)}`;
    const failed = (failure: string, act: () => void) =>
      html`${icon('error')}<span role="status">${failure}</span>${again(act)}`;
    const strongest = regions.reduce<RegionHeat | undefined>(
      (most, region) => (region.value > (most?.value ?? 0) ? region : most),
      undefined,
    );
    const legend = strongest
      ? html`<span class="dim"
          >outlined: from half of the strongest on (${strongest.name},
          <span class="mono">${formatHeat(strongest.value)}</span>)</span
        >`
      : nothing;
    switch (this.mode) {
      case 'attention': {
        const { asking, failure } = study.looking;
        if (asking) return waiting(`Reading where “${word}” looked…`, asking);
        if (failure !== undefined) {
          return failed(failure, () => this.dispatchEvent(componentEvent('look-again', undefined)));
        }
        return regions.length > 0 && !strongest
          ? html`<span class="dim">no part is looked at more than by the mean of all words</span>`
          : legend;
      }
      case 'matters': {
        const { falls } = study;
        if (!falls) return html`<span class="dim">“Which Parts Matter” covers the picture’s regions one by one.</span>`;
        const done = `fall of “${word}” when a region is covered · ${falls.done} of ${falls.things.length} regions`;
        if (falls.asking) return waiting(done, falls.asking);
        if (falls.failure !== undefined) return failed(falls.failure, () => void study.occlude());
        return html`<span class="dim">${done}</span>${
            falls.done < falls.things.length
              ? html`<button class="button secondary" @click=${() => void study.occlude()}>Go On</button>`
              : legend
          }`;
      }
      case 'encoder': {
        const { asking, failure } = study.encoding;
        return html`${this.encoderChoice()}
        ${
          asking
            ? waiting('Reading what it looks at…', asking)
            : failure !== undefined
              ? failed(failure, () => this.encode())
              : this.cell === undefined
                ? html`<span class="dim">Click a part of the picture: what its patches look at</span>`
                : legend
        }`;
      }
    }
  }

  private encoderChoice() {
    const { layers = 0, heads = 0 } = this.study?.answer.encoder ?? {};
    const { layer, head } = this.encoderWish;
    const select = (
      name: string,
      count: number,
      value: number | 'all',
      all: boolean,
      choose: (value: number | 'all') => void,
    ) =>
      html`<span class="select"
        ><select
          aria-label=${`${name} of the vision encoder`}
          @change=${(event: Event) => {
            const chosen = (event.target as HTMLSelectElement).value;
            choose(chosen === 'all' ? 'all' : Number(chosen));
            this.encode();
          }}
        >
          ${all ? html`<option value="all" ?selected=${value === 'all'}>all heads</option>` : nothing}
          ${Array.from({ length: count }, (_, i) => html`<option value=${i} ?selected=${value === i}>${name} ${i}</option>`)}</select
        >${icon('chevron-down')}</span
      >`;
    return html`<span class="selects"
      >${select('layer', layers, layer, false, value => {
        this.encoderLayer = Number(value);
      })}${select('head', heads, head, true, value => {
        this.encoderHead = value;
      })}</span
    >`;
  }

  private spoken(
    targets: readonly { readonly name: string; readonly region: ImageRegion }[],
    regions: readonly RegionHeat[],
  ): string {
    if (this.cell === undefined) return '';
    if (this.marked) return `${regionName(this.marked)} marked; Enter covers it and asks again`;
    const target = targets[this.cell];
    const value = regions.find(({ name }) => name === target?.name)?.value;
    return target ? `${target.name}${value === undefined ? '' : `: ${formatHeat(value)}`}` : '';
  }

  private readonly onResize = () => {
    this.mostHeight = roomForPicture();
  };
}

const headings: Readonly<Record<StageMode, string>> = {
  attention: 'looks at the picture',
  matters: 'where it needs the picture',
  encoder: 'what the vision encoder looks at',
};

function coverInWords(cover: Cover | undefined): string {
  if (!cover || cover.asking) return '';
  return `${cover.name}: ${cover.text ?? cover.failure ?? ''}`;
}

function roomForPicture(): number {
  return Math.max(leastHeight, innerHeight - restHeight);
}
