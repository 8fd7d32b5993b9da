import { html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { SequenceName } from '../../core/run/explanation';
import type { Token } from '../../core/text/token';
import { visibleText } from '../../core/text/visibleText';
import { cssColor, rampIndex, readableOn } from '../common/colorScale';
import { element } from '../common/element';
import { scrollWithin } from '../common/scroll';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { panelEvent } from '../run/events';
import { layOutText, partText, type TextPiece } from './textLayout';
import { tokenTextStyles } from './tokenText.styles';
import { spokenToken } from '../run/wording';

/** More tokens than this do not find room under a character: it gets so many pixels for each (not Arabic letters, which join). */
const mostNarrowParts = 4;
const partWidth = 3;

/** Below this place in the ramp a colour could not be told from the background. */
const leastPlace = 4;

/** A text of more tokens is coloured with a pause in between, in milliseconds, so that a pointer that sweeps over rows does not wait for it. */
const fewTokens = 256;
const pause = 90;

/** A text with its tokens as they stand in it, each coloured by the weight that the chosen query gives it. */
@customElement('headlight-text')
export class TokenText extends LitElement {
  static override styles = [sharedStyles, tokenTextStyles];

  /** Which of the run's texts this is. */
  @property() sequence: SequenceName = 'input';
  @property() text = '';
  @property({ attribute: false }) tokens: readonly Token[] = [];
  /** The weights of the tokens as keys; undefined where this text does not hold the keys. */
  @property({ attribute: false }) weights?: Float32Array;
  @property() scale: MatrixScale = 'sqrt';
  /** The query, where this text holds the queries. */
  @property({ attribute: false }) query?: number;
  /** The token that is pointed at anywhere in the panel. */
  @property({ attribute: false }) pointed?: number;
  @property() label = '';

  @query('.text') private readonly body!: HTMLElement;
  private readonly themes = new ThemeController(this);
  private elements: HTMLElement[] = [];
  private focused = 0;
  /** Which tokens stand out. */
  private marked: { readonly query?: number; readonly pointed?: number; readonly focused?: number } = {};
  /** The place of each token's weight in the ramp, as it is coloured. */
  private places?: readonly number[];
  private coloredIn?: Theme;
  private colorTimer?: ReturnType<typeof setTimeout>;

  override render() {
    // The text is laid out where it changes; colours and marks are set on its tokens afterwards.
    return html`<div
      class="text mono"
      role="listbox"
      aria-label=${this.label}
      dir="auto"
      @pointerover=${this.onPointer}
      @pointerleave=${this.onLeave}
      @click=${this.onClick}
      @keydown=${this.onKey}
      @focusin=${this.onFocus}
      @focusout=${this.onLeave}
    ></div>`;
  }

  /** Scrolls a token into view within the text, and nothing else of the page. */
  reveal(index: number): void {
    const token = this.elements[index]?.getClientRects()[0];
    if (token) scrollWithin(this, token);
  }

  private piece(piece: TextPiece): HTMLElement {
    switch (piece.kind) {
      case 'gap':
        return element('span', {}, ...runs(piece.text));
      case 'token':
        return this.token(
          piece.index,
          ...(piece.text === '' ? [element('bdi', {}, visibleText(this.tokens[piece.index].text))] : runs(piece.text)),
        );
      case 'shared': {
        const { indices, text } = piece;
        const wide = indices.length > mostNarrowParts;
        const shared = element(
          'span',
          { class: wide ? 'shared wide' : 'shared', role: 'group', 'aria-label': visibleText(text) },
          element('span', { 'aria-hidden': 'true' }, ...runs(text)),
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
    if (changed.has('tokens') || changed.has('text')) {
      this.elements = [];
      this.body.replaceChildren(...layOutText(this.text, this.tokens).map(piece => this.piece(piece)));
      this.marked = {};
      this.places = undefined;
    }
    if (this.elements.length <= fewTokens || !this.places) this.color();
    else this.colorTimer ??= setTimeout(() => this.color(), pause);
    this.focused = Math.min(this.query ?? this.focused, Math.max(0, this.tokens.length - 1));
    const { marked } = this;
    this.marked = { query: this.query, pointed: this.pointed, focused: this.focused };
    for (const index of new Set([...Object.values(marked), ...Object.values(this.marked)])) this.markToken(index);
    if (changed.has('query') && this.query !== undefined && !this.matches(':hover')) {
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
    this.elements.forEach((element, index) => {
      if (places[index] === before[index]) return;
      const background = places[index] < leastPlace ? undefined : theme.heat.colors[places[index]];
      element.style.backgroundColor = background ? cssColor(background) : '';
      element.style.color = background ? cssColor(readableOn(background, theme.foreground)) : '';
    });
  }

  private indexOf(event: Event): number | undefined {
    const found = event
      .composedPath()
      .find(target => target instanceof HTMLElement && target.dataset['index'] !== undefined);
    return found ? Number((found as HTMLElement).dataset['index']) : undefined;
  }

  private point(index: number | undefined): void {
    const anchor = index === undefined ? undefined : this.elements[index]?.getClientRects()[0];
    this.dispatchEvent(panelEvent('token-point', index === undefined || !anchor ? undefined : { index, anchor }));
  }

  private readonly onPointer = (event: Event) => {
    this.point(this.indexOf(event));
  };

  private readonly onLeave = () => {
    this.point(undefined);
  };

  private readonly onFocus = (event: Event) => {
    if (event.target instanceof HTMLElement && event.target.matches(':focus-visible')) this.point(this.indexOf(event));
  };

  private readonly onClick = (event: Event) => {
    const index = this.indexOf(event);
    if (index !== undefined) this.dispatchEvent(panelEvent('token-choose', index));
  };

  private readonly onKey = (event: KeyboardEvent) => {
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
    this.dispatchEvent(panelEvent('token-choose', this.focused));
  };
}

/** A piece of text with marks in place of what does not show. */
function runs(text: string): (Node | string)[] {
  return partText(text).map(run => {
    switch (run.kind) {
      case 'text':
        return run.text;
      case 'mark':
        return element('span', { class: 'mark', 'data-mark': visibleText(run.text) });
      // CR LF would be two breaks.
      case 'newline':
        return element('span', { class: 'newline' }, '\n');
      default:
        return element('span', { class: run.kind }, run.text);
    }
  });
}
