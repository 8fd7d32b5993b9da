import type { RangeSums } from '../cellRange';
import type { HeadDistances } from '../compare/compareHeads';
import type { MatrixMarginals } from '../matrixMarginals';
import type { SortedEdges } from '../sortedEdges';

/** A rectangle of one head's matrix, and how far it is made smaller. */
export interface HeadRegion {
  readonly firstQuery: number;
  /** How many queries from there on; what lies beyond the matrix is left out. */
  readonly queries: number;
  readonly firstKey: number;
  readonly keys: number;
  /** 1: the weights as they are; f: each cell is the largest of f × f weights, fewer at the end. */
  readonly factor: number;
  /** Asks for the sums of the rectangle, too; where `causal` a query sees only keys up to its own place. */
  readonly summed?: { readonly causal: boolean };
  /** Asks for so many of the strongest weights of the whole matrix, too. */
  readonly strongest?: number;
  /** Asks which keys of the whole matrix no query sees, too. */
  readonly unseen?: boolean;
}

/**
 * The weights of a {@link HeadRegion}: cell (r, c) stands for the queries from `firstQuery + r · factor` and the keys from
 * `firstKey + c · factor` on.
 */
export interface RegionWeights {
  readonly rows: number;
  readonly columns: number;
  /** [row][column], row-major. */
  readonly data: Float32Array;
  readonly sums?: MatrixMarginals & RangeSums;
  readonly edges?: SortedEdges;
  /** Where two heads are held against each other: `data` is of the first. */
  readonly compared?: ComparedWeights;
  /** For each key of the whole matrix, 1 where the mask hides it from all queries, as it does padding. */
  readonly hidden?: Uint8Array;
}

/** The other numbers of two heads on common axes, laid out as those of the first; and how far the heads are from each other, where that was asked for. */
export interface ComparedWeights {
  readonly other: Float32Array;
  /** The first head's weights less the second's. */
  readonly difference: Float32Array;
  readonly distances?: HeadDistances;
}
