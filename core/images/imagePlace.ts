import { headName, kindName } from '../attention/headName';
import type { HeatWish, ImageExplanation } from './explained';

/** Where one looks from on an explained image: a cell, or without one the class token, or a detected object by its number. */
export interface ImagePlace {
  readonly cell?: number;
  readonly answer: number;
}

/** The row of attention of a place. */
export function queryOf(
  { special, answers }: Pick<ImageExplanation, 'special' | 'answers'>,
  { cell, answer }: ImagePlace,
): number {
  if (cell !== undefined) return special + cell;
  const object = answers[answer];
  return object?.box ? object.query : 0;
}

/** Whether an image's attention is that of a detector's queries, which no cell has. */
export function isCross({ layers }: Pick<ImageExplanation, 'layers'>): boolean {
  return layers[0]?.kind === 'cross';
}

/** A place in words: "row 0, column 3", "the class token", "“disc”". */
export function placeName(explanation: ImageExplanation, { cell, answer }: ImagePlace): string {
  if (cell !== undefined) return cellName(cell, explanation.grid.columns);
  const object = explanation.answers[answer];
  if (object?.box) return `“${object.label}”`;
  return isCross(explanation) ? 'the first query' : 'the class token';
}

/** A cell by its row and column, both counted from 0. */
export function cellName(cell: number, columns: number): string {
  return `row ${Math.floor(cell / columns)}, column ${cell % columns}`;
}

/** The heads that a heat is of: "Head 1.2", "Layer 1, mean of its heads", "Cross: mean of all layers and heads". */
export function headsName({ kind, layer, head }: Omit<HeatWish, 'query'>): string {
  if (layer !== 'all' && head !== 'all') return headName({ kind, layer, head });
  const several =
    layer !== 'all'
      ? `layer ${layer}, mean of its heads`
      : head === 'all'
        ? 'mean of all layers and heads'
        : `head ${head}, mean of all layers`;
  return kind === 'self' ? several[0].toUpperCase() + several.slice(1) : `${kindName(kind)}: ${several}`;
}
