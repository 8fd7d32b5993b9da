import type { FoundAttention } from '../find/findAttention';
import type { BlockStack } from './blocks';
import type { ProjectionSpan } from './outputProjection';

/**
 * What makes logits of a stack's last stream, each position by itself: the final norm and the unembedding, or an encoder's
 * head for each of its tokens.
 * @param output what the logits are called.
 * @returns why there is none, as half a sentence.
 */
export function findModelEnd(
  { graph: { root } }: FoundAttention,
  { end, scope }: BlockStack,
  output = 'logits',
): ProjectionSpan | string {
  const at = root.outputs.findIndex(({ name }) => name === output);
  if (at < 0) return `the graph has no output named ${output}`;
  const logits = root.outputs[at];
  const owner = logits.producer;
  const to =
    scope === root
      ? logits
      : owner && owner === scope.owner?.op
        ? scope.outputs[owner.outputs.indexOf(logits)]
        : undefined;
  if (!to) return 'its logits come from another part of the graph';
  const rank = to.shape?.length ?? logits.shape?.length;
  return rank !== undefined && rank !== 3
    ? 'the model says something of the whole text, and not of each token'
    : { from: end, to };
}
