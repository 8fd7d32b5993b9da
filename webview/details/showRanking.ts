import type { RunState } from '../run/runState';
import { headName } from '../run/wording';

/** Sorts the overview by the effects so far and opens it; false where none of the chosen kind is ranked, or ranking failed. */
export function showRanking(shown: RunState): boolean {
  const { ranking, choice } = shown;
  if (ranking.running || ranking.failure || ranking.effects.length === 0) return false;
  if (ranking.ranked?.kind !== choice.head.kind) return false;
  shown.choose({ order: 'effect', folded: { ...choice.folded, heads: false } });
  const [first] = [...ranking.effects].sort((a, b) => b.bits - a.bits);
  const { length } = ranking.effects;
  const count = length < ranking.total ? `${length} of ${ranking.total}` : ranking.total;
  shown.tell(`${count} heads ranked by effect, first ${headName(first)}`);
  return true;
}
