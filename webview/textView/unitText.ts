import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { Token } from '../../core/text/token';
import { visibleText } from '../../core/text/visibleText';
import { panelEvent } from '../run/events';
import { partText } from '../tokens/textLayout';
import { tokenTextStyles } from '../tokens/tokenText.styles';
import { formatWeight } from '../run/wording';
import { cssColor, rampIndex, readableOn } from '../common/colorScale';
import { scrollWithin } from '../common/scroll';
import { sharedStyles } from '../common/styles';
import { type Theme, ThemeController } from '../common/theme';
import { spokenUnit, type TextUnits, tokensOfUnit } from './textUnits';
import { layOutUnits, type UnitPiece } from './unitLayout';
import { unitTextStyles } from './unitText.styles';
import { verticalNeighbour } from './verticalNeighbour';

/** Below this place in the ramp a colour could not be told from the background. */
const leastPlace = 4;

/**
 * A text as it was written, in units of tokens, words or lines, each coloured by its weight. Fires `token-point` (a unit's
 * place and where it is on the screen, or undefined) and `token-choose` (a unit's place), counting units.
 */
@customElement('headlight-unit-text')
export class UnitText extends LitElement {
  static override styles = [sharedStyles, tokenTextStyles, unitTextStyles];

  @property() text = '';
  @property({ attribute: false }) tokens: readonly Token[] = [];
  @property({ attribute: false }) units!: TextUnits;
  /** One for each unit; undefined where this text is not coloured. */
  @property({ attribute: false }) weights?: Float32Array;
  @property() scale: MatrixScale = 'sqrt';
  /** The unit that the colours tell about, where it is of this text. */
  @property({ attribute: false }) chosen?: number;
  @property({ attribute: false }) pointed?: number;
  @property() label = '';

  private readonly themes = new ThemeController(this);
  /** A unit's elements: more than one where it shares a character with another. */
  private elements: HTMLElement[][] = [];
  private focused = 0;
  private marked: readonly (number | undefined)[] = [];
  private colored?: { readonly theme: Theme; readonly weights?: Float32Array; readonly scale: MatrixScale };
  private bodyOf?: { readonly of: readonly unknown[]; readonly result: unknown };

  override render() {
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
      @focusout=${this.onBlur}
    >
      ${this.body()}
    </div>`;
  }

  /** Only text and units decide on the elements; colours and marks are set on them afterwards. */
  private body(): unknown {
    const of = [this.text, this.tokens, this.units];
    if (!this.bodyOf || of.some((value, i) => value !== this.bodyOf?.of[i])) {
      const placed = new Set<number>();
      const pieces = layOutUnits(this.text, this.tokens, this.units.of);
      this.bodyOf = { of, result: html`${pieces.map(piece => this.piece(piece, placed))}` };
    }
    return this.bodyOf.result;
  }

  private piece(piece: UnitPiece, placed: Set<number>): unknown {
    switch (piece.kind) {
      case 'gap':
        return html`<span>${this.runs(piece.text)}</span>`;
      case 'unit':
        return this.unit(piece.unit, piece.text === '' ? this.special(piece.unit) : this.runs(piece.text), placed);
      case 'shared':
        return html`<span class="shared" role="group" aria-label=${visibleText(piece.text)}
          ><span aria-hidden="true">${this.runs(piece.text)}</span
          ><span class="ticks" role="presentation"
            >${piece.units.map(unit => this.unit(unit, nothing, placed))}</span
          ></span
        >`;
    }
  }

  private unit(unit: number, content: unknown, placed: Set<number>): unknown {
    if (placed.has(unit)) return html`<span data-unit=${unit} aria-hidden="true">${content}</span>`;
    placed.add(unit);
    const [first] = tokensOfUnit(this.units, unit);
    const { special, start, end } = this.tokens[first];
    return html`<span
      class=${special && start === end ? 'token-special' : `unit-${this.units.kind}`}
      role="option"
      aria-selected="false"
      tabindex="-1"
      data-unit=${unit}
      >${content}</span
    >`;
  }

  private special(unit: number): unknown {
    return html`<bdi>${visibleText(this.tokens[this.units.first[unit]].text)}</bdi>`;
  }

  private runs(text: string): unknown {
    return partText(text).map(run => {
      switch (run.kind) {
        case 'text':
          return run.text;
        case 'mark':
          return html`<span class="mark" data-mark=${visibleText(run.text)}></span>`;
        case 'newline':
          return html`<span class="newline">${'\n'}</span>`;
        default:
          return html`<span class=${run.kind}>${run.text}</span>`;
      }
    });
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('tokens') || changed.has('text') || changed.has('units')) {
      this.elements = Array.from({ length: this.units.count }, () => []);
      for (const element of this.renderRoot.querySelectorAll<HTMLElement>('[data-unit]')) {
        this.elements[Number(element.dataset['unit'])].push(element);
      }
      this.marked = [];
      this.colored = undefined;
      this.focused = 0;
    }
    this.color();
    if (changed.has('chosen') || changed.has('units')) this.focused = this.chosen ?? this.focused;
    this.focused = Math.min(this.focused, Math.max(0, this.units.count - 1));
    this.mark();
    const [chosen] = this.elements[this.chosen ?? -1] ?? [];
    if ((changed.has('chosen') || changed.has('units')) && chosen && !this.matches(':hover')) {
      scrollWithin(this, chosen.getBoundingClientRect());
    }
  }

  private mark(): void {
    const now = [this.chosen, this.pointed, this.focused];
    for (const unit of new Set([...this.marked, ...now])) {
      for (const element of this.elements[unit ?? -1] ?? []) {
        element.classList.toggle('query', unit === this.chosen);
        element.classList.toggle('pointed', unit === this.pointed);
        if (element.role !== 'option') continue;
        element.ariaSelected = String(unit === this.chosen);
        element.tabIndex = unit === this.focused ? 0 : -1;
      }
    }
    this.marked = now;
  }

  private color(): void {
    const { weights, scale } = this;
    const { theme } = this.themes;
    if (this.colored?.theme === theme && this.colored.weights === weights && this.colored.scale === scale) return;
    this.colored = { theme, weights, scale };
    this.elements.forEach((elements, unit) => {
      const place = weights ? rampIndex(weights[unit] ?? 0, scale) : 0;
      const background = place < leastPlace ? undefined : theme.heat.colors[place];
      for (const { style } of elements) {
        style.backgroundColor = background ? cssColor(background) : '';
        style.color = background ? cssColor(readableOn(background, theme.foreground)) : '';
      }
      const name = spokenUnit(this.units, unit, this.text, this.tokens);
      elements[0]?.setAttribute(
        'aria-label',
        weights ? `${unit} ${name}, ${formatWeight(weights[unit] ?? 0)}` : `${unit} ${name}`,
      );
    });
  }

  private unitOf(event: Event): number | undefined {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-unit]') : undefined;
    return element ? Number(element.dataset['unit']) : undefined;
  }

  private point(unit: number | undefined): void {
    const anchor = unit === undefined ? undefined : this.elements[unit]?.[0]?.getClientRects()[0];
    this.dispatchEvent(panelEvent('token-point', unit === undefined || !anchor ? undefined : { index: unit, anchor }));
  }

  private readonly onPointer = (event: Event) => this.point(this.unitOf(event));

  private readonly onLeave = () => this.point(undefined);

  private readonly onBlur = ({ relatedTarget }: FocusEvent) => {
    if (!(relatedTarget instanceof Element && this.renderRoot.contains(relatedTarget))) this.point(undefined);
  };

  private readonly onFocus = (event: Event) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) this.point(this.unitOf(event));
  };

  private readonly onClick = (event: Event) => {
    const unit = this.unitOf(event);
    if (unit !== undefined) this.dispatchEvent(panelEvent('token-choose', unit));
  };

  private readonly onKey = (event: KeyboardEvent) => {
    const at = this.unitOf(event) ?? this.focused;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      this.dispatchEvent(panelEvent('token-choose', at));
    } else if (event.key === 'Escape') {
      if (this.pointed === undefined) return;
      this.point(undefined);
    } else {
      const to = this.destination(event.key, at);
      if (to === undefined) return;
      this.focused = Math.min(this.units.count - 1, Math.max(0, to));
      this.mark();
      this.elements[this.focused]?.[0]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };

  private destination(key: string, at: number): number | undefined {
    switch (key) {
      case 'ArrowRight':
        return at + 1;
      case 'ArrowLeft':
        return at - 1;
      case 'Home':
        return 0;
      case 'End':
        return this.units.count - 1;
      case 'ArrowDown':
      case 'ArrowUp':
        return (
          verticalNeighbour(
            this.elements.map(([element]) => element?.getClientRects()[0]),
            at,
            key === 'ArrowDown',
          ) ?? at
        );
      default:
        return undefined;
    }
  }
}
