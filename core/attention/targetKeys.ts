import { visibleKeys, type AttentionShape } from './attentionMatrix';

/** For every query, the keys that a measure counts: those from `start[query]` up to `end[query]` in `list`. */
export interface KeyRanges {
  readonly list: Uint32Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

/** What a measure counts on one text, and what chance gives there. */
export interface TargetKeys extends KeyRanges {
  /** How many rows have a key that counts, and another to choose instead. */
  readonly rows: number;
  /** Mean over those rows of the part of the visible keys that counts: what a head without preference gives. */
  readonly chance: number;
  /** How many pairs of query and counted key lie at each distance, [query − key + keys − 1]. */
  readonly pairsAtDistance: Uint32Array;
  /** Whether the query itself does not count, though a range may hold it. */
  readonly skipsItself: boolean;
}

/**
 * Counts a measure's keys.
 * @param ofContent For measures of what the text says: leaves out the first token and the query itself, which many heads
 * look at whatever the text says, and rows where all other keys count.
 */
export function targetKeys(shape: AttentionShape, ranges: KeyRanges, ofContent: boolean): TargetKeys {
  const { list } = ranges;
  const skipsItself = ofContent && shape.sameSequence;
  const start = ranges.start.slice();
  const end = ranges.end.slice();
  const pairsAtDistance = new Uint32Array(shape.queries + shape.keys);
  let rows = 0;
  let chance = 0;
  for (let query = 0; query < shape.queries; query++) {
    const visible = visibleKeys(shape, query);
    if (ofContent && start[query] < end[query] && list[start[query]] === 0) start[query]++;
    let count = 0;
    for (let at = start[query]; at < end[query]; at++) {
      if (!skipsItself || list[at] !== query) count++;
    }
    const others = visible - (ofContent ? 1 : 0) - (skipsItself && query > 0 ? 1 : 0);
    if (count === 0 || count >= others) {
      end[query] = start[query];
      continue;
    }
    rows++;
    chance += count / visible;
    for (let at = start[query]; at < end[query]; at++) {
      if (!skipsItself || list[at] !== query) pairsAtDistance[query - list[at] + shape.keys - 1]++;
    }
  }
  return { list, start, end, rows, chance: rows === 0 ? 0 : chance / rows, pairsAtDistance, skipsItself };
}

/** One key for each query, or none: `keyOf` gives a negative number, or one that the query cannot see. */
export function oneKeyEach(shape: AttentionShape, keyOf: (query: number) => number): KeyRanges {
  const list = new Uint32Array(shape.queries);
  const start = Uint32Array.from(list, (_, query) => query);
  const end = start.slice();
  for (let query = 0; query < shape.queries; query++) {
    const key = keyOf(query);
    if (key < 0 || key >= visibleKeys(shape, query)) continue;
    list[query] = key;
    end[query]++;
  }
  return { list, start, end };
}

/** No key for any query: a measure that a shape rules out. */
export function noKeys(shape: AttentionShape): KeyRanges {
  return oneKeyEach(shape, () => -1);
}

/**
 * For each query, the tokens of its own class, in memory linear in the tokens; between two sequences none.
 * @param classOf A token's class; negative for none.
 * @param earlierOnly Whether tokens after the query are left out; a causal shape leaves them out anyway.
 */
export function sameClassKeys(shape: AttentionShape, classOf: Int32Array, earlierOnly: boolean): KeyRanges {
  if (!shape.sameSequence) return noKeys(shape);
  const list = Uint32Array.from(classOf, (_, token) => token)
    .filter(token => classOf[token] >= 0)
    .sort((a, b) => classOf[a] - classOf[b] || a - b);
  const start = new Uint32Array(shape.queries);
  const end = new Uint32Array(shape.queries);
  for (let from = 0, to: number; from < list.length; from = to) {
    for (to = from + 1; to < list.length && classOf[list[to]] === classOf[list[from]];) to++;
    for (let at = from; at < to; at++) {
      start[list[at]] = from;
      end[list[at]] = earlierOnly || shape.causal ? at : to;
    }
  }
  return { list, start, end };
}
