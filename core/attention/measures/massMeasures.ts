import type { AttentionShape } from '../attentionMatrix';
import type { TargetKeys } from '../targetKeys';
import type { TextFacts } from '../textFacts';
import { duplicateToken } from './duplicateToken';
import { firstToken } from './firstToken';
import { induction } from './induction';
import { itself } from './itself';
import type { MassMeasure } from './massOn';
import { matchingPair } from './matchingPair';
import { nextToken } from './nextToken';
import { previousToken } from './previousToken';
import { sameLine } from './sameLine';
import { sameWord } from './sameWord';
import { separators } from './separators';

/** All measures of how much of a row lies on certain keys, in the order to show them. */
const massMeasures: readonly MassMeasure[] = [
  previousToken,
  nextToken,
  itself,
  firstToken,
  separators,
  duplicateToken,
  induction,
  matchingPair,
  sameLine,
  sameWord,
];

/** What each measure counts on one text; computed once for all heads. */
export interface PreparedMeasures {
  readonly shape: AttentionShape;
  readonly measures: readonly { readonly measure: MassMeasure; readonly targets: TargetKeys }[];
}

/**
 * Finds what each measure counts.
 * @param facts Of the sequence that is looked at.
 * @throws RangeError where facts and shape differ in their number of tokens.
 */
export function prepareMeasures(facts: TextFacts, shape: AttentionShape): PreparedMeasures {
  if (facts.tokens !== shape.keys) {
    throw new RangeError(`The text has ${facts.tokens} tokens, its attention ${shape.keys} keys.`);
  }
  return { shape, measures: massMeasures.map(measure => ({ measure, targets: measure.targets(facts, shape) })) };
}
