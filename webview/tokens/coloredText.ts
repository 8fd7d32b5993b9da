import { html, LitElement, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { Token } from '../../core/text/token';
import { pointing } from '../common/pointing';
import { ThemeController } from '../common/theme';
import { panelEvent } from '../run/events';

/**
 * A text as it was written, its tokens or what is made of them coloured by weight: a listbox, whose options have their
 * place in `data-index`. Fires `token-point` (a place and where it is on the screen, or undefined) and `token-choose` (a place).
 */
export abstract class ColoredText extends LitElement {
  @property() text = '';
  @property({ attribute: false }) tokens: readonly Token[] = [];
  /** One for each option; undefined where this text is not coloured. */
  @property({ attribute: false }) weights?: Float32Array;
  @property() scale: MatrixScale = 'sqrt';
  /** The option that is pointed at anywhere in the panel. */
  @property({ attribute: false }) pointed?: number;
  @property() label = '';

  protected readonly themes = new ThemeController(this);
  /** The option that Tab leads to. */
  protected focused = 0;
  private laidOut?: unknown;

  protected override willUpdate(changed: PropertyValues): void {
    if (this.isAnew(changed)) this.laidOut = this.layOut();
  }

  override render() {
    return html`<div
      class="text mono"
      role="listbox"
      aria-label=${this.label}
      dir="auto"
      ${pointing(this.onPoint)}
      @click=${this.onClick}
      @keydown=${this.onKey}
    >
      ${this.laidOut}
    </div>`;
  }

  /** Makes what stands in the listbox. Colours and marks are set on it afterwards. */
  protected abstract layOut(): unknown;

  /** Whether something changes that the options are made from. */
  protected isAnew(changed: PropertyValues): boolean {
    return changed.has('text') || changed.has('tokens');
  }

  /** The element that stands for an option. */
  protected abstract elementOf(index: number): HTMLElement | undefined;

  protected abstract readonly onKey: (event: KeyboardEvent) => void;

  protected indexOf(event: Event): number | undefined {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : undefined;
    return option ? Number(option.dataset['index']) : undefined;
  }

  protected point(index: number | undefined): void {
    const anchor = index === undefined ? undefined : this.elementOf(index)?.getClientRects()[0];
    this.dispatchEvent(panelEvent('token-point', index === undefined || !anchor ? undefined : { index, anchor }));
  }

  protected choose(index: number): void {
    this.dispatchEvent(panelEvent('token-choose', index));
  }

  private readonly onPoint = (event?: Event) => this.point(event && this.indexOf(event));

  private readonly onClick = (event: Event) => {
    const index = this.indexOf(event);
    if (index !== undefined) this.choose(index);
  };
}
