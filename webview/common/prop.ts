import { property } from 'lit/decorators.js';

/** A property that a component is given as a value, never as an attribute. */
export function prop(): ReturnType<typeof property> {
  return property({ attribute: false });
}
