/** Space between two labels of a row. */
const gap = 6;

/** A word's box, and how wide its text is drawn. */
export interface WordBox {
  readonly x: number;
  readonly width: number;
  readonly textWidth: number;
  /** Is labelled before others, such as the chosen word. */
  readonly first?: boolean;
}

/**
 * Where words' labels stand below a waveform: in the word's box where it has room (row 0), else in a row of its own below,
 * beginning with the box and moved left at the edge. Where too many short words lie close together, the later ones have none.
 * @param inset of a label in its box.
 * @param rows below the boxes.
 * @returns for each word its label's row and left edge; undefined where there is no room.
 */
export function wordLabels(
  boxes: readonly WordBox[],
  width: number,
  inset: number,
  rows: number,
): ({ readonly row: number; readonly x: number } | undefined)[] {
  const labels = boxes.map(box =>
    box.textWidth + 1.5 * inset <= box.width ? { row: 0, x: box.x + inset } : undefined,
  );
  const taken = Array.from({ length: rows }, (): { from: number; to: number }[] => []);
  const below = boxes.map((_, i) => i).filter(i => !labels[i]);
  for (const i of [...below.filter(each => boxes[each].first), ...below.filter(each => !boxes[each].first)]) {
    const { x: left, textWidth } = boxes[i];
    const x = Math.max(0, Math.min(left, width - textWidth));
    const row = taken.findIndex(those => those.every(({ from, to }) => x + textWidth + gap <= from || x >= to + gap));
    if (row < 0) continue;
    taken[row].push({ from: x, to: x + textWidth });
    labels[i] = { row: row + 1, x };
  }
  return labels;
}
