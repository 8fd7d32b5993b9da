import type { AttentionKind } from '../attention/attentionKind';
import type { Effect, HeadAddress } from './explanation';

/** Places in a row, the last one included. */
export interface PlaceRange {
  readonly first: number;
  readonly last: number;
}

/** How queries are kept from keys: minus infinity before softmax, or zero after it. */
export type CutForm = 'scores' | 'probabilities';

/** Some queries are kept from some keys (attention knockout: Geva et al. 2023, “Dissecting Recall of Factual Associations”). */
export interface Cut {
  readonly kind: AttentionKind;
  /** The heads in which it is cut. */
  readonly heads: readonly Pick<HeadAddress, 'layer' | 'head'>[];
  readonly queries: PlaceRange;
  readonly keys: PlaceRange;
  readonly form: CutForm;
}

/** How far a head looks elsewhere than without the cuts. */
export interface MovedByCut {
  readonly layer: number;
  readonly head: number;
  /** Jensen-Shannon divergence of its rows, in bits: the mean over the queries. */
  readonly distance: number;
}

/** What cuts do. */
export interface CutEffect {
  readonly effect: Effect;
  /** The heads of the cuts' kind, the layers' in order. */
  readonly moved: readonly MovedByCut[];
}

/** What a prediction loses when its position may not look at some tokens, in any layer or head. */
export interface NeedOfTokens {
  /** D(before‖after) of what the model says, in bits; of plain scores how much they fall. */
  readonly bits: number;
  /** How much the log-probability of what it held likeliest falls, natural logarithm; of plain scores 0. */
  readonly falls: number;
}

/** What attention itself says of the same position: a number for each token, the mean over all heads. */
export interface AttentionOfPosition {
  readonly raw: Float32Array;
  /** Weighted by what each value adds; absent where the graph does not show it. */
  readonly value?: Float32Array;
  readonly rollout?: Float32Array;
}

/** What a part of a model adds to a logit. */
export interface LogitPart {
  /**
   * `embedding`: the stream that enters the first layer; `head`: its result through its slice of the output projection;
   * `attentionBias`: the projection's bias; `mlp`: what the feed-forward part adds; `bias`: the final norm's and the
   * unembedding's.
   */
  readonly part: 'embedding' | 'head' | 'attentionBias' | 'mlp' | 'bias';
  readonly layer?: number;
  readonly head?: number;
  /** Of attention, in a model that adds several kinds of it to one stream: which (`decoder`, `cross`). */
  readonly kind?: string;
  readonly value: number;
}

/** A token's logit, less that of another where one is asked for, as a sum (direct logit attribution). */
export interface LogitAttribution {
  /** Before a soft cap, where the model has one. */
  readonly logit: number;
  readonly parts: readonly LogitPart[];
  /** Of all parts. */
  readonly sum: number;
}

/** What one head adds to a logit: by the keys that it took it from, and what its result alone would promote and suppress. */
export type HeadPart =
  | {
      /** Its part of the logit, less that of the other token where one is asked for. */
      readonly value: number;
      /** For each key what comes from it; they sum to `value`. */
      readonly keys: Float32Array;
      /** What its result adds to logits, above the mean over the vocabulary: the largest first. */
      readonly promotes: readonly TokenLogit[];
      /** The same, the least first. */
      readonly suppresses: readonly TokenLogit[];
    }
  | { readonly missing: string };

/** A token, and what is added to its logit. */
export interface TokenLogit {
  readonly id: number;
  readonly text: string;
  readonly value: number;
}

/** A logit's parts as a panel shows them, or why there are none, as a sentence. */
export type LogitParts =
  | (LogitAttribution & {
      readonly token: { readonly id: number; readonly text: string };
      readonly minus?: { readonly id: number; readonly text: string };
    })
  | { readonly missing: string };
