import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ImagePanelRequest, ImageRunRequest } from '../../core/protocol/imageProtocol';
import { type ComparedTexts, type TextHeatWish } from '../../core/images/explained';
import { formatWeight } from '../run/wording';
import { componentEvent } from '../common/componentEvent';
import { gridRow } from '../common/gridRows';
import { inlineStyle } from '../common/inlineStyle';
import type { HostConnection } from '../common/hostConnection';
import { sharedStyles } from '../common/styles';
import { trackStyles } from '../common/track.styles';
import { wordList, wordListStyles } from '../common/wordList';
import { choiceButtonStyles } from './choiceButton.styles';
import { layerAndHead, layerAndHeadStyles } from './layerAndHead';
import { textHeatWish, type TextChoice } from './textHeatWish';

/**
 * The texts that an image is compared with: where they are written, how well each fits, and what the chosen one's tokens
 * look at. Fires `text-choice` (detail: a {@link TextChoice}).
 */
@customElement('headlight-image-texts')
export class ImageTexts extends LitElement {
  static override styles = [
    sharedStyles,
    trackStyles,
    wordListStyles,
    choiceButtonStyles,
    layerAndHeadStyles,
    css`
      :host {
        display: block;
        margin-bottom: 20px;
      }
      h2 {
        margin-bottom: 6px;
      }
      p {
        margin: 6px 0;
        line-height: 18px;
      }
      textarea {
        display: block;
        box-sizing: border-box;
        width: 100%;
        min-height: 64px;
        padding: 4px 6px;
        resize: vertical;
        font: inherit;
        line-height: 18px;
        border-radius: 2px;
        color: var(--vscode-input-foreground);
        background: var(--vscode-input-background);
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, var(--headlight-line)));
      }
      textarea::placeholder {
        color: var(--vscode-input-placeholderForeground);
      }
      textarea:focus {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      .actions {
        margin: 8px 0 10px;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px;
        margin: 10px 0;
      }
      vscode-single-select {
        width: 92px;
      }
      .texts {
        display: grid;
        grid-template-columns: minmax(0, 5fr) minmax(24px, 3fr) auto;
        column-gap: 8px;
      }
      .texts button {
        ${gridRow};
      }
      .texts .number {
        text-align: right;
      }
      .texts bdi {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .tokens {
        gap: 8px 2px;
        line-height: 22px;
      }
      .tokens [role='option'] {
        padding: 0 4px;
      }
      .tokens [role='option']:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .tokens [aria-selected='true'] {
        box-shadow: 0 0 0 1px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
      }
      .tokens i {
        height: 4px;
        border-radius: 2px;
      }
    `,
  ];

  @property({ attribute: false }) compared!: ComparedTexts;
  /** Names the run that compared them. */
  @property() run = '';
  @property({ attribute: false }) connection!: HostConnection;
  @property({ attribute: false }) choice?: TextChoice;

  @state() private heat?: Float32Array;
  @state() private working = false;
  @state() private failure = '';
  @query('textarea') private readonly field!: HTMLTextAreaElement;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (['run', 'choice'].some(name => changed.has(name))) void this.load();
  }

  override render() {
    const {
      compared: { texts, each },
    } = this;
    return html`<h2 id="texts">Texts <span class="dim">one a line</span></h2>
      <textarea
        aria-labelledby="texts"
        spellcheck="false"
        placeholder="a photo of a cat&#10;a photo of a dog"
        .value=${texts.map(({ text }) => text).join('\n')}
        @keydown=${this.onFieldKey}
      ></textarea>
      <div class="actions">
        <vscode-button ?disabled=${this.working} @click=${() => void this.compare()}
          >${this.working ? 'Comparing…' : 'Compare with Image'}</vscode-button
        >
      </div>
      ${this.failure ? html`<p role="alert">${this.failure}</p>` : nothing}
      ${
        texts.length === 0
          ? html`<p class="dim">Write what the image may show; the model says how well each text fits.</p>`
          : html` <div class="texts" role="group" aria-label="How well each text fits">
                ${texts.map(
                  ({ text, probability }, i) =>
                    html`<button
                      class="choice"
                      aria-pressed=${i === this.chosen?.text}
                      @click=${() => {
                        this.choose({ text: i, token: undefined });
                      }}
                    >
                      <bdi title=${text}>${text}</bdi
                      ><span class="track"><i ${inlineStyle({ width: `${probability * 100}%` })}></i></span
                      ><span class="mono number">${formatWeight(probability)}</span>
                    </button>`,
                )}
              </div>
              <p class="dim">
                ${each ? 'Each text by itself.' : 'Which of these texts fits best: together they make 1.'} Text and
                image are read apart, neither looks at the other; the number says how alike their embeddings are.
              </p>
              ${texts.flatMap(({ text, cut }) => (cut ? [html`<p class="dim">“${text}” is longer than the model reads; its end was left out.</p>`] : []))}
              ${this.tokens()}`
      }`;
  }

  private get chosen(): TextHeatWish | undefined {
    return textHeatWish(this.compared, this.choice);
  }

  private tokens() {
    const {
      compared: { texts, layers },
      heat,
      chosen,
    } = this;
    if (!chosen) return nothing;
    const { text, layer, head, query: token } = chosen;
    const { tokens } = texts[text];
    const largest = heat?.reduce((most, value) => Math.max(most, value), 0) ?? 0;
    const strongest = heat && largest > 0 ? heat.indexOf(largest) : undefined;
    return html`<div class="choices">
        ${layerAndHead(layers, layer, head, choice => {
          this.choose(choice);
        })}
      </div>
      ${wordList({
        name: 'tokens',
        label: 'Tokens of the text; arrow keys choose the one that is looked from',
        words: tokens,
        chosen: token,
        title: i => `${tokens[i]}${heat ? ` ${formatWeight(heat[i] ?? 0)}` : ''}`,
        mark: i =>
          html`<i ${inlineStyle({ width: largest > 0 ? `${((heat?.[i] ?? 0) / largest) * 100}%` : '0' })}></i>`,
        choose: i => {
          this.choose({ token: i });
        },
        onKey: this.onTokenKey,
      })}
      <p class="dim" role="status">
        ${
          strongest === undefined
            ? '…'
            : `“${tokens[token]}” looks most at “${tokens[strongest]}”, ${formatWeight(largest)}.`
        }${token === tokens.length - 1 ? ' The text is read from its last token.' : ''}
      </p>`;
  }

  private choose(change: Partial<TextChoice>): void {
    const { chosen } = this;
    if (!chosen) return;
    const { text, layer, head, query } = chosen;
    // The last stays the last where other texts come.
    const token = query === this.compared.texts[text].tokens.length - 1 ? undefined : query;
    this.dispatchEvent(componentEvent<TextChoice>('text-choice', { text, layer, head, token, ...change }));
  }

  private async compare(): Promise<void> {
    if (this.working) return;
    const texts = this.field.value
      .split('\n')
      .map(text => text.trim())
      .filter(text => text !== '');
    this.working = true;
    try {
      await this.connection.sendRequest(ImagePanelRequest.compare, { texts });
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.working = false;
    }
  }

  private async load(): Promise<void> {
    const { chosen } = this;
    if (!chosen) return;
    const asked = ++this.asked;
    // What another token looked at is not this one's.
    this.heat = undefined;
    try {
      const heat = await this.connection.sendRequest(ImageRunRequest.textHeat, chosen);
      if (asked === this.asked) this.heat = heat;
    } catch (error) {
      if (asked === this.asked) {
        [this.heat, this.failure] = [undefined, error instanceof Error ? error.message : String(error)];
      }
    }
  }

  private readonly onFieldKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.compare();
  };

  private readonly onTokenKey = (event: KeyboardEvent) => {
    const { chosen } = this;
    if (!chosen) return;
    const last = this.compared.texts[chosen.text].tokens.length - 1;
    const to = { ArrowRight: chosen.query + 1, ArrowLeft: chosen.query - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.choose({ token: Math.min(last, Math.max(0, to)) });
    void this.updateComplete
      .then(() => this.updateComplete)
      .then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
}
