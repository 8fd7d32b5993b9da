import { agnes, type Cluster } from 'ml-hclust';
import { atOnce, type Pieces } from '../../pieces/inPieces';
import { visibleKeys, type LayerHeads } from '../attentionMatrix';
import { distancesInPieces, type PairwiseDistances } from '../measures/pairwiseDistances';
import { planarMap } from './planarMap';

/** Two groups of heads made one. Groups below `heads` are single heads, group `heads + i` is what merge i made. */
export interface HeadMerge {
  readonly left: number;
  readonly right: number;
  /** Mean Jensen-Shannon distance between the heads of the two groups, bits. */
  readonly height: number;
}

/** Heads by how alike they look: all distances, a tree and a map. */
export interface HeadGroups extends PairwiseDistances {
  /** How many queries could have been compared: `queries` are fewer where all would take long. */
  readonly queriesOf: number;
  /** The tree, from the two most alike to the last two groups. */
  readonly merges: readonly HeadMerge[];
  /** The heads, by place in `heads`, as the tree lists them without crossing branches. */
  readonly order: readonly number[];
  /** A place in the plane for each head: [head][x, y]. */
  readonly points: Float32Array;
  /** The part of the distances that the plane holds, 0 to 1. */
  readonly held: number;
}

/**
 * Groups heads by the Jensen-Shannon divergence of their rows (see `pairwiseDistances`; long texts are sampled): a tree
 * by average linkage (UPGMA; Sokal & Michener 1958), and classical multidimensional scaling of the divergence's root,
 * which is a metric (Endres & Schindelin 2003, "A New Metric for Probability Distributions"), as Clark et al. 2019 map heads.
 * @param layers All with the same queries and keys.
 * @param options `most`: see `pairwiseDistances`. `compared`: where the layers hold chosen rows only, of how many they were chosen.
 */
export function headGroups(
  layers: readonly LayerHeads[],
  options: { compared?: number; most?: number } = {},
): HeadGroups {
  return atOnce(groupsInPieces(layers, options));
}

/** {@link headGroups} in pieces; the tree and the map are one each, which grow with the third power of the number of heads. */
export function* groupsInPieces(
  layers: readonly LayerHeads[],
  { compared, most }: { compared?: number; most?: number } = {},
): Pieces<HeadGroups> {
  const distances = yield* distancesInPieces(layers, compared === undefined ? most : Infinity);
  const { heads, data } = distances;
  const n = heads.length;
  const [first] = layers;
  const queriesOf =
    compared ??
    (first
      ? Array.from({ length: first.queries }, (_, query) => query).filter(query => visibleKeys(first, query) > 1).length
      : 0);
  const rows = Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * n, (i + 1) * n)));
  yield;
  const tree = n > 1 ? agnes(rows, { method: 'average', isDistanceMatrix: true }) : undefined;
  yield;
  const { points, held } = planarMap(data.map(Math.sqrt), n);
  return {
    ...distances,
    queriesOf,
    merges: tree ? mergesOf(tree, n) : [],
    order: tree ? tree.indices() : rows.map((_, i) => i),
    points,
    held,
  };
}

/** The inner nodes by their height, lowest first; a node after its children. */
function mergesOf(tree: Cluster, heads: number): HeadMerge[] {
  const inner: Cluster[] = [];
  const collect = (cluster: Cluster) => {
    if (cluster.isLeaf) return;
    cluster.children.forEach(collect);
    inner.push(cluster);
  };
  collect(tree);
  inner.sort((a, b) => a.height - b.height);
  const numbers = new Map(inner.map((cluster, i) => [cluster, heads + i]));
  return inner.map(({ children: [left, right], height }) => {
    const numberOf = (cluster: Cluster) => (cluster.isLeaf ? cluster.index : (numbers.get(cluster) ?? -1));
    return { left: numberOf(left), right: numberOf(right), height };
  });
}
