/** Scrolls an element so far that a rectangle of the window is in its view, and nothing around it. */
export function scrollWithin(scroller: HTMLElement, target: DOMRect, margin = 40): void {
  const { top, bottom } = scroller.getBoundingClientRect();
  const spare = Math.min(margin, (bottom - top) / 4);
  if (target.top < top + spare) scroller.scrollTop -= top + spare - target.top;
  else if (target.bottom > bottom - spare) scroller.scrollTop += target.bottom - bottom + spare;
}
