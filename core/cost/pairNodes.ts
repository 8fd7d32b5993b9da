/** A node that ran, as a profile tells of it. */
export interface RanNode {
  /** Name and number: the same in every run of a session. */
  readonly key: string;
  /** Its operator, without domain: `FusedMatMul`. */
  readonly type: string;
  /** Shapes of what it read and wrote. */
  readonly shapes: readonly (readonly number[])[];
}

/**
 * Which nodes are attention's: those that read or write a number for each pair of positions (scores, masks, softmax, weights
 * × values), and fused operators. A pair has two axes that are as long as the text, at two lengths, so that no size that
 * happens to equal one length is taken for it.
 * @param fused the fused operators' names, without domain.
 */
export function pairNodes(
  nodes: readonly RanNode[],
  length: number,
  other: { readonly nodes: readonly RanNode[]; readonly length: number },
  fused: ReadonlySet<string>,
): ReadonlySet<string> {
  const elsewhere = new Map(other.nodes.map(node => [node.key, node]));
  return new Set(
    nodes
      .filter(({ key, type, shapes }) => {
        if (fused.has(type)) return true;
        const twin = elsewhere.get(key);
        return shapes.some((shape, place) => {
          const beside = twin?.shapes[place];
          const axes = shape.filter(
            (size, axis) =>
              size === length && (!beside || beside.length !== shape.length || beside[axis] === other.length),
          );
          return axes.length >= 2;
        });
      })
      .map(({ key }) => key),
  );
}
