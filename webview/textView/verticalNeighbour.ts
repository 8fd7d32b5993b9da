/** A box on the screen. */
type Box = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;

/** Of boxes that stand in lines, the one in the next line below (or above) that is closest to another; undefined for none. */
export function verticalNeighbour(
  boxes: readonly (Box | undefined)[],
  from: number,
  down: boolean,
): number | undefined {
  const start = boxes[from];
  if (!start) return undefined;
  const middle = (start.left + start.right) / 2;
  const height = start.bottom - start.top;
  let best: number | undefined;
  let least = Infinity;
  boxes.forEach((box, i) => {
    if (!box) return;
    const lines = (down ? box.top - start.top : start.top - box.top) / Math.max(1, height);
    if (lines < 0.5) return;
    const aside = Math.max(0, box.left - middle, middle - box.right);
    // A line further away counts for more than any distance within a line.
    const distance = Math.round(lines) * 1e5 + aside;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}
