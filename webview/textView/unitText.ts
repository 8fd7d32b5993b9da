import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import { visibleText } from '../../core/text/visibleText';
import { ColoredText } from '../tokens/coloredText';
import { textRuns } from '../tokens/textRuns';
import { tokenTextStyles } from '../tokens/tokenText.styles';
import { formatWeight } from '../run/wording';
import { rampIndex } from '../common/colorScale';
import { scrollWithin } from '../common/scroll';
import { setStyle } from '../common/inlineStyle';
import { weightColors } from '../common/weightColors';
import { sharedStyles } from '../common/styles';
import type { Theme } from '../common/theme';
import { spokenUnit, type TextUnits, tokensOfUnit } from './textUnits';
import { layOutUnits, type UnitPiece } from './unitLayout';
import { unitTextStyles } from './unitText.styles';
import { verticalNeighbour } from './verticalNeighbour';

/** A text in units of tokens, words or lines: its options are units. */
@customElement('headlight-unit-text')
export class UnitText extends ColoredText {
  static override styles = [sharedStyles, tokenTextStyles, unitTextStyles];

  @property({ attribute: false }) units!: TextUnits;
  /** The unit that the colours tell about, where it is of this text. */
  @property({ attribute: false }) chosen?: number;
  /** What is said of a unit in place of its weight, where that is not what the colours are by. */
  @property({ attribute: false }) said?: (unit: number) => string;

  /** A unit's elements: more than one where it shares a character with another. */
  private elements: HTMLElement[][] = [];
  private marked: readonly (number | undefined)[] = [];
  private colored?: { readonly theme: Theme; readonly weights?: Float32Array; readonly scale: MatrixScale };

  protected override isAnew(changed: PropertyValues): boolean {
    return super.isAnew(changed) || changed.has('units');
  }

  /** Only text and units decide on the elements; colours and marks are set on them afterwards. */
  protected override layOut(): unknown {
    const placed = new Set<number>();
    const pieces = layOutUnits(this.text, this.tokens, this.units.of);
    return html`${pieces.map(piece => this.piece(piece, placed))}`;
  }

  protected override elementOf(index: number): HTMLElement | undefined {
    return this.elements[index]?.[0];
  }

  private piece(piece: UnitPiece, placed: Set<number>): unknown {
    switch (piece.kind) {
      case 'gap':
        return html`<span class="unread">${textRuns(piece.text)}</span>`;
      case 'unit':
        return this.unit(piece.unit, piece.text === '' ? this.special(piece.unit) : textRuns(piece.text), placed);
      case 'shared':
        return html`<span class="shared" role="group" aria-label=${visibleText(piece.text)}
          ><span aria-hidden="true">${textRuns(piece.text)}</span
          ><span class="ticks" role="presentation"
            >${piece.units.map(unit => this.unit(unit, nothing, placed))}</span
          ></span
        >`;
    }
  }

  private unit(unit: number, content: unknown, placed: Set<number>): unknown {
    if (placed.has(unit)) return html`<span data-index=${unit} aria-hidden="true">${content}</span>`;
    placed.add(unit);
    const [first] = tokensOfUnit(this.units, unit);
    const { special, start, end } = this.tokens[first];
    return html`<span
      class=${special && start === end ? 'token-special' : `unit-${this.units.kind}`}
      role="option"
      aria-selected="false"
      tabindex="-1"
      data-index=${unit}
      >${content}</span
    >`;
  }

  private special(unit: number): unknown {
    return html`<bdi>${visibleText(this.tokens[this.units.first[unit]].text)}</bdi>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.isAnew(changed)) {
      this.elements = Array.from({ length: this.units.count }, () => []);
      for (const element of this.renderRoot.querySelectorAll<HTMLElement>('[data-index]')) {
        this.elements[Number(element.dataset['index'])].push(element);
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
      const colors = weightColors(theme, place);
      for (const { style } of elements) setStyle(style, colors);
      const name = spokenUnit(this.units, unit, this.text, this.tokens);
      elements[0]?.setAttribute(
        'aria-label',
        weights ? `${unit} ${name}, ${this.said?.(unit) ?? formatWeight(weights[unit] ?? 0)}` : `${unit} ${name}`,
      );
    });
  }

  protected override readonly onKey = (event: KeyboardEvent): void => {
    const at = this.indexOf(event) ?? this.focused;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      this.choose(at);
    } else if (event.key === 'Escape') {
      if (this.pointed === undefined) return;
      this.point(undefined);
    } else {
      const to = this.destination(event.key, at);
      if (to === undefined) return;
      this.focused = Math.min(this.units.count - 1, Math.max(0, to));
      this.mark();
      this.elementOf(this.focused)?.focus();
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
