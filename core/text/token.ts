/** One token of a model's input or output, and where it lies in the text. */
export interface Token {
  /** Its number in the model's vocabulary. */
  readonly id: number;
  /** What it reads as: decoded text, without the vocabulary's markers (`Ġ`, `##`, `▁`). */
  readonly text: string;
  /** Where it begins in the explained text, in UTF-16 code units from the text's start. */
  readonly start: number;
  /** Where it ends, exclusive. `start === end` for a token that stands for no text (`<|endoftext|>`, `[CLS]`). */
  readonly end: number;
  /** Whether it is one of the tokenizer's special tokens. */
  readonly special: boolean;
  /**
   * Set where several tokens share one character (byte-level vocabularies split an emoji into its bytes): which part of
   * the range this is, counted from 0, and of how many. Each of them has the whole character as its range.
   */
  readonly part?: { readonly index: number; readonly count: number };
}
