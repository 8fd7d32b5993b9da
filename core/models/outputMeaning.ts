/**
 * What the numbers are that a classifier gives: a distribution over classes, of which one holds (softmax); labels that hold
 * each by itself (a sigmoid a label); or plain scores (regressors, rerankers and cross-encoders).
 */
export type OutputMeaning = 'distribution' | 'labels' | 'scores';

/**
 * What a classifier's outputs mean, as transformers reads its config.json: by `problem_type` where that is said, else by
 * whether there is more than one.
 * @param outputs how many it gives; where it is not known, as many as config.json names labels.
 */
export function outputMeaning(
  { problem_type: problem, id2label, num_labels: count }: Readonly<Record<string, unknown>>,
  outputs?: number,
): OutputMeaning {
  if (problem === 'multi_label_classification') return 'labels';
  if (problem === 'regression') return 'scores';
  const named = typeof id2label === 'object' && id2label ? Object.keys(id2label).length : undefined;
  return (outputs ?? named ?? count) === 1 ? 'scores' : 'distribution';
}

/** How likely labels are, or how high scores lie between 0 and 1: the logistic function. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
