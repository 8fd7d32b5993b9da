/** How wide the panel must be for one line a key, in CSS pixels: the styles of the table fold it below. */
const foldsBelow = 840;
/** What the other columns take, and the gaps. */
const otherColumns = 690;

/** How wide a vector of d numbers is drawn in a view of some width: where it can be, so that each number has whole pixels. */
export function stripWidth(viewWidth: number, d: number): number {
  const room =
    viewWidth < foldsBelow
      ? viewWidth < 640
        ? 96
        : 128
      : Math.min(192, Math.max(96, Math.floor((viewWidth - otherColumns) / 2)));
  const cell = Math.min(12, Math.floor(room / d));
  return cell >= 1 ? cell * d : room;
}
