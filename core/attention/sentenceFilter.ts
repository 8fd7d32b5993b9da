import { sentenceOfToken, type Sentence, type TextPair } from '../text/textPair';
import type { CellRange } from './cellRange';

/** Attention from one of two texts to one of them, as BertViz filters it: from A to B, … */
export type SentenceFilter = 'AA' | 'AB' | 'BA' | 'BB';

export const sentenceFilters: readonly SentenceFilter[] = ['AA', 'AB', 'BA', 'BB'];

/** “A → B” */
export function sentenceFilterName(filter: SentenceFilter): string {
  return `${filter[0]} → ${filter[1]}`;
}

/** The queries and keys that a filter leaves, of a text of so many tokens. */
export function rangeOfFilter({ tokensOfB }: TextPair, tokens: number, filter: SentenceFilter): CellRange {
  const side = (sentence: string) => (sentence === 'A' ? [0, tokensOfB - 1] : [tokensOfB, tokens - 1]);
  const [firstQuery, lastQuery] = side(filter[0]);
  const [firstKey, lastKey] = side(filter[1]);
  return { firstQuery, lastQuery, firstKey, lastKey };
}

/** From which text to which a cell is. */
export function sentencesOfCell(pair: TextPair, query: number, key: number): readonly [Sentence, Sentence] {
  return [sentenceOfToken(pair, query), sentenceOfToken(pair, key)];
}

/** Where numbers stand in a matrix: the first row and column, and how many queries and keys each stands for. */
interface Place {
  readonly firstQuery?: number;
  readonly firstKey?: number;
  readonly queriesOfRow: number;
  readonly keysOfColumn: number;
}

/**
 * Weights with zeros where a filter leaves nothing; those that stand for several cells stay where one of these is left.
 * What is left of a row is not divided by its sum: it is what goes to the other text, or stays.
 * @param data [row][column]
 */
export function withinFilter(
  data: Float32Array,
  columns: number,
  { firstQuery, lastQuery, firstKey, lastKey }: CellRange,
  { firstQuery: top = 0, firstKey: left = 0, queriesOfRow, keysOfColumn }: Place = { queriesOfRow: 1, keysOfColumn: 1 },
): Float32Array {
  const kept = new Float32Array(data.length);
  const rows = data.length / Math.max(1, columns);
  for (let row = 0; row < rows; row++) {
    const query = top + row * queriesOfRow;
    if (query > lastQuery || query + queriesOfRow <= firstQuery) continue;
    for (let column = 0; column < columns; column++) {
      const key = left + column * keysOfColumn;
      if (key > lastKey || key + keysOfColumn <= firstKey) continue;
      kept[row * columns + column] = data[row * columns + column];
    }
  }
  return kept;
}
