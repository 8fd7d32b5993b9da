import type { AttentionLayout } from './attentionLayout';
import type { Along } from './joinMatches';
import type { Op, Value } from '../graph/linkedGraph';

/** How attention is written in the graph. */
export type AttentionForm =
  | 'softmax'
  | 'spelled-out'
  | 'additive'
  | 'Attention'
  | 'com.microsoft.Attention'
  | 'com.microsoft.QAttention'
  | 'com.microsoft.MultiHeadAttention'
  | 'com.microsoft.GroupQueryAttention'
  | 'com.microsoft.DecoderMaskedMultiHeadAttention';

/** What is told of an attention from the operations around it. */
export interface AttentionTraits {
  /** How it is written. */
  readonly form: AttentionForm;
  /** Whether queries are kept from later keys. */
  readonly causal: boolean;
  /** Which keys a query has by how the graph computes them: those around it alone (a sliding window), or, beside such, of a few tokens all. */
  readonly span?: 'band' | 'global';
  /** Number of heads, where the graph tells. */
  readonly heads?: number;
  /** Size of a head's queries, where the graph tells. */
  readonly headSize?: number;
}

/** Attention at one place of the graph, before it is known which layer it is. */
export interface AttentionMatch extends AttentionTraits {
  /** The softmax's last operation, or the fused operator. */
  readonly op: Op;
  /** What flows on after values were mixed; where none are, the probabilities. */
  readonly context: Value;
  /** What the queries and keys were computed from; for cross-attention not the same. */
  readonly queryFrom: readonly Value[];
  readonly keyFrom: readonly Value[];
  /** Of attention in single operations: the tensors in between. */
  readonly parts?: AttentionParts;
  /** Whether each turn of the loop around it gives one query of the same attention: a recurrent decoder. */
  readonly turns?: boolean;
  /** Further pieces of the same attention: the next heads, the next queries, or windows beside it. */
  readonly further?: { readonly matches: readonly AttentionMatch[]; readonly along: Along };
  /** What puts the results of pieces of this layer together that have other keys: this one is not all of its layer. */
  readonly whole?: Op;
}

/** The tensors of attention that is written in single operations. */
export interface AttentionParts {
  /** The probabilities as they are multiplied with the values. */
  readonly probabilities: Value;
  readonly layout: AttentionLayout;
  /** What the probabilities have still to be divided by, where the graph does so after the product with the values. */
  readonly sums?: Value;
  /** The product with the values; none where the probabilities are themselves what the model gives. */
  readonly product?: Op;
  /** What the product reads: the probabilities, a part of their keys, or a cast or quantisation of them. */
  readonly weights: Value;
  /** Before softmax, in the layout of the softmax. */
  readonly scores: Value;
  readonly scoresLayout?: AttentionLayout;
  readonly query?: OperandPart;
  readonly key?: OperandPart;
  readonly value?: OperandPart;
}

/** Queries, keys or values: which of the tensor's axes is what. */
export interface OperandPart {
  readonly value: Value;
  readonly layout: AttentionLayout;
}
