import { traceAxis, type AxisOrigin } from './axisTrace';
import { coefficient } from '../read/dims';
import type { Value } from '../graph/linkedGraph';

/** What an axis of the probabilities runs over. `shared` is batch, windows or heads: told apart by where it comes from. */
export type AxisRole = 'shared' | 'query' | 'key';

/** Which axes of a tensor are batch, heads, rows and columns, so that it can be given as [batch, heads, rows, columns]. */
export interface AttentionLayout {
  /** Axes that become the batch: the batch itself, windows. */
  readonly batch: readonly number[];
  /** Axes that become the heads; none for a single head. */
  readonly heads: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Where heads share an axis with the batch or the rows: which axis, how many heads, and whether they vary fastest there. */
  readonly folded?: { readonly axis: number; readonly heads: number; readonly inner: boolean };
}

/**
 * Tells batch, windows and heads apart, by where the axes come from: heads are a part of a projection's features.
 * Where that cannot be followed: of two axes the second is the heads, as everybody writes it.
 * @param headsHint number of heads, where the graph alone cannot tell
 */
export function attentionLayout(
  value: Value,
  roles: readonly AxisRole[],
  headsHint: number | undefined,
  alternative?: Alternative,
): AttentionLayout {
  const axes = (role: AxisRole): number[] => roles.flatMap((r, i) => (r === role ? [i] : []));
  const shared = axes('shared');
  const rest = { rows: axes('query'), columns: axes('key') };
  const origins = shared.map(axis => known(traceAxis(value, axis)) ?? alternative?.(axis));
  const folds = shared.findIndex((_, i) => origins[i]?.from === 'folded');
  const from = (origin: AxisOrigin['from']): number[] => shared.filter((_, i) => origins[i]?.from === origin);

  const rowOrigin = rest.rows.length === 1 ? traceAxis(value, rest.rows[0]) : undefined;
  if (
    folds < 0 &&
    rowOrigin?.from === 'feature' &&
    rest.columns.every(axis => traceAxis(value, axis)?.from === 'other')
  ) {
    // Of a single query, the heads that share a key may stand in its place.
    return {
      batch: shared.filter((_, i) => origins[i]?.from !== 'feature'),
      heads: [...from('feature'), ...rest.rows],
      rows: [],
      columns: rest.columns,
    };
  }
  if (folds >= 0) {
    const origin = origins[folds] as AxisOrigin & { from: 'folded' };
    const heads = typeof origin.heads === 'number' ? origin.heads : (headsHint ?? coefficient(origin.heads));
    return { batch: shared, heads: [], ...rest, folded: { axis: shared[folds], heads, inner: origin.inner } };
  }
  if (from('feature').length > 0) {
    return { batch: shared.filter(a => !from('feature').includes(a)), heads: from('feature'), ...rest };
  }
  if (rowOrigin?.from === 'folded' && typeof rowOrigin.heads === 'number') {
    return {
      batch: shared,
      heads: [],
      ...rest,
      folded: { axis: rest.rows[0], heads: rowOrigin.heads, inner: rowOrigin.inner },
    };
  }
  const unsure = shared.length > 0 && origins.some(o => o === undefined || o.from === 'one');
  if (shared.length === 1 && origins[0] === undefined && headsHint && headsHint > 1) {
    return value.shape?.[shared[0]] === headsHint
      ? { batch: [], heads: shared, ...rest }
      : { batch: shared, heads: [], ...rest, folded: { axis: shared[0], heads: headsHint, inner: true } };
  }
  return shared.length > 1 && unsure
    ? { batch: shared.slice(0, -1), heads: shared.slice(-1), ...rest }
    : { batch: shared, heads: [], ...rest };
}

/** Another way to tell where an axis comes from. */
export type Alternative = (axis: number) => AxisOrigin | undefined;

/** The number of heads, where it is a number. */
export function headCount(layout: AttentionLayout, value: Value): number | undefined {
  if (layout.folded) return layout.folded.heads;
  let count = 1;
  for (const axis of layout.heads) {
    const size = value.shape?.[axis];
    if (typeof size !== 'number') return undefined;
    count *= size;
  }
  return count;
}

/** An axis of size one says nothing. */
function known(origin: AxisOrigin | undefined): AxisOrigin | undefined {
  return origin?.from === 'one' ? undefined : origin;
}
