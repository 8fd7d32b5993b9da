import type { AttentionKind } from '../../core/attention/attentionKind';

/** One layer's attention of one kind, without its numbers. */
export interface LayerShape {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly causal: boolean;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}
