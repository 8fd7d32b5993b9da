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
 * another or over a place is left out: the place tells it to the pointer. A chosen one gives way up or down, and lies over a
 * place that is not chosen rather than over one that is.
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
  const chosen = named
    .filter(place => place.isChosen)
    .map(({ x, y }) => ({ left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 }));
  const taken: Box[] = [];
  const placed: PlacedName[] = [];
  for (const place of [...named].sort((a, b) => Number(b.isChosen) - Number(a.isChosen))) {
    const size = place.isChosen ? 11 : small;
    const [gap, long] = [place.isChosen ? 9 : 6, (labelWidth(place.name) * size) / labelSize];
    const ways = (place.isChosen ? [0, -14, 14] : [0]).flatMap(rise =>
      [1, -1].map(side => {
        const [x, y] = [place.x + side * gap, place.y + rise];
        const box = {
          left: Math.min(x, x + side * long),
          right: Math.max(x, x + side * long),
          top: y - size / 2,
          bottom: y + size / 2,
        };
        return { x, y, leftward: side < 0, box };
      }),
    );
    const free = (others: readonly Box[]) =>
      ways.find(({ box }) => box.right <= width && box.left >= 0 && !others.some(other => meet(box, other)));
    const way =
      free([...taken, ...chosen, ...dots]) ??
      (place.isChosen ? (free([...taken, ...chosen]) ?? ways[Number(ways[0].box.right > width)]) : undefined);
    if (!way) continue;
    taken.push(way.box);
    placed.push({ ...place, x: way.x, y: way.y, leftward: way.leftward });
  }
  return placed;
}

function meet(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
