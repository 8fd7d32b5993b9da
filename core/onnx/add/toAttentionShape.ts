import type { AttentionLayout } from '../find/attentionLayout';
import type { NodeBuilder } from './nodeBuilder';

/**
 * Adds what gives a tensor as [batch, heads, rows, columns]; a tensor that has this shape already is left as it is.
 * Only views where the axes' order allows: `Transpose` and `Reshape`.
 * @returns the name of the result
 */
export function toAttentionShape(builder: NodeBuilder, name: string, layout: AttentionLayout): string {
  const order = [...layout.batch, ...layout.heads, ...layout.rows, ...layout.columns];
  const ordered = builder.transpose(name, order);
  const place = (axes: readonly number[]): number[] => axes.map(a => order.indexOf(a));
  const size = (axes: readonly number[]): number | { axes: number[] } =>
    axes.length === 0 ? 1 : { axes: place(axes) };
  const { folded } = layout;
  const columns = size(layout.columns);
  if (!folded) {
    const groups = [layout.batch, layout.heads, layout.rows, layout.columns];
    return groups.every(g => g.length === 1) ? ordered : builder.reshape(ordered, groups.map(size));
  }
  if (layout.rows.includes(folded.axis)) {
    return folded.inner
      ? builder.transpose(builder.reshape(ordered, [size(layout.batch), -1, folded.heads, columns]), [0, 2, 1, 3])
      : builder.reshape(ordered, [size(layout.batch), folded.heads, -1, columns]);
  }
  const rows = size(layout.rows);
  return folded.inner
    ? builder.reshape(ordered, [-1, folded.heads, rows, columns])
    : builder.transpose(builder.reshape(ordered, [folded.heads, -1, rows, columns]), [1, 0, 2, 3]);
}

/** Adds what brings a tensor of {@link toAttentionShape} back into the shape it came from. */
export function fromAttentionShape(
  builder: NodeBuilder,
  name: string,
  original: string,
  layout: AttentionLayout,
): string {
  const order = [...layout.batch, ...layout.heads, ...layout.rows, ...layout.columns];
  const { folded } = layout;
  let at = name;
  if (folded && layout.rows.includes(folded.axis) && folded.inner) at = builder.transpose(at, [0, 2, 1, 3]);
  if (folded && !layout.rows.includes(folded.axis) && !folded.inner) at = builder.transpose(at, [1, 0, 2, 3]);
  at = builder.reshape(
    at,
    order.map(a => ({ axes: [a] })),
    original,
  );
  return builder.transpose(
    at,
    order.map((_, i) => order.indexOf(i)),
  );
}
