/** A token as the tokenizer gives it: no place in the text yet. */
export interface Piece {
  /** Its number in the vocabulary. */
  readonly id: number;
  /** As the vocabulary writes it: `Ġitems`, `##ing`, `▁the`, `<0xF0>`. */
  readonly piece: string;
  /** Whether it is one of the tokenizer's special tokens. */
  readonly special: boolean;
}
