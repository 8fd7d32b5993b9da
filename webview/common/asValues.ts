import type { PropertyDeclarations } from 'lit';

/**
 * Declares properties that are no attributes, as `@prop()` and `@state()` do: the build puts it in their place, as it is shorter.
 * @param names of the properties, with spaces between them.
 */
export function asValues(names: string): PropertyDeclarations {
  return Object.fromEntries(names.split(' ').map(name => [name, { attribute: false }]));
}
