import type { AttentionMatch } from './attentionMatch';
import type { Op } from './linkedGraph';

/** Reads a fused attention operator; undefined where the operation is none. */
export function fusedAttention(_op: Op): AttentionMatch | undefined {
  return undefined;
}
