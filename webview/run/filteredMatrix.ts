import type { CellRange } from '../../core/attention/cellRange';
import { withinFilter } from '../../core/attention/sentenceFilter';
import type { HeadMatrix } from './headMatrix';

const filtered = new WeakMap<HeadMatrix, { readonly range: CellRange; readonly matrix: HeadMatrix }>();

/** A head's numbers with zeros where a filter leaves nothing: the same object while neither changes. */
export function filteredMatrix(matrix: HeadMatrix, range: CellRange): HeadMatrix {
  const before = filtered.get(matrix);
  if (before?.range === range) return before.matrix;
  const { rows, columns, queries, keys, data, detail, part, factor } = matrix;
  const place = { queriesOfRow: factor ?? queries / rows, keysOfColumn: factor ?? keys / columns };
  const parts = new WeakMap<object, object>();
  const made: HeadMatrix = {
    ...matrix,
    data: withinFilter(data, columns, range, place),
    detail: detail && {
      ...detail,
      data: withinFilter(detail.data, detail.columns, range, {
        ...detail,
        queriesOfRow: detail.factor,
        keysOfColumn: detail.factor,
      }),
    },
    part:
      part &&
      ((purpose, region) => {
        const given = part(purpose, region);
        if (!given) return undefined;
        let kept = parts.get(given) as typeof given | undefined;
        if (!kept) {
          const { firstQuery, firstKey, factor: each } = region;
          const at = { firstQuery, firstKey, queriesOfRow: each, keysOfColumn: each };
          parts.set(given, (kept = { ...given, data: withinFilter(given.data, given.columns, range, at) }));
        }
        return kept;
      }),
  };
  filtered.set(matrix, { range, matrix: made });
  return made;
}
