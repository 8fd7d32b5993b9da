import type { Tensor } from '@huggingface/transformers';
import type { EncoderHeads } from '../../core/protocol/speechProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { Recorder } from '../models/recorder';

/** Bytes of attention that one run may give; a layer at least. Whisper's layers have 9 MB a head. */
const mostBytes = 256 * 2 ** 20;

/** What the times of a window look at in the encoder, mean of the heads chosen. */
export interface EncoderAttention {
  /** Times of the window, silence that fills it included. */
  readonly frames: number;
  /** [frame looking][frame looked at] */
  readonly data: Float32Array;
}

/** The encoder's layers and how many heads each has. */
export function encoderLayers({ sessions }: TransformersModel): { layer: number; heads: number }[] {
  return (sessions.model?.sites ?? [])
    .map(({ layer, heads }) => ({ layer, heads: heads ?? 1 }))
    .sort((a, b) => a.layer - b.layer);
}

/** Runs the encoder alone. */
export function runEncoder(
  { sessions }: TransformersModel,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Tensor | undefined>>> {
  const feeds = Object.entries(inputs).map(([name, tensor]) => [
    name,
    (tensor as unknown as { readonly ort_tensor: never }).ort_tensor,
  ]);
  return sessions.model.run(Object.fromEntries(feeds) as never) as never;
}

/**
 * Runs the encoder on a window and gives what each time looks at. Never more than some layers are held at once.
 * @param inputs what the encoder is given, by its inputs' names.
 * @throws {InferenceFault} where there is no such layer or head.
 */
export async function encoderAttention(
  open: TransformersModel,
  inputs: Readonly<Record<string, Tensor>>,
  chosen: EncoderHeads,
  isCancelled: () => boolean,
): Promise<EncoderAttention> {
  const layers = encoderLayers(open).filter(({ layer }) => chosen === 'all' || layer === chosen.layer);
  let frames = 0;
  let sum: Float32Array | undefined;
  let rows = 0;
  // The first layer tells how large they are.
  let most = 1;
  for (let at = 0; at < layers.length && !isCancelled();) {
    const now = new Set(layers.slice(at, at + most).map(({ layer }) => layer));
    at += now.size;
    const recorder = new Recorder(open, {
      wants: (_kind, layer, what) => what === 'probabilities' && now.has(layer),
      ...(chosen === 'all' || chosen.head === 'all' ? {} : { heads: () => [chosen.head as number] }),
    });
    try {
      await runEncoder(open, inputs);
    } finally {
      recorder.stop();
    }
    for (const { heads, queries, keys, data } of recorder.attention()) {
      frames = queries;
      sum ??= new Float32Array(queries * keys);
      for (let head = 0; head < heads; head++, rows++) {
        const from = head * sum.length;
        for (let i = 0; i < sum.length; i++) sum[i] += data[from + i];
      }
      most = Math.max(1, Math.floor(mostBytes / data.byteLength));
    }
  }
  if (!sum) {
    throw new InferenceFault(InferenceErrorCode.run, `${open.info.id} has no such layer or head in its encoder.`);
  }
  return { frames, data: sum.map(value => value / rows) };
}
