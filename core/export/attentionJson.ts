import { float32Json } from './float32Text';
import type { Reading } from '../run/explanation';
import { type ExportedRun, type LayerSource, type LayerWeights, tokensOfLayer } from './layerWeights';

const chunkLength = 1 << 16;

/** What {@link attentionJson} writes, as `JSON.parse` gives it. */
export interface AttentionJson {
  readonly format: 'headlight-attention';
  /** Raised when a reader of the old shape would misread the new one. */
  readonly version: 1;
  readonly model: ExportedRun['model'];
  /** How the weights are read: as they are, weighted by values, or rolled out. */
  readonly reading: Reading;
  /** Whether the first token is left out, and each row divided by what is left; absent where it is not. */
  readonly withoutFirst?: true;
  /** The text that was read. The ranges of tokens count in it, in UTF-16 code units. */
  readonly text: string;
  readonly tokens: ExportedRun['tokens'];
  /** Of two texts that were read together: where A and B lie in the text, and which token is the first of B. */
  readonly pair?: ExportedRun['pair'];
  /** What an encoder-decoder wrote. */
  readonly output?: ExportedRun['output'];
  /** What was left out where the text was longer than the model's context, in tokens. */
  readonly cut?: ExportedRun['cut'];
  /** For each kind of attention: whether it is causal, and whose tokens its queries and keys are. */
  readonly groups: readonly {
    readonly kind: string;
    readonly causal: boolean;
    readonly queries: 'input' | 'output';
    readonly keys: 'input' | 'output';
  }[];
  readonly attention: readonly {
    readonly kind: string;
    readonly layer: number;
    /** The numbers of the heads in `weights`; absent in a rollout, which is of all heads of the layer in one. */
    readonly heads?: readonly number[];
    /** [heads, queries, keys]; of a rollout [1, queries, keys] */
    readonly shape: readonly [heads: number, queries: number, keys: number];
    /** [head][query][key]: each row sums to 1. `null` where the model gave no number (NaN). */
    readonly weights: readonly (readonly (readonly (number | null)[])[])[];
  }[];
}

/**
 * A run and its attention as JSON (RFC 8259): the model, the text, its tokens and the numbers, in the shape of
 * {@link AttentionJson}. Weights are the shortest decimals that give the same 32-bit float.
 * @returns Pieces of about 64 KiB, to be written one after the other.
 */
export async function* attentionJson(run: ExportedRun, layers: LayerSource): AsyncGenerator<string> {
  const { model, reading = 'raw', withoutFirst, text, tokens, pair, output, cut } = run;
  const groups = run.groups.map(({ kind, causal, queries, keys }) => ({ kind, causal, queries, keys }));
  const about = {
    format: 'headlight-attention',
    version: 1,
    model,
    reading,
    ...(withoutFirst && { withoutFirst }),
    text,
    tokens,
    pair,
    output,
    cut,
    groups,
  };
  const head = JSON.stringify(about);
  yield `${head.slice(0, -1)},"attention":[`;
  let first = true;
  for await (const layer of layers) {
    tokensOfLayer(run, layer);
    const { kind, heads, queries, keys } = layer;
    const part = JSON.stringify({
      kind,
      layer: layer.layer,
      heads: reading === 'rollout' ? undefined : heads,
      shape: [heads.length, queries, keys],
    });
    yield `${first ? '' : ','}\n${part.slice(0, -1)},"weights":`;
    yield* nestedNumbers(layer);
    yield '}';
    first = false;
  }
  yield '\n]}\n';
}

/** The weights of a layer as nested lists, [head][query][key], in pieces. */
export function* nestedNumbers({ heads, queries, keys, data }: LayerWeights): Generator<string> {
  let chunk = '[';
  for (let head = 0; head < heads.length; head++) {
    chunk += head === 0 ? '[' : ',[';
    for (let query = 0; query < queries; query++) {
      const from = (head * queries + query) * keys;
      chunk += `${query === 0 ? '' : ','}[${Array.from(data.subarray(from, from + keys), float32Json).join(',')}]`;
      if (chunk.length >= chunkLength) {
        yield chunk;
        chunk = '';
      }
    }
    chunk += ']';
  }
  yield `${chunk}]`;
}
