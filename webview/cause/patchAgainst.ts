import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { PanelRequest, type RunPartner } from '../../core/protocol/attentionPanelProtocol';
import type { PlaceRange } from '../../core/run/cause';
import { chip } from '../common/chip';
import { icon } from '../common/icons';
import { keepKeys } from '../common/keepKeys';
import { sharedStyles } from '../common/styles';
import type { RunHost } from '../run/runHost';
import { causeEvent } from './causeEvents';
import { causePartStyles } from './causePart.styles';
import { numberField } from './numberField';

/** Noise on tokens in a row. */
export interface NoiseSet {
  readonly tokens: PlaceRange;
  readonly strength: number;
  readonly seed: number;
  readonly samples: number;
}

/** The corrupted run: another run, the text written anew, or noise on some tokens; and how to choose it. Fires `noise-change`. */
@customElement('headlight-patch-against')
export class PatchAgainst extends LitElement {
  static override styles = [
    sharedStyles,
    causePartStyles,
    css`
      :host {
        display: block;
      }
      .partner {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        line-height: 22px;
        ${chip};
        padding-right: 4px;
      }
      .partner .name {
        max-width: 260px;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) partner?: RunPartner;
  @property({ attribute: false }) noise?: NoiseSet;
  /** The text that is changed to be the corrupted one. */
  @property() text = '';
  /** Names the tokens. */
  @property({ attribute: false }) names: readonly string[] = [];
  /** The token that is looked at. */
  @property({ attribute: false }) query = 0;
  @property({ attribute: false }) host!: RunHost;

  /** Another text that is written in place of the run's own. */
  @state() private written?: string;
  @state() private writes = false;
  @state() private refusal = '';

  override render() {
    const { noise, partner, refusal } = this;
    return html`${
      noise
        ? this.noiseSet(noise)
        : partner
          ? html`<div class="tools">
              <span class="dim">clean: this run · corrupted:</span>
              <span class="partner" title=${partner.title}
                ><span class="name">${partner.name}</span
                ><button
                  class="plain"
                  title="Hold this run against no other"
                  aria-label="No longer patch with ${partner.name}"
                  @click=${() => this.compareWith('nothing')}
                >
                  ${icon('close')}
                </button></span
              >
              ${this.ways()}
            </div>`
          : html`<p>
                Patching needs a second run, in which the prediction is another one: the same text with one name or
                number changed, or this text with noise on some tokens.
              </p>
              <div class="tools">${this.ways()}</div>`
    }${noise ? nothing : this.writing()}
    ${refusal ? html`<p class="failure" role="alert">${icon('error')} ${refusal}</p>` : nothing}`;
  }

  private ways() {
    return html`<button
        class="button secondary"
        aria-expanded=${this.written !== undefined}
        title="Write the text anew with one thing changed, and run the model on it"
        @click=${this.toggleWriting}
      >
        Change the Text…
      </button>
      <button
        class="button secondary"
        title="Choose the run that is held against this one: the same text with one thing changed"
        @click=${() => this.compareWith('run')}
      >
        Another Run…
      </button>
      <button
        class="button secondary"
        title="The same text again, with Gaussian noise on the embeddings of some tokens"
        @click=${this.disturb}
      >
        Noise on Tokens
      </button>`;
  }

  private noiseSet({ tokens: { first, last }, strength, seed, samples }: NoiseSet) {
    const places = { min: 0, max: this.names.length - 1 };
    const words = first === last ? this.names[first] : `${this.names[first]} to ${this.names[last]}`;
    return html`<div class="tools">
        <span class="dim">corrupted: this text with noise on</span>
        ${numberField('First token with noise', first, places, place =>
          this.change({ tokens: { first: place, last: Math.max(place, last) } }),
        )}<span class="dim">–</span>${numberField('Last token with noise', last, places, place =>
          this.change({ tokens: { first: Math.min(first, place), last: place } }),
        )}
        <bdi class="token mono name">${words}</bdi>
        <button class="button secondary" @click=${() => this.set(undefined)}>Without Noise</button>
      </div>
      <div class="tools">
        <label
          ><span class="dim">strength</span
          >${numberField('Strength of the noise', strength, { min: 0.1, max: 100, step: 'any' }, value => this.change({ strength: value }))}</label
        ><label
          ><span class="dim">seed</span
          >${numberField('Seed', seed, { min: 0, max: 99999 }, value => this.change({ seed: value }))}</label
        ><label
          ><span class="dim">draws</span
          >${numberField('Draws', samples, { min: 1, max: 20 }, value => this.change({ samples: value }))}</label
        ><span class="dim"
          >strength in standard deviations of the text’s embeddings; numbers are means over the draws</span
        >
      </div>`;
  }

  private writing() {
    if (this.written === undefined) return nothing;
    return html`<textarea
        class="field mono"
        rows="3"
        aria-label="The corrupted text"
        spellcheck="false"
        .value=${this.written}
        @input=${(event: Event) => (this.written = (event.target as HTMLTextAreaElement).value)}
        @keydown=${this.onWriteKey}
      ></textarea>
      <div class="tools">
        <button class="button" ?disabled=${this.writes} @click=${this.runWritten}>Run It</button>
        <span class="dim" role="status"
          >${this.writes ? 'Running the model…' : 'best with one name or number changed, so that both texts have as many tokens'}</span
        >
      </div>`;
  }

  private readonly onWriteKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.written = undefined;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.runWritten();
    keepKeys(event);
  };

  private readonly toggleWriting = () => {
    this.written = this.written === undefined ? (this.partner?.explanation.text ?? this.text) : undefined;
    if (this.written === undefined) return;
    void this.updateComplete.then(() => this.renderRoot.querySelector('textarea')?.focus());
  };

  private readonly runWritten = () => {
    const { written } = this;
    if (written === undefined || this.writes) return;
    [this.writes, this.refusal] = [true, ''];
    this.host.request(PanelRequest.compareWithText, { text: written }).then(
      () => {
        [this.writes, this.written] = [false, undefined];
      },
      (error: unknown) => {
        this.writes = false;
        this.fail(error);
      },
    );
  };

  private compareWith(what: 'run' | 'nothing'): void {
    this.refusal = '';
    this.host.request(PanelRequest.compareWith, { what, stay: true }).catch((error: unknown) => this.fail(error));
  }

  private fail(error: unknown): void {
    this.refusal = error instanceof Error ? error.message : String(error);
  }

  private readonly disturb = () => {
    const place = Math.max(0, Math.min(this.names.length - 1, this.query) - 1);
    this.set({ tokens: { first: place, last: place }, strength: 3, seed: 1, samples: 3 });
  };

  private change(change: Partial<NoiseSet>): void {
    if (this.noise) this.set({ ...this.noise, ...change });
  }

  private set(noise: NoiseSet | undefined): void {
    this.dispatchEvent(causeEvent('noise-change', noise));
  }
}
