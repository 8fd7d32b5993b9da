/** A part of a text, in UTF-16 code units. */
export interface TextPart {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Which of two texts that are read together, as BertViz names them. */
export type Sentence = 'A' | 'B';

/** Two texts that a model reads together: question and context, premise and hypothesis, query and passage. */
export interface TextPair {
  /** Where the texts lie in the explained text: a token's place in its own text counts from there. */
  readonly a: TextPart;
  readonly b: TextPart;
  /** The place among the tokens of the first of B; what stands before, the separator too, belongs to A. */
  readonly tokensOfB: number;
}

/** Which tokens are of which text: “text A: tokens 0–7, text B: tokens 8–17”. */
export function pairTokensWords({ tokensOfB }: TextPair, tokens: number): string {
  const from = (first: number, last: number) => (first === last ? `token ${first}` : `tokens ${first}–${last}`);
  return `text A: ${from(0, tokensOfB - 1)}, text B: ${from(tokensOfB, tokens - 1)}`;
}

/** Which text a token belongs to, by its place among the tokens. */
export function sentenceOfToken({ tokensOfB }: TextPair, index: number): Sentence {
  return index < tokensOfB ? 'A' : 'B';
}
