import type { AttentionKind } from '../attention/attentionKind';
import type { AttentionGroup, AttentionTensor, Explanation, Reading } from '../run/explanation';
import type { Token } from '../text/token';

/** Of a run, what a file says besides the weights. An `Explanation` is one. */
export interface ExportedRun extends Pick<Explanation, 'model' | 'text' | 'tokens' | 'pair' | 'output' | 'cut'> {
  readonly groups: readonly Pick<AttentionGroup, 'kind' | 'causal' | 'queries' | 'keys'>[];
  /** How the weights are read; as they are where nothing is said. A rollout has the heads of a layer in one matrix. */
  readonly reading?: Reading;
  /** Whether the first token is left out of them. */
  readonly withoutFirst?: boolean;
}

/** The same with where its text came from: "sample.ts, lines 1–4". */
export interface TitledRun extends ExportedRun {
  readonly title: string;
}

/** The attention of one layer: of all its heads, or of those that were chosen. */
export interface LayerWeights {
  readonly kind: AttentionKind;
  readonly layer: number;
  /** The numbers of the heads, in the order of the data; of a rollout one that stands for all. */
  readonly heads: readonly number[];
  readonly queries: number;
  readonly keys: number;
  /** [head][query][key], row-major. */
  readonly data: Float32Array;
}

/** The layers that a file is to hold, one after the other: only the one being written need be in memory. */
export type LayerSource = Iterable<LayerWeights> | AsyncIterable<LayerWeights>;

/**
 * A tensor as the inference process gives it, layer by layer; the numbers are not copied.
 * @param from The numbers of its first layer and its first head, where it holds one head only.
 */
export function weightsOfLayers(
  kind: AttentionKind,
  tensor: AttentionTensor,
  from: { layer?: number; head?: number } = {},
): LayerWeights[] {
  const [layers, heads, queries, keys] = tensor.shape;
  const size = heads * queries * keys;
  if (tensor.data.length !== layers * size) {
    throw new RangeError(`A tensor of shape ${tensor.shape.join(' × ')} holds ${tensor.data.length} numbers.`);
  }
  return Array.from({ length: layers }, (_, i) => ({
    kind,
    layer: (from.layer ?? 0) + i,
    heads: Array.from({ length: heads }, (_, head) => (from.head ?? 0) + head),
    queries,
    keys,
    data: tensor.data.subarray(i * size, (i + 1) * size),
  }));
}

/** The attention that a layer belongs to, with the tokens that look and those that are looked at. */
export interface LayerTokens {
  readonly group: ExportedRun['groups'][number];
  readonly queries: { readonly text: string; readonly tokens: readonly Token[] };
  readonly keys: { readonly text: string; readonly tokens: readonly Token[] };
}

/**
 * The tokens of a layer's axes.
 * @throws RangeError where the weights do not fit the run: a file that mixes them up would lie.
 */
export function tokensOfLayer(run: ExportedRun, layer: LayerWeights): LayerTokens {
  const group = run.groups.find(({ kind }) => kind === layer.kind);
  if (!group) throw new RangeError(`The run has no ${layer.kind} attention.`);
  const queries = sequence(run, group.queries);
  const keys = sequence(run, group.keys);
  const name = `Layer ${layer.layer} of the ${layer.kind} attention`;
  if (queries.tokens.length !== layer.queries || keys.tokens.length !== layer.keys) {
    throw new RangeError(
      `${name} is ${layer.queries} × ${layer.keys}, its tokens are ${queries.tokens.length} × ${keys.tokens.length}.`,
    );
  }
  if (layer.data.length !== layer.heads.length * layer.queries * layer.keys) {
    throw new RangeError(
      `${name} holds ${layer.data.length} numbers for ${layer.heads.length} heads of ${layer.queries} × ${layer.keys}.`,
    );
  }
  return { group, queries, keys };
}

function sequence(run: ExportedRun, name: 'input' | 'output'): LayerTokens['queries'] {
  if (name === 'input') return { text: run.text, tokens: run.tokens };
  if (!run.output) throw new RangeError('The run wrote no text.');
  return run.output;
}
