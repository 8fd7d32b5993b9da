import { visibleKeys } from '../attentionMatrix';
import { contentMeasure } from './massMeasure';

/**
 * The part of a row that lies on separators (special tokens, line breaks, `. , ; : ! ?` and their like), but the first
 * token and the query itself: `Σ_k a[q][k]`, k a separator; mean over the rows that see one and something else. Clark et
 * al. 2019, section 3.2, of `[SEP]`, periods and commas.
 */
export const separators = contentMeasure(
  { id: 'separators', name: 'separators', on: 'separators' },
  ({ separators }, shape) => {
    const list = Uint32Array.from(separators, (_, token) => token).filter(token => separators[token] === 1);
    const start = new Uint32Array(shape.queries);
    const end = new Uint32Array(shape.queries);
    for (let query = 0, seen = 0; query < shape.queries; query++) {
      while (seen < list.length && list[seen] < visibleKeys(shape, query)) seen++;
      end[query] = seen;
    }
    return { list, start, end };
  },
);
