import { expectedExplanation } from '../../core/run/expectedExplanation';
import type { Explanation } from '../../core/run/explanation';
import type { OpenModel } from '../models/openModel';
import { kindOf } from '../models/recorder';
import type { ModelInput } from '../text/tokenize';

/**
 * What is known of a model's run on a text before the model has run: the text's tokens, and how many heads will look at them.
 * @returns undefined where the graph does not say how many heads it has, or the model writes, so that not all tokens are known.
 */
export function expectedRun(
  open: OpenModel,
  { text, tokens, pair }: Pick<ModelInput, 'text' | 'tokens' | 'pair'>,
): Explanation | undefined {
  const sites = Object.entries(open.sessions).flatMap(([name, { sites: own }]) =>
    own.map(site => ({ site, kind: kindOf(site, name, open) })),
  );
  const layers: { readonly layer: number; readonly heads: number }[] = [];
  for (const {
    site: { layer, heads },
    kind,
  } of sites) {
    if (kind !== 'self' || heads === undefined) return undefined;
    layers.push({ layer, heads });
  }
  return expectedExplanation(
    open.info,
    text,
    tokens,
    sites.every(({ site }) => site.causal),
    layers.sort((a, b) => a.layer - b.layer),
    pair,
  );
}
