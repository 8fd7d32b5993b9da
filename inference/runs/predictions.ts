import type { Prediction } from '../../core/run/explanation';
import type { OpenModel } from '../models/openModel';
import type { Logits } from '../models/recorder';
import { likeliestTokens } from '../text/likeliestTokens';

/**
 * The likeliest tokens, or classes, of each position, likeliest first.
 * @param ids the tokens of the run.
 * @param most how many each position gets.
 */
export function predictionsOf(
  open: OpenModel,
  logits: Logits | undefined,
  ids: readonly number[],
  most = 5,
): Prediction[][] {
  if (!logits) return [];
  return Array.from({ length: logits.rows }, (_, row) =>
    likeliestTokens(logits.data, row, logits.columns, most, open.info.outputs).map(({ id, ...likely }) => ({
      id,
      text: open.predictionText(id, ids),
      ...likely,
    })),
  );
}
