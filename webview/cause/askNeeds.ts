import { rangeKey } from '../../core/cause/needPlan';
import type { NeedOfTokens, PlaceRange } from '../../core/run/cause';

/** So many are cut in one request: between two of them the user can stop. */
const batch = 16;

/** How far a stage has come. */
export interface NeedsProgress {
  readonly stage: number;
  readonly done: number;
  readonly of: number;
}

/**
 * Asks what a prediction needs, stage by stage, in batches; what is known already is not asked for again.
 * @param stages each says what it is to ask for once those before it are answered.
 * @param known takes the answers, by {@link rangeKey}.
 * @throws what `ask` does, unless nobody wants it any longer.
 */
export async function askNeeds(
  stages: readonly (() => readonly PlaceRange[])[],
  known: Map<string, NeedOfTokens>,
  ask: (tokens: readonly PlaceRange[]) => Promise<readonly NeedOfTokens[]>,
  signal: AbortSignal,
  tell: (progress: NeedsProgress) => void,
): Promise<void> {
  for (const [stage, rangesOf] of stages.entries()) {
    const ranges = rangesOf();
    const open = ranges.filter(range => !known.has(rangeKey(range)));
    for (let from = 0; from < open.length; from += batch) {
      if (signal.aborted) return;
      tell({ stage, done: ranges.length - open.length + from, of: ranges.length });
      const tokens = open.slice(from, from + batch).map(({ first, last }) => ({ first, last }));
      const answers = await ask(tokens);
      if (signal.aborted) return;
      answers.forEach((answer, i) => known.set(rangeKey(tokens[i]), answer));
    }
  }
}
