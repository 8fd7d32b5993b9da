import type { OpenModel } from './openModel';

/**
 * Whether what a model says at a position is what follows there: a causal model of language, or a graph with causal attention,
 * a final norm and an unembedding.
 */
export function saysNext({ info, sessions }: Pick<OpenModel, 'info' | 'sessions'>): boolean {
  return info.task === 'graph' ? typeof sessions.model.residuals !== 'string' : info.task === 'text-generation';
}
