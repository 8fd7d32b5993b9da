import { css, type CSSResultGroup, html, LitElement, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { CompareSelection } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, Explanation, HeadAddress } from '../../core/run/explanation';
import type { Sentence } from '../../core/text/textPair';
import { sharedStyles } from '../common/styles';
import type { Pointed } from '../run/events';
import type { RunHost } from '../run/runHost';
import { compareEvent } from './compareEvents';
import type { PictureSide } from './comparedPictures';
import './comparedPictures';
import type { HeadPair } from './headPair';
import { wholeWindow, type ZoomWindow } from './zoomWindow';

/** What all that compares two heads shares: what it is given, and that a newer request ends an older one. Fires `compare-keep`. */
export abstract class Comparison extends LitElement {
  static override styles: CSSResultGroup = [
    sharedStyles,
    css`
      :host {
        container-type: inline-size;
        min-height: 0;
        overflow: hidden auto;
      }
      .below {
        display: grid;
        gap: 18px;
        padding: 12px;
        border-top: 1px solid var(--headlight-border);
      }
      p {
        margin: 4px 0 0;
        font-size: 12px;
        line-height: 16px;
      }
      .failure,
      .wait {
        padding: 8px 12px;
        font-size: inherit;
      }
      @container (max-width: 559px) {
        headlight-compared-pictures {
          gap: 8px;
        }
      }
    `,
  ];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  /** The first of the two. */
  @property({ attribute: false }) head!: HeadAddress;
  @property() scale: MatrixScale = 'sqrt';
  @property({ attribute: false }) host!: RunHost;
  /** What was chosen of the comparison. */
  @property({ attribute: false }) chosen: CompareSelection = {};

  @state() protected failure = '';
  @state() protected pointed?: Pointed;
  private abort = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('group');
  }

  override disconnectedCallback(): void {
    this.abort.abort();
    super.disconnectedCallback();
  }

  /** Loads what is to be compared now; what was on its way ends. */
  protected restart(): void {
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    this.failure = '';
    this.load(signal).catch((error: unknown) => {
      if (!signal.aborted) this.fail(error);
    });
  }

  /** Loads and shows what is compared, until the signal says that it is no longer wanted. */
  protected abstract load(signal: AbortSignal): Promise<void>;

  protected readonly fail = (error: unknown): void => {
    this.failure = error instanceof Error ? error.message : String(error);
  };

  /** What waits, or what went wrong. */
  protected status(waiting: string | false): unknown {
    if (this.failure) return html`<p class="failure" role="alert">${this.failure}</p>`;
    return waiting ? html`<p class="dim wait" role="status">${waiting}</p>` : nothing;
  }

  /** The two heads side by side and their difference. */
  protected pictures(pair: HeadPair, one: PictureSide, other: PictureSide, difference: string): unknown {
    return html`<headlight-compared-pictures
      .pair=${pair}
      .one=${one}
      .other=${other}
      .difference=${difference}
      .scale=${this.scale}
      .window=${this.chosen.zoom ?? wholeWindow}
      .pointed=${this.pointed}
      .nameOf=${this.nameOf}
      .sentenceOf=${this.sentenceOf}
      @zoom=${({ detail }: CustomEvent<ZoomWindow>) => this.keep({ zoom: detail })}
      @cell-point=${this.point}
    ></headlight-compared-pictures>`;
  }

  /** What a place of an axis is called. */
  protected abstract readonly nameOf: (axis: 'queries' | 'keys', place: number) => string;

  /** Of a pair of texts: which of them a place of an axis belongs to. */
  protected abstract readonly sentenceOf: (axis: 'queries' | 'keys', place: number) => Sentence | undefined;

  private readonly point = ({ detail }: CustomEvent<Pointed | undefined>): void => {
    this.pointed = detail;
  };

  /** Keeps something of the comparison over a reload. */
  protected keep(change: CompareSelection): void {
    this.dispatchEvent(compareEvent('compare-keep', change));
  }
}
