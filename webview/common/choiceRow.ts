import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';

/** A row of buttons of which one is chosen; arrow keys go round. Fires `change` with the new `value`. */
export abstract class ChoiceRow extends LitElement {
  /** What the chosen one stands for. */
  @property() value = '';

  /** What each button stands for, in their order. */
  protected abstract readonly values: readonly string[];
  /** How far a key goes. */
  protected readonly steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

  protected choose(value: string): void {
    if (value === this.value) return;
    this.value = value;
    this.dispatchEvent(new Event('change'));
  }

  protected readonly onKey = (event: KeyboardEvent): void => {
    const step = this.steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { values } = this;
    this.choose(values[(values.indexOf(this.value) + step + values.length) % values.length]);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[tabindex="0"]')?.focus());
  };
}
