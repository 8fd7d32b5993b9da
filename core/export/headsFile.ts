import type { AttentionKind } from '../attention/attentionKind';
import { float32Bytes } from './float32Bytes';
import type { ExportedRun } from './layerWeights';
import { npyHeader } from './npy';
import { runMetadata, safetensorsHeader } from './safetensors';

/** The formats of all heads that are written piece by piece, of a text of any length. */
export const streamedFormats = ['safetensors', 'npyHeads'] as const;

export type StreamedFormat = (typeof streamedFormats)[number];

/** Whether a format is written piece by piece. */
export function isStreamed(format: string): format is StreamedFormat {
  return streamedFormats.some(streamed => streamed === format);
}

/** A layer of a file of all heads; of a rollout one matrix stands for its heads. */
export interface LayerOfHeads {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/** All heads of a run, of which only a part need be in memory at a time. */
export interface HeadsInParts {
  /** In the order of the file: kind by kind, layer by layer. */
  readonly layers: readonly LayerOfHeads[];
  /** The weights of a kind in that order, [head][query][key] one after the other, cut anywhere. */
  parts(kind: AttentionKind): AsyncIterable<Float32Array>;
}

/** How many numbers all of them are. */
export function weightCount(layers: readonly LayerOfHeads[]): number {
  return layers.reduce((sum, { heads, queries, keys }) => sum + heads * queries * keys, 0);
}

/**
 * All heads of a run as pieces of a file, to be written one after the other: `safetensors` with a tensor a layer, "self.0",
 * [head, query, key]; `npyHeads` one array of a kind, [layer, head, query, key]. Of a rollout, which has one matrix a layer,
 * without the axis of heads.
 * @param kind of an NPY, which holds one array.
 * @throws RangeError where the layers of an NPY differ in shape, or there are more or fewer weights than the layers say.
 */
export async function* headsFile(
  format: StreamedFormat,
  run: ExportedRun,
  source: HeadsInParts,
  kind: AttentionKind,
): AsyncGenerator<Uint8Array> {
  const rolled = run.reading === 'rollout';
  const layers = format === 'npyHeads' ? source.layers.filter(layer => layer.kind === kind) : source.layers;
  const shapeOf = ({ heads, queries, keys }: LayerOfHeads) => (rolled ? [queries, keys] : [heads, queries, keys]);
  if (format === 'npyHeads') {
    const shape = layers.length > 0 ? shapeOf(layers[0]) : [];
    if (layers.length === 0 || layers.some(layer => shapeOf(layer).join() !== shape.join())) {
      throw new RangeError('The layers of one array must have one shape.');
    }
    yield npyHeader([layers.length, ...shape]);
  } else {
    yield safetensorsHeader(
      layers.map(layer => ({ name: `${layer.kind}.${layer.layer}`, shape: shapeOf(layer) })),
      runMetadata(run),
    );
  }
  for (const one of new Set(layers.map(layer => layer.kind))) {
    const numbers = weightCount(layers.filter(layer => layer.kind === one));
    let given = 0;
    for await (const part of source.parts(one)) {
      given += part.length;
      yield float32Bytes(part);
    }
    if (given !== numbers) throw new RangeError(`There are ${given} weights of ${one} attention, not ${numbers}.`);
  }
}
