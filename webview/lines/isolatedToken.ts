import { type SortedEdges, sortEdges } from '../../core/attention/sortedEdges';
import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import { textOf, tokensOf } from '../run/choice';
import type { HeadMatrix } from '../run/headMatrix';
import { quotedToken, spokenToken } from '../run/wording';
import type { ColumnToken, Side } from './linesLayout';
import { mostLines, tokenWeights } from './linesPainter';
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

/** Gathers what is to be said of a token; undefined while its weights are on their way. */
export function isolateToken(
  explanation: Explanation,
  { queries, keys }: AttentionGroup,
  matrices: readonly HeadMatrix[],
  token: ColumnToken,
): IsolatedToken | undefined {
  const weights = matrices.flatMap(matrix => tokenWeights(matrix, token) ?? []);
  if (weights.length < matrices.length) return undefined;
  const mean =
    weights.length === 1
      ? weights[0]
      : weights[0].map((_, i) => weights.reduce((sum, head) => sum + head[i], 0) / weights.length);
  const sentence = (word: typeof quotedToken) => {
    const name = (side: Side) => (index: number) => {
      const sequence = side === 'query' ? queries : keys;
      return word(tokensOf(explanation, sequence)[index], textOf(explanation, sequence));
    };
    return tokenSentence(
      token.side,
      name(token.side)(token.index),
      mean,
      name(token.side === 'query' ? 'key' : 'query'),
      weights.length,
    );
  };
  return { token, weights, mean, written: sentence(quotedToken), spoken: sentence(spokenToken) };
}

/** The weights by strength: sorted here, or of a long head the strongest, once they are there. */
export function edgesOf({ queries, keys, exact, data, part }: HeadMatrix): SortedEdges | undefined {
  return exact
    ? sortEdges(data)
    : part?.('edges', {
        firstQuery: 0,
        queries,
        firstKey: 0,
        keys,
        factor: Math.max(queries, keys),
        strongest: mostLines,
      })?.edges;
}
