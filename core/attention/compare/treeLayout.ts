import type { HeadGroups } from './headGroups';

/** One merge of the tree as it is drawn: a bracket that joins two groups. */
export interface TreeBranch {
  /** Where the two groups meet: their distance, as a part of the largest (0 to 1). */
  readonly height: number;
  /** Where each group stood before: its own merge, or 0 for a head. */
  readonly heights: readonly [number, number];
  /** The middles of the two groups, in places of the order (a head's middle is its place + ½). */
  readonly middles: readonly [number, number];
  /** The heads of both, by place in `heads`. */
  readonly heads: readonly number[];
}

/** The tree of heads as brackets, the lowest first, over the heads in the tree's own order. */
export function treeLayout({ heads, merges, order }: Pick<HeadGroups, 'heads' | 'merges' | 'order'>): TreeBranch[] {
  const most = merges.at(-1)?.height || 1;
  const groups = heads.map((_, head) => ({ height: 0, middle: order.indexOf(head) + 0.5, heads: [head] }));
  return merges.map(({ left, right, height }) => {
    const [a, b] = [groups[left], groups[right]].sort((x, y) => x.middle - y.middle);
    const branch: TreeBranch = {
      height: height / most,
      heights: [a.height, b.height],
      middles: [a.middle, b.middle],
      heads: [...a.heads, ...b.heads],
    };
    groups.push({ height: branch.height, middle: (a.middle + b.middle) / 2, heads: [...branch.heads] });
    return branch;
  });
}

/**
 * The branch that an arrow key leads to: left where this one joins the rest, right to the higher of the two it is made of,
 * up and down to its neighbours as drawn. Without a branch to start from, or at the end, it stays; the first is the one that joins all.
 */
export function branchTowards(
  branches: readonly TreeBranch[],
  from: number | undefined,
  key: string,
): number | undefined {
  if (from === undefined) return branches.length > 0 ? branches.length - 1 : undefined;
  const { heads } = branches[from];
  const found = (at: number) => (at < 0 ? from : at);
  if (key === 'ArrowLeft') return found(branches.findIndex((branch, i) => i > from && branch.heads.includes(heads[0])));
  if (key === 'ArrowRight') {
    return found(branches.findLastIndex((branch, i) => i < from && heads.includes(branch.heads[0])));
  }
  const middle = (i: number) => branches[i].middles[0] + branches[i].middles[1];
  const drawn = branches.map((_, i) => i).sort((a, b) => middle(a) - middle(b) || a - b);
  return drawn[drawn.indexOf(from) + (key === 'ArrowDown' ? 1 : -1)] ?? from;
}
