/**
 * Makes an element. Where there are hundreds alike, this is several times faster than a template, which also keeps what it
 * needs to change each.
 */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}
