/** How wide the view must be for one comfortable line a key, and for one line at all, in CSS pixels; as the table's styles have it. */
const comfortable = 840;
const oneLine = 568;
/** What the other columns take, and the gaps. */
const otherColumns = 690;
const narrowColumns = 420;
const biasColumn = 84;

/**
 * How wide a vector of d numbers is drawn in a view of some width: where it can be, so that each number has whole pixels.
 * @param biased Whether a column for the bias stands beside it.
 */
export function stripWidth(viewWidth: number, d: number, biased = false): number {
  const within = (least: number, room: number, most: number) => Math.min(most, Math.max(least, Math.floor(room)));
  const room =
    viewWidth >= comfortable
      ? within(96, (viewWidth - otherColumns) / 2, 192)
      : viewWidth >= oneLine
        ? within(40, (viewWidth - narrowColumns - (biased ? biasColumn : 0)) / 2, 128)
        : 96;
  const cell = Math.min(12, Math.floor(room / d));
  return cell >= 1 ? cell * d : room;
}
