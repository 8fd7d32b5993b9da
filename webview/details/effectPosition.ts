import type { AttentionGroup, Explanation } from '../../core/run/explanation';
import { textOf, tokensOf } from '../run/choice';
import { placedToken } from '../run/wording';

const placeWords = { next: 'after', here: 'in place of', class: 'class of' } as const;

/**
 * The position whose predictions tell of an effect: the chosen query where predictions are made for its sequence, the
 * first that an encoder-decoder writes where the query is one of its encoder, the whole text for a classifier.
 */
export function positionOf(
  explanation: Explanation,
  group: AttentionGroup,
  query: number,
): { readonly index: number; readonly name: string } {
  if (explanation.classes) return { index: 0, name: 'reads as' };
  const sequence = explanation.predictionsOf;
  const index = group.queries === sequence ? query : 0;
  const tokens = tokensOf(explanation, sequence);
  const place = placeWords[explanation.predicts ?? 'next'];
  return {
    index,
    name: tokens[index] ? `${place} ${placedToken(tokens, index, textOf(explanation, sequence))}` : 'next',
  };
}
