import type { AttentionKind } from '../attention/attentionKind';
import type { OutputMeaning } from '../models/outputMeaning';
import type { ModelTask } from '../models/modelTask';
import type { TextPair } from '../text/textPair';
import type { Token } from '../text/token';

/** A model, as the panel and the tree name it. */
export interface ModelInfo {
  /** The catalogue's id: the folder's name for a built-in model. */
  readonly id: string;
  /** The architecture by its Hugging Face name (`model_type` in config.json). */
  readonly architecture: string;
  /** `q8`, `fp32`, `fp16`, …, as transformers.js names precisions. */
  readonly dtype: string;
  /** What is done with it. */
  readonly task: ModelTask | 'graph';
  /** What a classifier's numbers mean; absent: a distribution over classes. */
  readonly outputs?: OutputMeaning;
  /** The most tokens it takes. */
  readonly contextLength: number;
  /** What attention was found in its graph, in words ("4 layers × 6 heads of causal self-attention"). */
  readonly found: string;
  /**
   * Whether it quantizes activations as it runs, by one scale over the whole text (DynamicQuantizeLinear): then a later
   * token changes what earlier ones give, though the model is causal.
   */
  readonly quantizesActivations?: boolean;
}

/** One layer's attention of one kind, and its heads at a glance. */
export interface LayerAttention {
  readonly layer: number;
  readonly heads: number;
  /** Length of the sequence that looks: rows. */
  readonly queries: number;
  /** Length of the sequence that is looked at: columns. */
  readonly keys: number;
  /** Each head, maximum-pooled to at most 64 × 64: [head][row][column], row-major. */
  readonly thumbnails: { readonly rows: number; readonly columns: number; readonly data: Float32Array };
}

/** All layers' attention of one kind. */
export interface AttentionGroup {
  readonly kind: AttentionKind;
  /** Whether a token sees only itself and what is before it. */
  readonly causal: boolean;
  /** The sequence that looks, and the one that is looked at: the text given, or the text that the model wrote. */
  readonly queries: SequenceName;
  readonly keys: SequenceName;
  readonly layers: readonly LayerAttention[];
  /** The head that is shown before one is chosen, as `informativeHead` finds it. */
  readonly first: { readonly layer: number; readonly head: number };
}

/** The text given to the model, or what it wrote. */
export type SequenceName = 'input' | 'output';

/** A token the model holds likely, or a class. */
export interface Prediction {
  readonly id: number;
  /** The token's text, or the name of the class. */
  readonly text: string;
  /** Between 0 and 1: of plain scores, their logistic function. */
  readonly probability: number;
  /** The number itself, where a model gives plain scores. */
  readonly score?: number;
}

/** A span of a text that a model takes for the answer to a question (extractive question answering). */
export interface AnswerSpan {
  /** Its tokens, by their places, the last one included. */
  readonly firstToken: number;
  readonly lastToken: number;
  readonly text: string;
  /** That it begins at the first and ends at the last, each among the context's tokens, multiplied. */
  readonly probability: number;
}

/** How alike two texts are to a sentence encoder that reads each alone. */
export interface TextSimilarity {
  /** The cosine of the angle between the vectors of the two texts, −1 to 1. */
  readonly cosine: number;
  /** How a text's vector is made of its tokens', as words: “mean pooling”. */
  readonly pooling: string;
}

/** What a model did with a text: all that a panel shows at first, without the full matrices. */
export interface Explanation {
  /** Names the run in later requests for its numbers. */
  readonly run: string;
  readonly model: ModelInfo;
  /** The text that was read: what was selected, cut to the model's context. */
  readonly text: string;
  readonly tokens: readonly Token[];
  /** An encoder-decoder's: what it wrote, and its tokens (ranges count in `output.text`). */
  readonly output?: { readonly text: string; readonly tokens: readonly Token[] };
  /** In the order self, encoder, decoder, cross. */
  readonly groups: readonly AttentionGroup[];
  /** For each position of `predictionsOf`, the likeliest tokens or classes, likeliest first. Empty where the model says none. */
  readonly predictions: readonly (readonly Prediction[])[];
  /** Of a long text: whether they are to be asked for where one looks; until then those of the last position are there alone. */
  readonly predictionsLater?: boolean;
  /** What they are: tokens that come next (where absent), tokens that fit here (a mask filler's), or classes of the token. */
  readonly predicts?: 'next' | 'here' | 'class';
  /** The sequence whose positions `predictions` counts. */
  readonly predictionsOf: SequenceName;
  /** Of a graph: whether it can write on what it was given. A model of language that writes always can. */
  readonly continues?: boolean;
  /** The place in `tokens` of the first that the model wrote itself, where it continued the text. */
  readonly writtenFrom?: number;
  /** A classifier's answer for the whole text: all classes, likeliest first. */
  readonly classes?: readonly Prediction[];
  /** Where two texts were read together. */
  readonly pair?: TextPair;
  /** Of a pair, what a model that answers questions takes for the answer, likeliest first. */
  readonly answers?: readonly AnswerSpan[];
  /** Of a pair, how alike a sentence encoder finds the two. */
  readonly similarity?: TextSimilarity;
  /** What was left out where the text was longer than the context, in tokens. */
  readonly cut?: { readonly tokensKept: number; readonly tokensLeftOut: number };
  /** Where the graph computes attention in parts side by side (channels, windows, blocks): what each is called, and which one is shown, counted from 1. */
  readonly parts?: { readonly names: readonly string[]; readonly shown: number };
  /** What is to be known of how the text was read, or what was written of it, a sentence each. */
  readonly notes?: readonly string[];
  /** Milliseconds: making the session (0 when the model was loaded already), the model's run, and all in the process. */
  readonly times: { readonly load: number; readonly run: number; readonly total: number };
}

/** Names one head of one run. */
export interface HeadAddress {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly head: number;
}

/** Attention as numbers: rows sum to 1. */
export interface AttentionTensor {
  /** [layer][head][query][key]; the first two are 1 where one head was asked for. */
  readonly shape: readonly [layers: number, heads: number, queries: number, keys: number];
  /** Row-major. */
  readonly data: Float32Array;
}

/**
 * Attention(Q, K, V) = softmax(QKᵀ/√d)V for one query of one head, step by step, with the model's own numbers
 * (Vaswani et al. 2017). Vectors of keys stand in the order of the key sequence.
 */
export interface AttentionSteps {
  /** d: how many numbers a query and a key have; a value has `valueSize`. */
  readonly headSize: number;
  readonly valueSize: number;
  /** [d], as it meets the keys: with rotary positions already turned. */
  readonly query: Float32Array;
  /** [keys][d] */
  readonly keys: Float32Array;
  /** [keys][valueSize] */
  readonly values: Float32Array;
  /** [keys]: q·k. */
  readonly products: Float32Array;
  /** What q·k is multiplied with: 1/√d in most models; 1 where the query has it already (BART) or the model has none (T5). */
  readonly scale: number;
  /** [keys]: what the model adds to the scaled product (relative positions, ALiBi); absent where it adds nothing. */
  readonly bias?: Float32Array;
  /** [keys]: what goes into the softmax; −∞ where the mask hides the key. */
  readonly scores: Float32Array;
  /** [keys]: the probabilities. */
  readonly weights: Float32Array;
  /** [valueSize]: the weights times the values, summed. */
  readonly output: Float32Array;
  /** What comes of the output in the residual stream; undefined where the model's graph does not show it. */
  readonly residual?: ResidualSizes;
}

/** Lengths (Euclidean norms) of vectors of the residual stream at a query's place. */
export interface ResidualSizes {
  /** What the head adds: what its layer writes less what it writes with the head switched off, all else the same. */
  readonly head: number;
  /** What all heads of the layer add, with the output projection's bias. */
  readonly layer: number;
  /** The stream that this is added to. */
  readonly stream: number;
}

/** A token or a class, with its probability as the model is and with something changed. */
export interface ChangedPrediction {
  readonly id: number;
  readonly text: string;
  readonly before: number;
  readonly after: number;
}

/** What changed for one position where heads were switched off, or a token was hidden. */
export interface Effect {
  /** The likeliest before and the likeliest after, likeliest before first; of a classifier all classes. */
  readonly candidates: readonly ChangedPrediction[];
  /** The token that was asked for. */
  readonly token?: ChangedPrediction;
  /**
   * Kullback-Leibler divergence of the answer after from the one before, D(before‖after), in bits: of labels that hold each by
   * itself, summed over them. Where {@link Effect.scores}: how much the score falls, before − after (of several, the mean
   * of their distances).
   */
  readonly divergence: number;
  /** Whether the model gives plain scores: `before` and `after` are these then. */
  readonly scores?: boolean;
  /** Whether both were computed in float32 though the model's file rounds as it runs. */
  readonly inFloat32?: boolean;
}

/** The effect of one head, switched off alone. */
export interface HeadEffectSize extends HeadAddress {
  /** D(before‖after) of what the model says, in bits; where it gives plain scores, how much the score falls. */
  readonly bits: number;
}

/** What each layer of a causal model would say, were it the last (nostalgebraist 2020, "interpreting GPT: the logit lens"). */
export interface LogitLens {
  /** Why the model has none, as one sentence; then `rows` is empty. */
  readonly missing?: string;
  /** From the embedding to the last layer: for each position asked for the likeliest tokens, likeliest first. */
  readonly rows: readonly (readonly (readonly Prediction[])[])[];
}

/**
 * How attention is read: as it is; each key weighted by the length of what the head adds for it, as parts of the row
 * (Kobayashi et al. 2020); or rolled out, how much of each token has come up to the layer, its heads in one (Abnar & Zuidema 2020).
 */
export type Reading = 'raw' | 'value' | 'rollout';

/** A head, and how its attention is to be read; as it is where nothing is said. */
export interface HeadReading extends HeadAddress {
  readonly reading?: Reading;
  /** Whether the first token is left out, see {@link withoutFirstKey}. */
  readonly withoutFirst?: boolean;
  /** Several heads of its kind in one, cell by cell, instead of this one. */
  readonly combined?: { readonly heads: readonly HeadAddress[]; readonly how: 'mean' | 'maximum' };
}

/** All layers' attention of a kind in a reading. */
export interface ReadGroup {
  readonly group: AttentionGroup;
  /** What is to be known of it, as half a sentence. */
  readonly note?: string;
}
