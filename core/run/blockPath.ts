import type { AttentionKind } from '../attention/attentionKind';
import type { Prediction } from './explanation';

/** How one vector is added to another. */
export interface Addition {
  /** Length of what it is added to. */
  readonly before: number;
  /** Length of what is added. */
  readonly write: number;
  /** Length of the sum of these; of parts side by side, with all of them. */
  readonly after: number;
  /** Cosine of the angle between what is added and what it is added to; NaN where one is zero. */
  readonly cosine: number;
}

/** What one part of a block does with the chosen token. */
export interface PartPath extends Addition {
  /** Which attention it is; else the feed-forward part. */
  readonly kind: AttentionKind | 'feedForward';
  /** Of attention: which layer of its kind. */
  readonly layer?: number;
  readonly preNorm: boolean;
  /** Whether what it gives is normalized before it is added. */
  readonly normedWrite: boolean;
  /** Whether it reads the same stream as the part before it. */
  readonly parallel: boolean;
}

/** One block, for the chosen token. */
export interface LayerPath {
  readonly parts: readonly PartPath[];
  /** What the model would say at the token, were this the last block: as the logit lens. */
  readonly says?: Prediction;
}

/** A token whose logit something moves. */
export interface MovedToken {
  readonly id: number;
  readonly text: string;
  /** By so much. */
  readonly change: number;
}

/** One neuron of a feed-forward part. */
export interface Neuron {
  readonly neuron: number;
  readonly activation: number;
  /** Length of what it adds, and cosine of its angle to the stream that this is added to. */
  readonly write: number;
  readonly cosine: number;
  /** The tokens whose logits it raises, and lowers, most. */
  readonly raises: readonly MovedToken[];
  readonly lowers: readonly MovedToken[];
}

/** A part of the chosen block in full. */
export interface PartVectors {
  /** [size]: the stream, what the part reads of it, what it adds, and what that makes of it. */
  readonly before: Float32Array;
  readonly reads: Float32Array;
  readonly write: Float32Array;
  readonly after: Float32Array;
  /** Of attention: what each head adds. */
  readonly heads?: readonly {
    readonly head: number;
    readonly write: number;
    readonly cosine: number;
    readonly vector: Float32Array;
  }[];
  /** Of a feed-forward part, where it is told apart. */
  readonly feedForward?: {
    /** [neurons] */
    readonly activations: Float32Array;
    readonly gated: boolean;
    readonly function?: string;
    /** Those that add most, of the most active ones. */
    readonly neurons: readonly Neuron[];
    /** How many were looked at. */
    readonly looked: number;
  };
  /** Why heads or neurons are not told apart, as a sentence. */
  readonly missing?: string;
}

/** How similar places are by their position embeddings alone. */
export interface PositionSimilarity {
  /** `added`: cosine of the vectors that are added; `rotary`: mean cosine of the angles between, over the pairs that are turned. */
  readonly kind: 'added' | 'rotary';
  /** The places that are shown: all, or evenly spread. */
  readonly places: readonly number[];
  /** [place][place], −1 to 1. */
  readonly data: Float32Array;
}

/** The way of one token through the blocks of its residual stream, in the model's own numbers. */
export interface BlockPath {
  /** Why there is none, as a sentence. */
  readonly missing?: string;
  readonly size: number;
  readonly postNorm: boolean;
  readonly embedding: {
    readonly parts: readonly {
      readonly kind: 'token' | 'position' | 'segment' | 'input';
      readonly length: number;
      readonly vector: Float32Array;
    }[];
    readonly normed: boolean;
    readonly fused: boolean;
    /** What the first block reads. */
    readonly vector: Float32Array;
    readonly length: number;
    readonly says?: Prediction;
  };
  /** How the model knows where a token stands, as a sentence, and the picture of it. */
  readonly positions: { readonly words: string; readonly similarity?: PositionSimilarity };
  readonly blocks: readonly LayerPath[];
  /** Which of them is shown in full. */
  readonly chosen: number;
  readonly parts: readonly PartVectors[];
  /** What the model says at a token: what follows, what stands there, or of which class it is. */
  readonly said: 'next' | 'here' | 'class';
  /** How tokens are had from what a neuron adds; or why they are not. */
  readonly tokens: string;
}
