import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import type { Pointed } from '../attention/events';
import type { HeadMatrix } from '../attention/headMatrix';
import { componentEvent } from '../common/componentEvent';
import { prop } from '../common/prop';
import { sharedStyles } from '../common/styles';
import { type MissingTokens, regionOf } from './comparedMatrix';
import type { HeadPair } from './headPair';
import { wholeWindow, type ZoomWindow } from './zoomWindow';

/** One of the two heads that are held against each other. */
export interface PictureSide {
  readonly name: string;
  /** What is said beside its name. */
  readonly note?: TemplateResult | string;
  readonly causal: boolean;
  /** Places of the common axes where this side has no token. */
  readonly missing?: MissingTokens;
}

/** Two heads side by side and their difference, on one scale and zoom. Fires `zoom` with the new window and `cell-point`. */
@customElement('headlight-compared-pictures')
export class ComparedPictures extends LitElement {
  static override styles = [sharedStyles, css`
    :host { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 18px; align-items: end; padding: 12px; container-type: inline-size; }
    h2 { margin-bottom: 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    @container (max-width: 559px) { .dim { display: block; overflow: hidden; text-overflow: ellipsis; } }
  `];

  @prop() pair!: HeadPair;
  @prop() one!: PictureSide;
  @prop() other!: PictureSide;
  /** What is said beside “Difference”. */
  @property() difference = '';
  @property() scale: MatrixScale = 'sqrt';
  @prop() window: ZoomWindow = wholeWindow;
  @prop() pointed?: Pointed;

  @state() private width = 0;
  private readonly resizes = new ResizeObserver(([entry]) => { this.width = Math.floor(entry.contentRect.width); });

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    this.resizes.disconnect();
    super.disconnectedCallback();
  }

  protected override updated(): void {
    const { pair: { one, parts }, size } = this;
    parts.see(regionOf(one, this.window), size * devicePixelRatio, size * devicePixelRatio);
  }

  override render() {
    const { one, other, pair } = this;
    const both: MissingTokens = {
      queries: [...one.missing?.queries ?? [], ...other.missing?.queries ?? []],
      keys: [...one.missing?.keys ?? [], ...other.missing?.keys ?? []],
    };
    return html`
      <section><h2>${one.name} ${this.note(one)}</h2>${this.picture(one.name, one, pair.one)}</section>
      <section><h2>${other.name} ${this.note(other)}</h2>${this.picture(other.name, other, pair.other)}</section>
      <section><h2>Difference <span class="dim">${this.difference}</span></h2>${this.picture(`Difference of ${one.name} and ${other.name}`,
        { ...one, causal: one.causal && other.causal, missing: both }, pair.difference)}</section>`;
  }

  private note({ note }: PictureSide) {
    return note === undefined ? '' : html`<span class="dim">${note}</span>`;
  }

  /** The side of a picture, in CSS pixels. */
  private get size(): number {
    return Math.floor(Math.max(60, Math.min(Math.max(380, innerHeight / 2), (this.width - 36) / 3 - 2)));
  }

  private picture(label: string, { causal, missing }: PictureSide, matrix: HeadMatrix) {
    return html`<headlight-compared-matrix .label=${label} .matrix=${matrix} .signed=${matrix === this.pair.difference} .causal=${causal} .missing=${missing}
      .scale=${this.scale} .window=${this.window} .size=${this.size} .pointed=${this.pointed}
      @zoom=${({ detail }: CustomEvent<ZoomWindow>) => this.dispatchEvent(componentEvent('zoom', detail))}
      @cell-point=${({ detail }: CustomEvent<Pointed | undefined>) => this.dispatchEvent(componentEvent('cell-point', detail))}></headlight-compared-matrix>`;
  }
}
