import type { AttentionGroup, Explanation } from '../../core/protocol/explanation';
import { textOf, tokensOf } from '../attention/choice';
import type { HeadMatrix } from '../attention/headMatrix';
import { quotedToken, spokenToken } from '../attention/wording';
import type { ColumnToken, Side } from './linesLayout';
import { tokenWeights } from './linesPainter';
import { tokenSentence } from './tokenSentence';

/** A token whose lines are shown alone: the weights that it gives or is given, one for each token of the other column. */
export interface IsolatedToken {
  readonly token: ColumnToken;
  /** For each head. */
  readonly weights: readonly Float32Array[];
  readonly mean: Float32Array;
  /** The strongest in words, for the eye and for the ear. */
  readonly written: string;
  readonly spoken: string;
}

/** Gathers what is to be said of a token. */
export function isolateToken(explanation: Explanation, { queries, keys }: AttentionGroup, matrices: readonly HeadMatrix[], token: ColumnToken): IsolatedToken {
  const weights = matrices.map(matrix => tokenWeights(matrix, token));
  const mean = weights.length === 1 ? weights[0] : weights[0].map((_, i) => weights.reduce((sum, head) => sum + head[i], 0) / weights.length);
  const sentence = (word: typeof quotedToken) => {
    const name = (side: Side) => (index: number) => {
      const sequence = side === 'query' ? queries : keys;
      return word(tokensOf(explanation, sequence)[index], textOf(explanation, sequence));
    };
    return tokenSentence(token.side, name(token.side)(token.index), mean, name(token.side === 'query' ? 'key' : 'query'), weights.length);
  };
  return { token, weights, mean, written: sentence(quotedToken), spoken: sentence(spokenToken) };
}
