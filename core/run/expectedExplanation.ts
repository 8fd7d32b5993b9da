import type { Explanation, LayerAttention, ModelInfo } from './explanation';
import type { TextPair } from '../text/textPair';
import type { Token } from '../text/token';

/** Nearly nothing: keys that get nothing at all would be hatched as keys that no query sees. */
const least = 1e-9;

/**
 * What is known of a run once its text was read and before the model has run, as a run that holds its place: each head has
 * next to no weight anywhere.
 */
export function expectedExplanation(
  model: ModelInfo,
  text: string,
  tokens: readonly Token[],
  causal: boolean,
  layers: readonly Pick<LayerAttention, 'layer' | 'heads'>[],
  pair?: TextPair,
): Explanation {
  return {
    run: '',
    model,
    text,
    tokens,
    pair,
    predictions: [],
    predictionsOf: 'input',
    times: { load: 0, run: 0, total: 0 },
    groups: [
      {
        kind: 'self',
        causal,
        queries: 'input',
        keys: 'input',
        layers: layers.map(({ layer, heads }) => ({
          layer,
          heads,
          queries: tokens.length,
          keys: tokens.length,
          thumbnails: { rows: 1, columns: 1, data: new Float32Array(heads).fill(least) },
        })),
        first: { layer: layers[0]?.layer ?? 0, head: 0 },
      },
    ],
  };
}

/** The same where nothing is known yet: it has no text. */
export const unknownExplanation = expectedExplanation(
  { id: '', architecture: '', dtype: '', task: 'graph', contextLength: 0, found: '' },
  '',
  [{ id: 0, text: '', start: 0, end: 0, special: false }],
  true,
  [{ layer: 0, heads: 1 }],
);
