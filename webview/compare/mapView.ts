interface Size {
  readonly width: number;
  readonly height: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The part of a map that is seen: how often larger than the whole, and its left and upper edge in the whole's units. */
export interface MapView extends Place {
  readonly zoom: number;
}

export const wholeView: MapView = { zoom: 1, x: 0, y: 0 };

const mostZoom = 16;

/** Where a place of the whole map is seen. */
export function shownPlace({ x, y }: Place, view: MapView): Place {
  return { x: (x - view.x) * view.zoom, y: (y - view.y) * view.zoom };
}

/** A part so many times larger, in which a seen place stays where it is. */
export function zoomedView(view: MapView, factor: number, { x, y }: Place, size: Size): MapView {
  const zoom = Math.min(mostZoom, Math.max(1, view.zoom * factor));
  const [wholeX, wholeY] = [view.x + x / view.zoom, view.y + y / view.zoom];
  return within({ zoom, x: wholeX - x / zoom, y: wholeY - y / zoom }, size);
}

/** A part moved by so much of what is seen. */
export function movedView(view: MapView, right: number, down: number, size: Size): MapView {
  return within({ ...view, x: view.x + right / view.zoom, y: view.y + down / view.zoom }, size);
}

/** A part moved so far that a place, as it is seen now, is in sight. */
export function viewWith(view: MapView, { x, y }: Place, size: Size, margin = 20): MapView {
  const beyond = (at: number, long: number) =>
    at < margin ? at - margin : at > long - margin ? at - long + margin : 0;
  return movedView(view, beyond(x, size.width), beyond(y, size.height), size);
}

function within({ zoom, x, y }: MapView, { width, height }: Size): MapView {
  const inside = (at: number, long: number) => Math.max(0, Math.min(long - long / zoom, at));
  return { zoom, x: inside(x, width), y: inside(y, height) };
}
