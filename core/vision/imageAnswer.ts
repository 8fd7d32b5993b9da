import type { CaptionWord } from '../captions/caption';
import type { ImageFacts } from '../images/image';
import type { ModelInfo } from '../run/explanation';
import type { PicturePart } from './picturePart';

/** What was said in a conversation about a picture. */
export interface ImageTurn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Whether it asks for alt text: models that were taught single tasks have a prompt of their own for that. */
  readonly altText?: boolean;
}

/** A word of an answer, and what might have stood in its place. */
export interface AnswerWord extends CaptionWord {
  /** The likeliest tokens where the word begins, the likeliest first. */
  readonly instead: readonly { readonly text: string; readonly probability: number }[];
}

/** What a vision-language model answered, without its attention, which is asked for word by word. */
export interface ImageAnswer {
  readonly image: ImageFacts;
  readonly model: ModelInfo;
  readonly text: string;
  readonly words: readonly AnswerWord[];
  /** Whether it was ended since it became too long. */
  readonly cut: boolean;
  /** How the picture was read, in the order of its tokens. */
  readonly parts: readonly PicturePart[];
  readonly pictureTokens: number;
  /** The tokens of the prompt that are not the picture's, as they read; the first one of all comes first. */
  readonly prompt: readonly string[];
  /** Layers and query heads of the decoder. */
  readonly layers: number;
  readonly heads: number;
  /** Layers and heads of the vision encoder; none where its graph holds no attention of its own. */
  readonly encoder?: { readonly layers: number; readonly heads: number };
  /** Milliseconds: reading the image, the vision encoder's run, and the decoder's. */
  readonly times: { readonly decode: number; readonly encode: number; readonly write: number };
}

/** How a word's attention is weighed: as it is, less the mean of all words of the answer, or times the norm of each key's value vector. */
export type WordWeighting = 'raw' | 'minusMean' | 'value';

/** Whose attention is shown: of a word, in one head, a layer or all. */
export interface WordWish {
  readonly word: number;
  readonly layer: number | 'all';
  readonly head: number | 'all';
  readonly weighting: WordWeighting;
}

/**
 * Where the decoder looked as it wrote a word: the mean over the word's tokens, and over the heads chosen. Raw weights
 * over all that it could see sum to 1, so do value-weighted ones; less the mean they sum to 0.
 */
export interface WordAttention {
  /** [picture token] */
  readonly picture: Float32Array;
  /** [token of the prompt that is not the picture's] */
  readonly prompt: Float32Array;
  /** [word of the answer]: of the word itself its own first tokens; later ones are 0. */
  readonly words: Float32Array;
  /** [layer][head]: the part of the raw weights that lies on the picture. */
  readonly heads: Float32Array;
}

/** Where a word looks, in parts of all that it looks at: `tiles` are the whole picture where it is not split. */
export interface WordShares {
  readonly tiles: number;
  readonly thumbnail: number;
  /** The prompt's words, without the first token. */
  readonly question: number;
  readonly before: number;
  readonly first: number;
}

/** What the words of an answer do where the picture is covered. */
export interface CoveredAnswer {
  /** [word]: how the log-probability of each word of the first answer changes, the words held fixed, in nats. */
  readonly changes: readonly number[];
  /** What is answered now. */
  readonly text: string;
}

/** A row of the vision encoder's own attention within one part of the picture. */
export interface EncoderRow {
  readonly rows: number;
  readonly columns: number;
  /** [patch], row by row: what the patches of the token that was asked for look at; the mean over them, and over the heads chosen. */
  readonly weights: Float32Array;
}
