import { headName, kindName } from '../attention/headName';
import type { HeatWish, ImageExplanation, ImageLayer } from './explained';
import type { ImageRegion } from './image';
import { gridCellAt } from './seenRegion';

/** Where one looks from on an explained image: a cell, or without one the class token, or a detected object by its number. */
export interface ImagePlace {
  readonly cell?: number;
  readonly answer: number;
}

/** What of an explained image tells whose attention a place has. */
type Looked = Pick<ImageExplanation, 'layers' | 'special' | 'answers' | 'grid' | 'seen'>;

/** Whether one may look from a cell: not where queries alone do. */
export function cellsLook({ layers }: Pick<Looked, 'layers'>): boolean {
  return layers.some(({ kind }) => kind !== 'cross');
}

/** Whether a class token or a detector's queries have rows of attention: not where they look at points (deformable attention). */
export function queriesLook({ layers }: Pick<Looked, 'layers'>): boolean {
  return layers.some(({ kind }) => kind !== 'encoder');
}

/** Whether there is both: cells that look in the encoder, and queries that look in the decoder. */
export function bothLook(explanation: Pick<Looked, 'layers'>): boolean {
  return explanation.layers.some(({ kind }) => kind === 'cross') && cellsLook(explanation);
}

/** The cell that is looked from; undefined where it is the class token, or a query. */
export function lookingCell(explanation: Looked, { cell, answer }: ImagePlace): number | undefined {
  if (cell !== undefined) return cellsLook(explanation) ? cell : undefined;
  return queriesLook(explanation) ? undefined : middleCell(explanation, explanation.answers[answer]?.box);
}

/** The cell in the middle of a box, or of all that the model saw. */
export function middleCell({ grid, seen }: Pick<Looked, 'grid' | 'seen'>, box: ImageRegion = seen): number {
  const within = gridCellAt(box.left + box.width / 2, box.top + box.height / 2, grid, seen);
  return within ?? Math.floor(grid.rows / 2) * grid.columns + Math.floor(grid.columns / 2);
}

/** Which of a model's attention a place has: a cell that of the cells, a box that of its query. */
export function kindAt(explanation: Looked, place: ImagePlace): ImageLayer['kind'] {
  const { layers } = explanation;
  const ofCells = lookingCell(explanation, place) !== undefined;
  return (layers.find(({ kind }) => (kind === 'cross') !== ofCells) ?? layers.at(0))?.kind ?? 'self';
}

/** The row of attention of a place. */
export function queryOf(explanation: Looked, place: ImagePlace): number {
  const cell = lookingCell(explanation, place);
  if (cell !== undefined) return explanation.special + cell;
  const object = explanation.answers[place.answer];
  return object?.box ? object.query : 0;
}

/** The number of the object that is looked from, or whose middle is where its query itself has no attention over cells. */
export function objectAt(explanation: Looked, place: ImagePlace): number | undefined {
  const object = explanation.answers[place.answer];
  if (!object?.box) return undefined;
  const cell = lookingCell(explanation, place);
  const chosen = queriesLook(explanation) ? cell === undefined : cell === middleCell(explanation, object.box);
  return chosen ? place.answer : undefined;
}

/** A place in words: "row 0, column 3", "the class token", "“disc”". */
export function placeName(explanation: Looked, place: ImagePlace): string {
  const cell = lookingCell(explanation, place);
  if (cell !== undefined) return cellName(cell, explanation.grid.columns);
  const object = explanation.answers[place.answer];
  if (object?.box) return `“${object.label}”`;
  return kindAt(explanation, place) === 'cross' ? 'the first query' : 'the class token';
}

/** Where in a detector it is looked: " in the encoder"; nothing where there is one stack. */
export function stackName(kind: ImageLayer['kind']): string {
  return { self: '', encoder: ' in the encoder', cross: ' in the decoder' }[kind];
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
