import type { AttentionSteps } from '../../core/run/explanation';

/** A line of the table of steps. */
export type StepRow =
  | { readonly kind: 'key'; readonly key: number }
  /** Keys that are seen but not shown, and the weight that they have together. */
  | { readonly kind: 'rest'; readonly count: number; readonly weight: number }
  /** Keys that the mask hides, `to` inclusive. */
  | { readonly kind: 'hidden'; readonly from: number; readonly to: number; readonly count: number };

/** Up to so many keys are all shown; of more, only the strongest. */
const fewKeys = 16;
const strongest = 12;
/** More stretches of hidden keys than these become one line. */
const fewStretches = 3;

/** The keys that the mask leaves, in the order of the text. */
export function seenKeys({ scores }: AttentionSteps): number[] {
  return Array.from(scores.keys()).filter(key => scores[key] !== -Infinity);
}

/** Whether {@link stepRows} leaves keys out unless all are asked for. */
export function isLong(steps: AttentionSteps): boolean {
  return seenKeys(steps).length > fewKeys;
}

/**
 * The lines of the table, in the order of the text: the keys with the largest weights, or all; one line for the seen keys
 * that are left out; one for each stretch of hidden keys.
 * @param self The key that is the query's own token, which is always shown.
 */
export function stepRows(steps: AttentionSteps, all: boolean, self?: number): StepRow[] {
  const seen = seenKeys(steps);
  const { weights } = steps;
  const shown = new Set(
    all || seen.length <= fewKeys
      ? seen
      : [...seen].sort((a, b) => weights[b] - weights[a] || a - b).slice(0, strongest),
  );
  if (self !== undefined && seen.includes(self)) shown.add(self);
  const left = seen.filter(key => !shown.has(key));
  const rows: { at: number; row: StepRow }[] = seen
    .filter(key => shown.has(key))
    .map(key => ({ at: key, row: { kind: 'key', key } }));
  if (left.length > 0) {
    const weight = left.reduce((sum, key) => sum + weights[key], 0);
    rows.push({ at: seen[seen.length - 1] + 0.5, row: { kind: 'rest', count: left.length, weight } });
  }
  const stretches = hiddenStretches(steps);
  if (stretches.length <= fewStretches) rows.push(...stretches.map(row => ({ at: row.from, row })));
  else {
    const count = stretches.reduce((sum, stretch) => sum + stretch.count, 0);
    rows.push({
      at: Infinity,
      row: { kind: 'hidden', from: stretches[0].from, to: stretches[stretches.length - 1].to, count },
    });
  }
  return rows.sort((a, b) => a.at - b.at).map(({ row }) => row);
}

type Hidden = Extract<StepRow, { kind: 'hidden' }>;

function hiddenStretches({ scores }: AttentionSteps): Hidden[] {
  const stretches: { kind: 'hidden'; from: number; to: number; count: number }[] = [];
  for (const [key, score] of scores.entries()) {
    if (score !== -Infinity) continue;
    const last = stretches.at(-1);
    if (last?.to === key - 1) {
      last.to = key;
      last.count++;
    } else stretches.push({ kind: 'hidden', from: key, to: key, count: 1 });
  }
  return stretches;
}

/** The largest weight's key. */
export function strongestKey({ weights }: AttentionSteps): number {
  let best = 0;
  for (let key = 1; key < weights.length; key++) if (weights[key] > weights[best]) best = key;
  return best;
}
