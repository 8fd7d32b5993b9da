import type { AttentionKind } from '../attentionKind';
import type { AlignedPlace } from './alignSequences';
import type { HeadMatches } from './matchHeads';

/** How the attention of two runs lies beside each other. */
export interface RunMatch {
  /** The kind of the second run's attention that is held against the first's. */
  readonly otherKind: AttentionKind;
  /** The axes of the common matrices: tokens that look, and tokens that are looked at. */
  readonly queries: readonly AlignedPlace[];
  readonly keys: readonly AlignedPlace[];
  /** Which head of the second run looks most like which of the first. */
  readonly matches: HeadMatches;
}
