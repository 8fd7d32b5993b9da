import { visibleKeys, type LayerHeads } from '../attentionMatrix';
import { mixedLayer } from './attentionRollout';
import { LayeredFlow } from './layeredFlow';

/** The most edges times inputs that {@link attentionFlow} takes on: about a second. */
export const mostFlowWork = 60_000_000;

/**
 * Attention flow: for one query of the last layer, how much can flow from it to each input token at most, where the edges
 * of each layer carry `½ Ā + ½ I`, Ā the mean over heads. A maximum flow for each input token by itself: Abnar & Zuidema
 * 2020 ("Quantifying Attention Flow in Transformers"). Between 0 and 1; they do not sum to 1.
 *
 * Slow by nature, so it is bounded: one query, and no more work than {@link mostFlowWork} (see {@link flowWork}).
 * @param layers From the first layer on, of one sequence.
 * @param inputs The input tokens to look at; all where left out.
 * @returns One number for each of `inputs`.
 * @throws RangeError where that is too much.
 */
export function attentionFlow(layers: readonly LayerHeads[], query: number, inputs?: readonly number[]): Float32Array {
  const n = layers[0]?.queries ?? 0;
  const wanted = inputs ?? Array.from({ length: n }, (_, i) => i);
  const work = flowWork(layers, query, wanted.length);
  if (work > mostFlowWork) {
    throw new RangeError(
      `Attention flow through ${layers.length} layers of ${n} tokens to ${wanted.length} of them is too much to compute.`,
    );
  }
  const reach = tokensOf(layers, query);
  const network = new LayeredFlow(layers.map(mixedLayer), n, reach);
  return Float32Array.from(wanted, input => (input < reach ? network.most(query, input) : 0));
}

/** How much work {@link attentionFlow} would be: edges times inputs. */
export function flowWork(layers: readonly LayerHeads[], query: number, inputs: number): number {
  return layers.length * tokensOf(layers, query) ** 2 * inputs;
}

/** How many tokens can take part: in causal attention, those up to the query. */
function tokensOf(layers: readonly LayerHeads[], query: number): number {
  return layers.length === 0 ? 0 : visibleKeys(layers[0], query);
}
