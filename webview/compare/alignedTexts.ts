import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AlignedPlace } from '../../core/attention/compare/alignSequences';
import type { Token } from '../../core/text/token';
import { quotedToken, tokenLabel } from '../run/wording';
import { componentEvent } from '../common/componentEvent';
import { pointing } from '../common/pointing';
import { sharedStyles } from '../common/styles';
import { comparePartStyles } from './comparePart.styles';

/** A text and its tokens. */
export interface SideText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** Two texts in one: what both have, what only the first and what only the second has. Fires `place-point` with a place or undefined. */
@customElement('headlight-aligned-texts')
export class AlignedTexts extends LitElement {
  static override styles = [
    sharedStyles,
    comparePartStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      h2 {
        flex: none;
      }
      .texts {
        overflow: auto;
        min-height: 0;
        overflow-wrap: anywhere;
        line-height: 20px;
        padding: 6px 8px;
        border: 1px solid var(--headlight-border);
      }
      .texts:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      .texts span {
        white-space: pre-wrap;
        unicode-bidi: isolate;
        border-radius: 2px;
      }
      .one {
        background: var(--vscode-diffEditor-removedTextBackground);
        text-decoration: line-through;
      }
      .other {
        background: var(--vscode-diffEditor-insertedTextBackground);
        text-decoration: underline;
      }
      .special:not(.one, .other) {
        color: var(--headlight-dim);
      }
      .pointed {
        outline: 1px solid var(--vscode-foreground);
      }
      @media (forced-colors: active) {
        .one,
        .other {
          border: 1px dashed CanvasText;
        }
      }
    `,
  ];

  @property({ attribute: false }) places: readonly AlignedPlace[] = [];
  @property({ attribute: false }) one!: SideText;
  @property({ attribute: false }) other!: SideText;
  @property({ attribute: false }) pointed?: number;

  override render() {
    const { places } = this;
    const count = (test: (place: AlignedPlace) => boolean) => places.filter(test).length;
    const [onlyOne, onlyOther] = [count(({ other }) => other === undefined), count(({ one }) => one === undefined)];
    const both = places.length - onlyOne - onlyOther;
    return html`<h2>
        Tokens <span class="dim">${both} in both, ${onlyOne} only in the first, ${onlyOther} only in the second</span>
      </h2>
      <div
        class="texts mono"
        tabindex="0"
        role="group"
        aria-label="The two texts; what only one has is marked"
        ${pointing(this.onPoint)}
      >
        ${places.map((place, i) => this.token(place, i))}
      </div>
      ${
        onlyOne + onlyOther > 0
          ? html`<p class="dim">
              Struck out: only in the first. Underlined: only in the second. Their rows and columns are hatched where a
              run lacks them.
            </p>`
          : ''
      }`;
  }

  private token({ one, other }: AlignedPlace, place: number) {
    const side = one === undefined ? this.other : this.one;
    const token = side.tokens[one ?? other ?? 0];
    const kind = one === undefined ? 'other' : other === undefined ? 'one' : '';
    const special = token.special && token.start === token.end;
    const title = [
      quotedToken(token, side.text),
      ...(one === undefined ? [] : [`token ${one} of the first`]),
      ...(other === undefined ? [] : [`token ${other} of the second`]),
    ].join(', ');
    return html`<span
      class="${kind} ${special ? 'special' : ''} ${place === this.pointed ? 'pointed' : ''}"
      data-place=${place}
      title=${title}
      >${special || token.part ? tokenLabel(token, side.text) : token.text}</span
    >`;
  }

  private readonly onPoint = (event?: Event) => {
    const place = event && (event.target as HTMLElement).dataset['place'];
    this.dispatchEvent(componentEvent('place-point', place === undefined ? undefined : Number(place)));
  };
}
