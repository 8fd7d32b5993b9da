import type { AttentionShape } from '../attentionMatrix';
import type { TargetKeys } from '../targetKeys';
import type { TextFacts } from '../textFacts';
import { type MassId, massMeasures } from './headMeasures';
import type { MassMeasure } from './massMeasure';

/** What each measure counts on one text; computed once for all heads. */
export interface PreparedMeasures {
  readonly shape: AttentionShape;
  readonly measures: readonly { readonly measure: MassMeasure<MassId>; readonly targets: TargetKeys }[];
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
