import type { HeadGroups } from './headGroups';

/** Heads that stay together where the tree is cut. */
export interface TreeGroup {
  /** The place of its first head in the tree's order; the others follow. */
  readonly first: number;
  /** By place in `heads`, in the tree's order. */
  readonly heads: readonly number[];
  /** The mean distance of the two groups that were made one last, bits; 0 of a single head. */
  readonly height: number;
}

/**
 * Cuts the tree so that so many groups are left: those that the first merges make, which are of the most alike.
 * @returns In the tree's order; fewer where there are fewer heads.
 */
export function treeCut(
  { heads, merges, order }: Pick<HeadGroups, 'heads' | 'merges' | 'order'>,
  count: number,
): TreeGroup[] {
  const groups: (Pick<TreeGroup, 'heads' | 'height'> | undefined)[] = heads.map((_, head) => ({
    heads: [head],
    height: 0,
  }));
  for (const { left, right, height } of merges.slice(0, Math.max(0, heads.length - count))) {
    groups.push({ heads: [...(groups[left]?.heads ?? []), ...(groups[right]?.heads ?? [])], height });
    groups[left] = groups[right] = undefined;
  }
  const placeOf = new Map(order.map((head, place) => [head, place]));
  const place = (head: number) => placeOf.get(head) ?? 0;
  return groups
    .flatMap(group => group ?? [])
    .map(group => {
      const own = [...group.heads].sort((a, b) => place(a) - place(b));
      return { first: place(own[0]), heads: own, height: group.height };
    })
    .sort((a, b) => a.first - b.first);
}
