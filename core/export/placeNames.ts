import { labelSize, labelWidth } from './svgLabels';

/** A place on a map of heads, and what it is called. */
interface NamedPlace {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Whether it is drawn larger, and named in any case. */
  readonly isChosen: boolean;
}

/** A name where it is to be written: it begins at `x`, or ends there where `leftward`. */
export interface PlacedName extends NamedPlace {
  readonly leftward: boolean;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Writes names beside their places, right or else left of them, those that are chosen first. A name that would lie over
 * another or over a place is left out: the place tells it to the pointer.
 * @param all the places that no name may lie over.
 * @param width of the map.
 * @param small the size of the letters; those of chosen names are at least 11.
 */
export function placeNames(
  named: readonly NamedPlace[],
  all: readonly { readonly x: number; readonly y: number }[],
  width: number,
  small = 8,
): PlacedName[] {
  const dots = all.map(({ x, y }) => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }));
  const taken: Box[] = [];
  const placed: PlacedName[] = [];
  for (const place of [...named].sort((a, b) => Number(b.isChosen) - Number(a.isChosen))) {
    const size = place.isChosen ? 11 : small;
    const [gap, long] = [place.isChosen ? 9 : 6, (labelWidth(place.name) * size) / labelSize];
    const sides = [1, -1].map(side => {
      const x = place.x + side * gap;
      const box = {
        left: Math.min(x, x + side * long),
        right: Math.max(x, x + side * long),
        top: place.y - size / 2,
        bottom: place.y + size / 2,
      };
      return { x, leftward: side < 0, box };
    });
    const free = sides.find(
      ({ box }) => box.right <= width && box.left >= 0 && ![...taken, ...dots].some(other => meet(box, other)),
    );
    const side = free ?? (place.isChosen ? sides[Number(sides[0].box.right > width)] : undefined);
    if (!side) continue;
    taken.push(side.box);
    placed.push({ ...place, x: side.x, leftward: side.leftward });
  }
  return placed;
}

function meet(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
