import type { CellRange } from '../../core/attention/cellRange';
import {
  rangeOfFilter,
  sentenceFilterName,
  sentenceFilters,
  withinFilter,
  type SentenceFilter,
} from '../../core/attention/sentenceFilter';
import type { Explanation } from '../../core/run/explanation';
import type { TextPair } from '../../core/text/textPair';
import type { Segment } from '../common/segmented';
import type { HeadMatrix } from './headMatrix';
import type { ShownHead } from './shownHeads';

/** What can be chosen: all, or from one text to one. */
const choices: readonly (Segment & { readonly value: SentenceFilter | 'all' })[] = [
  { value: 'all', label: 'all', name: 'Attention within and between both texts' },
  ...sentenceFilters.map(value => ({
    value,
    label: `${value[0]}→${value[1]}`,
    name: `Attention from text ${value[0]} to text ${value[1]} alone`,
  })),
];

/** Attention from one of two texts to one of them alone. Loaded where there are two: most runs have none. */
export class PairFilter {
  readonly choices = choices;
  private readonly ranges: ReadonlyMap<SentenceFilter, CellRange>;
  private each?: {
    readonly of: readonly ShownHead[];
    readonly range: CellRange;
    readonly heads: readonly ShownHead[];
  };

  constructor(pair: TextPair, { tokens }: Pick<Explanation, 'tokens'>) {
    this.ranges = new Map(sentenceFilters.map(filter => [filter, rangeOfFilter(pair, tokens.length, filter)]));
  }

  /** The queries and keys that are left: the same object for the same filter. */
  range(filter: SentenceFilter): CellRange | undefined {
    return this.ranges.get(filter);
  }

  /** “A → B” */
  name(filter: SentenceFilter): string {
    return sentenceFilterName(filter);
  }

  /** A head's numbers with zeros where nothing is left. */
  matrix(matrix: HeadMatrix, range: CellRange): HeadMatrix {
    return filteredMatrix(matrix, range);
  }

  /** The same of several heads: the same object while they are the same. */
  heads(of: readonly ShownHead[], range: CellRange): readonly ShownHead[] {
    if (this.each?.of !== of || this.each.range !== range) {
      const heads = of.map(({ address, matrix }) => ({ address, matrix: filteredMatrix(matrix, range) }));
      this.each = { of, range, heads };
    }
    return this.each.heads;
  }
}

const filtered = new WeakMap<HeadMatrix, { readonly range: CellRange; readonly matrix: HeadMatrix }>();

/** A head's numbers with zeros where a filter leaves nothing: the same object while neither changes. */
function filteredMatrix(matrix: HeadMatrix, range: CellRange): HeadMatrix {
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
