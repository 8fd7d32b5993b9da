import type { Token } from '../text/token';
import { matchingPairs, type TokenPair } from './facts/matchingPairs';
import { isSeparator } from './facts/isSeparator';
import { tokenLines } from './facts/tokenLines';
import { tokenWords } from './facts/tokenWords';

/** What the measures need to know of a text's tokens; computed once for a text. All arrays have one number for a token. */
export interface TextFacts {
  readonly tokens: number;
  /** The line it stands on, from 0; −1 for a token that stands for no text. */
  readonly lines: Int32Array;
  /** Which word of the text it belongs to, from 0; −1 for none (white space, punctuation, special tokens). */
  readonly words: Int32Array;
  /** Equal for equal tokens of the vocabulary; −1 for special tokens. */
  readonly ids: Int32Array;
  /** 1 for a token that separates: see {@link isSeparator}. */
  readonly separators: Uint8Array;
  /** Brackets and quotes that belong together, by the tokens that hold them. */
  readonly pairs: readonly TokenPair[];
}

/** Looks at a text once, for all measures of all heads. */
export function textFacts(text: string, tokens: readonly Token[]): TextFacts {
  return {
    tokens: tokens.length,
    lines: tokenLines(text, tokens),
    words: tokenWords(text, tokens),
    ids: Int32Array.from(tokens, token => (token.special ? -1 : token.id)),
    separators: Uint8Array.from(tokens, token => (isSeparator(text, token) ? 1 : 0)),
    pairs: matchingPairs(text, tokens),
  };
}
