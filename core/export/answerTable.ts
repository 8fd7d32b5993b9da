import { csv } from '../tables/csv';
import { tokenRegion } from '../vision/picturePart';
import type { ShownAnswer } from '../vision/shownAnswer';

/** The picture's tokens as CSV: part, row, column, where each lies in parts of the picture's width and height, and what the word that is shown gives it. */
export function answerTable({ answer, attention }: Pick<ShownAnswer, 'answer' | 'attention'>): string {
  const rows = answer.parts.flatMap((part, number) =>
    Array.from({ length: part.rows * part.columns }, (_, within) => {
      const { left, top, width, height } = tokenRegion(part, within);
      const [row, column] = [Math.floor(within / part.columns), within % part.columns];
      const weight = Number(attention.picture[part.from + within].toPrecision(7));
      return [number, part.kind, row, column, left, top, width, height, weight];
    }),
  );
  return csv([['part', 'kind', 'row', 'column', 'left', 'top', 'width', 'height', 'weight'], ...rows]);
}
