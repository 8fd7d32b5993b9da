import { type MassId, massMeasures } from './headMeasures';
import type { MassMeasure } from './massMeasure';
import type { Mass } from './massOn';

/** What a head does, and how that is known. */
export interface HeadLabel {
  readonly id: MassId;
  /** "previous token", "induction", … */
  readonly name: string;
  /** The numbers behind it, as a sentence. */
  readonly evidence: string;
}

interface Threshold {
  /** The least part of a row. */
  readonly mass: number;
  /** The least by which it lies above what chance, and the head's distances, give. */
  readonly above: number;
  /** In how many rows the measure must apply at least. */
  readonly rows: number;
  /** Over how many keys the mass must be spread at least. */
  readonly spread: number;
}

const place: Threshold = { mass: 0.5, above: 0.25, rows: 4, spread: 0 };
const content: Threshold = { mass: 0.3, above: 0.2, rows: 8, spread: 4 };
const thresholds: Readonly<Partial<Record<MassId, Threshold>>> = { first: { ...place, mass: 0.6 } };

/**
 * Labels a head, where a measure says clearly what it does. A label for a place (previous, next, itself) needs half of a
 * row there, in at least 4 rows, and 0.25 more than chance; the first token 0.6. A label for content (separators,
 * duplicate, induction, pair, line start, line, word) needs 0.3 of a row, in at least 8 rows and spread over at least 4 keys, 0.2 more
 * than, and twice, what chance gives and what the head's distances alone give: so a head for the previous token is not taken
 * for one of the same line. Of several, the one that was least to be expected (the largest divergence of its mass from what chance and distances give,
 * so that a line's break goes before separators of any kind); the first token only where there is no other, for rows with
 * nothing to look for rest there.
 *
 * Calibrated by a control: attention held against the tokens, words, lines and brackets of another text, where a label for
 * content is wrong by construction. The built-in tiny-code-gpt (24 heads, int8), 13 texts of code and prose cut to 16 to
 * 160 tokens, 7,440 to 10,944 pairs of a head and a wrong text at each length. From 32 tokens on separators are given to 2
 * to 4 of these (to 1.3 % without the least spread: rows agree on one key that happens to be a separator), the same word
 * to 0 to 4 (to 0.2 % with 5 rows and no spread), each other label to none. With its own text separators are given to 1 %
 * of the heads at 32 tokens, 3 % at 48 and 10 % at 160, induction to 1 to 2 %. At 16 and 24 tokens no head gets a label
 * for content, right or wrong: too little speaks for one. The bidirectional tiny-code-classifier (12 heads) got none from
 * one wrong text for each. For places, GPT-2 small (5 texts of 6 and 7 tokens, 144 heads): half a row on the previous
 * token finds 4.11 in all five texts, 2.2 in four, 3.2 and 3.7 in one; on itself 0.1, 0.3, 0.5 and 1.11 in all. For other
 * models these thresholds are a choice, not a finding.
 */
export function labelHead(masses: Readonly<Partial<Record<MassId, Mass>>>): HeadLabel | undefined {
  let best: MassMeasure<MassId> | undefined;
  let bestExcess = 0;
  for (const measure of massMeasures) {
    const mass = masses[measure.id];
    if (!mass || !isClear(measure, mass)) continue;
    const excess = measure.id === 'first' ? Number.MIN_VALUE : divergence(mass.mass, expected(mass));
    if (excess > bestExcess) {
      best = measure;
      bestExcess = excess;
    }
  }
  return best && { id: best.id, name: best.name, evidence: massEvidence(best, masses[best.id]) };
}

/** What a measure found in a head, as a sentence with its numbers; for any head and measure, labelled or not. */
export function massEvidence(measure: Pick<MassMeasure, 'on'>, mass: Mass | undefined): string {
  if (!mass) return 'Not measurable on this text.';
  const { rows, chance, byDistance } = mass;
  const found = `${mass.mass.toFixed(2)} of a row lies on ${measure.on}, in ${rows} ${rows === 1 ? 'row' : 'rows'} where it can`;
  const distance = byDistance === undefined ? '' : `, the head’s usual distances ${byDistance.toFixed(2)}`;
  return `${found}; chance gives ${chance.toFixed(2)}${distance}.`;
}

function isClear(measure: MassMeasure<MassId>, mass: Mass): boolean {
  const least = thresholds[measure.id] ?? (measure.ofContent ? content : place);
  const byNothing = expected(mass);
  return (
    mass.rows >= least.rows &&
    mass.spread >= least.spread &&
    mass.mass >= least.mass &&
    mass.mass - byNothing >= least.above &&
    (!measure.ofContent || mass.mass >= 2 * byNothing)
  );
}

/** Kullback–Leibler divergence of one part of a whole from what was expected of it, in nats. */
function divergence(part: number, expectedPart: number): number {
  const term = (p: number, q: number) => (p > 0 ? p * Math.log(p / Math.max(q, Number.MIN_VALUE)) : 0);
  return term(Math.min(part, 1), expectedPart) + term(Math.max(1 - part, 0), 1 - expectedPart);
}

function expected({ chance, byDistance = 0 }: Mass): number {
  return Math.max(chance, byDistance);
}
