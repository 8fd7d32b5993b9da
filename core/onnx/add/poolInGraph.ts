import type { NodeBuilder } from './nodeBuilder';

/** The operator set from which all that is used here exists. */
export const poolingOpset = 9;

/**
 * Adds what makes a tensor [batch, heads, rows, columns] small by maximum pooling, where it is computed, so that the large
 * one never leaves the graph: at most `limit` rows and columns. Blocks as in `core/attention/poolMaximum`: cell `i` of `P`
 * stands for the places `⌊i·n/P⌋` up to `⌊(i+1)·n/P⌋`. A limit of 0 gives an empty tensor and costs next to nothing.
 * @param limit The name of an int64 tensor [1].
 * @param widened Adds what makes float32 of a tensor, once half of it is done.
 * @param lengths What the rows' and the columns' lengths are called: the same name, the same length.
 * @param shared The places of blocks by such names, of one graph: what one tensor needs is there for the next.
 * @returns the name of the result, [batch, heads, min(rows, limit), min(columns, limit)]
 */
export function poolInGraph(
  builder: NodeBuilder,
  name: string,
  limit: string,
  opset: number,
  widened: (name: string) => string = given => given,
  lengths: readonly (string | undefined)[] = [],
  shared = new Map<string, string>(),
): string {
  let shape: string | undefined;
  const placesOf = (axis: number): string => {
    const length = lengths[axis - 2];
    const known = length === undefined ? undefined : shared.get(length);
    if (known !== undefined) return known;
    shape ??= builder.add('Shape', [name]);
    const places = blocksOf(builder, shape, axis, limit);
    if (length !== undefined) shared.set(length, places);
    return places;
  };
  // Rows first: whole rows are moved at once, and little is left for the columns.
  const rows = poolAxis(builder, name, placesOf(2), 2, opset, widened);
  return poolAxis(builder, rows, placesOf(3), 3, opset);
}

/** The places of each block of an axis, [cells, longest block], short ones filled with their last place again. */
function blocksOf(builder: NodeBuilder, shape: string, axis: number, limit: string): string {
  const one = builder.ints([1]);
  const length = builder.add('Gather', [shape, builder.ints([axis])]);
  const cells = smaller(builder, length, limit);
  const divisor = builder.add('Where', [builder.add('Less', [cells, one]), one, cells]);
  const block = builder.add('Div', [builder.add('Sub', [builder.add('Add', [length, divisor]), one]), divisor]);
  const cell = builder.add('Reshape', [countTo(builder, cells, one), builder.ints([-1, 1])]);
  const startOf = (index: string): string => builder.add('Div', [builder.add('Mul', [index, length]), divisor]);
  const last = builder.add('Sub', [startOf(builder.add('Add', [cell, one])), one]);
  return smaller(builder, builder.add('Add', [startOf(cell), countTo(builder, block, one)]), last);
}

/** Lays the blocks of one axis side by side and takes the largest of each. */
function poolAxis(
  builder: NodeBuilder,
  name: string,
  places: string,
  axis: number,
  opset: number,
  widened = (given: string): string => given,
): string {
  const blocks = widened(builder.add('Gather', [name, places], { axis: { int: axis } }));
  const inBlock = axis + 1;
  return opset >= 18
    ? builder.add('ReduceMax', [blocks, builder.ints([inBlock])], { keepdims: { int: 0 } })
    : builder.add('ReduceMax', [blocks], { axes: { ints: [inBlock] }, keepdims: { int: 0 } });
}

/** 0, 1, … up to a number in a tensor [1]; `Range` and `Min` of integers came later than the models one meets. */
function countTo(builder: NodeBuilder, count: string, one: string): string {
  const places = builder.add('NonZero', [builder.add('Expand', [one, count])]);
  return builder.add('Gather', [places, builder.index(0)], { axis: { int: 0 } });
}

function smaller(builder: NodeBuilder, a: string, b: string): string {
  return builder.add('Where', [builder.add('Less', [a, b]), a, b]);
}
