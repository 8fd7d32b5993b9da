import type { Token } from './token';

/** A text and where its tokens lie. */
export interface TokenizedText {
  readonly text: string;
  readonly tokens: readonly Token[];
}
