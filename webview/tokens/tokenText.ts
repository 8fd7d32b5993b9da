import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SequenceName } from '../../core/run/explanation';
import { visibleText } from '../../core/text/visibleText';
import { rampIndex } from '../common/colorScale';
import { element } from '../common/element';
import { scrollWithin } from '../common/scroll';
import type { Theme } from '../common/theme';
import { weightColors } from '../common/weightColors';
import { setStyle } from '../common/inlineStyle';
import { ColoredText } from './coloredText';
import { layOutText, type TextPiece } from './textLayout';
import { textRuns } from './textRuns';
import { sharedStyles } from '../common/styles';
import { tokenTextStyles } from './tokenText.styles';
import { spokenToken } from '../run/wording';

/** More tokens than this do not find room under a character: it gets so many pixels for each (not Arabic letters, which join). */
const mostNarrowParts = 4;
const partWidth = 3;

/** A text of more tokens is coloured with a pause in between, in milliseconds, so that a pointer that sweeps over rows does not wait for it. */
const fewTokens = 256;
const pause = 90;

/** A text with its tokens as they stand in it, each coloured by the weight that the chosen query gives it. */
@customElement('headlight-text')
export class TokenText extends ColoredText {
  static override styles = [sharedStyles, tokenTextStyles];

  /** Which of the run's texts this is. */
  @property() sequence: SequenceName = 'input';
  /** The query, where this text holds the queries. */
  @property({ attribute: false }) query?: number;

  /** The tokens of the answer to a question, which are underlined. */
  @property({ attribute: false }) answer?: { readonly firstToken: number; readonly lastToken: number };

  /** Whether the text is one line, of which one sees what is round the query. */
  @property({ type: Boolean, reflect: true }) folded = false;

  private elements: HTMLElement[] = [];
  /** Which tokens stand out. */
  private marked: { readonly query?: number; readonly pointed?: number; readonly focused?: number } = {};
  /** The place of each token's weight in the ramp, as it is coloured. */
  private places?: readonly number[];
  private coloredIn?: Theme;
  private colorTimer?: ReturnType<typeof setTimeout>;

  protected override layOut(): unknown {
    this.elements = [];
    const text = document.createDocumentFragment();
    text.append(...layOutText(this.text, this.tokens).map(piece => this.piece(piece)));
    return text;
  }

  protected override elementOf(index: number): HTMLElement | undefined {
    return this.elements[index];
  }

  /** Scrolls a token into view within the text, and nothing else of the page. */
  reveal(index: number): void {
    const token = this.elements[index]?.getClientRects()[0];
    if (!token) return;
    if (!this.folded) {
      scrollWithin(this, token);
      return;
    }
    const { left, width } = this.getBoundingClientRect();
    this.scrollLeft += (token.left + token.right) / 2 - left - width / 2;
  }

  private piece(piece: TextPiece): HTMLElement {
    switch (piece.kind) {
      case 'gap':
        return element('span', { class: 'unread' }, ...textRuns(piece.text));
      case 'token':
        return this.token(
          piece.index,
          ...(piece.text === ''
            ? [element('bdi', {}, visibleText(this.tokens[piece.index].text))]
            : textRuns(piece.text)),
        );
      case 'shared': {
        const { indices, text } = piece;
        const wide = indices.length > mostNarrowParts;
        const shared = element(
          'span',
          { class: wide ? 'shared wide' : 'shared', role: 'group', 'aria-label': visibleText(text) },
          element('span', { 'aria-hidden': 'true' }, ...textRuns(text)),
          element('span', { class: 'ticks', role: 'presentation' }, ...indices.map(index => this.token(index))),
        );
        if (wide) shared.style.minWidth = `${indices.length * partWidth + 1}px`;
        return shared;
      }
    }
  }

  private token(index: number, ...content: readonly (Node | string)[]): HTMLElement {
    const token = this.tokens[index];
    return (this.elements[index] = element(
      'span',
      {
        class: token.special && token.start === token.end ? 'token-special' : 'token-plain',
        role: 'option',
        'aria-selected': 'false',
        tabindex: -1,
        'data-index': index,
        'aria-label': `${index} ${spokenToken(token, this.text)}`,
      },
      ...content,
    ));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.isAnew(changed)) {
      this.marked = {};
      this.places = undefined;
    }
    if (this.elements.length <= fewTokens || !this.places) this.color();
    else this.colorTimer ??= setTimeout(() => this.color(), pause);
    this.focused = Math.min(this.query ?? this.focused, Math.max(0, this.tokens.length - 1));
    const { marked } = this;
    this.marked = { query: this.query, pointed: this.pointed, focused: this.focused };
    for (const index of new Set([...Object.values(marked), ...Object.values(this.marked)])) this.markToken(index);
    if (changed.has('answer') || this.isAnew(changed)) {
      const { firstToken = 0, lastToken = -1 } = this.answer ?? {};
      this.elements.forEach(({ classList }, i) => classList.toggle('answer', i >= firstToken && i <= lastToken));
    }
    if ((changed.has('folded') || changed.has('query')) && this.query !== undefined && !this.matches(':hover')) {
      requestAnimationFrame(() => this.reveal(this.query ?? 0));
    }
  }

  private markToken(index: number | undefined): void {
    const element = index === undefined ? undefined : this.elements[index];
    if (!element) return;
    element.classList.toggle('query', index === this.query);
    element.classList.toggle('pointed', index === this.pointed);
    element.setAttribute('aria-selected', String(index === this.query));
    element.tabIndex = index === this.focused ? 0 : -1;
  }

  override disconnectedCallback(): void {
    clearTimeout(this.colorTimer);
    this.colorTimer = undefined;
    super.disconnectedCallback();
  }

  /** Colours the tokens whose colour is another than before. */
  private color(): void {
    clearTimeout(this.colorTimer);
    this.colorTimer = undefined;
    const { theme } = this.themes;
    if (theme !== this.coloredIn) this.places = undefined;
    this.coloredIn = theme;
    const before = this.places ?? [];
    const places = (this.places = this.elements.map((_, index) =>
      this.weights ? rampIndex(this.weights[index] ?? 0, this.scale) : 0,
    ));
    this.elements.forEach(({ style }, index) => {
      if (places[index] !== before[index]) setStyle(style, weightColors(theme, places[index]));
    });
  }

  protected override readonly onKey = (event: KeyboardEvent): void => {
    const at = this.indexOf(event) ?? this.focused;
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: this.tokens.length - 1,
      Enter: at,
      ' ': at,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.focused = Math.min(this.tokens.length - 1, Math.max(0, to));
    this.elements[this.focused]?.focus();
    this.choose(this.focused);
  };
}
