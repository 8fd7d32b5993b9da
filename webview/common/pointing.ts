import { type ElementPart, nothing } from 'lit';
import { Directive, directive, type DirectiveParameters, type PartInfo, PartType } from 'lit/directive.js';

/** Is called with the event that came to a place in an element; with none where nothing in it is pointed at any more. */
type Point = (event?: Event) => void;

/**
 * Tells what in an element the pointer is over, or the keyboard's focus is on.
 * `html\`<ul ${pointing(this.onPoint)}>…</ul>\``. The function must be the same each time. `hold`: where the focus
 * leaves while the pointer is over the element, what is pointed at stays.
 */
export const pointing = directive(
  class PointingDirective extends Directive {
    private listens = false;

    constructor(part: PartInfo) {
      super(part);
      if (part.type !== PartType.ELEMENT) throw new Error('pointing() belongs on an element.');
    }

    override render(point: Point, hold = false) {
      void [point, hold];
      return nothing;
    }

    override update({ element }: ElementPart, [point, hold = false]: DirectiveParameters<this>) {
      if (this.listens) return nothing;
      this.listens = true;
      element.addEventListener('pointerover', point);
      element.addEventListener('pointerleave', () => point());
      element.addEventListener('focusin', event => {
        if (event.target instanceof Element && event.target.matches(':focus-visible')) point(event);
      });
      element.addEventListener('focusout', event => {
        const { relatedTarget } = event as FocusEvent;
        const stays = relatedTarget instanceof Element && element.contains(relatedTarget);
        if (!stays && !(hold && element.matches(':hover'))) point();
      });
      return nothing;
    }
  },
);
