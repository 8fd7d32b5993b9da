import { Tensor as InputTensor, type Processor } from '@huggingface/transformers';
import { Tensor } from 'onnxruntime-node';
import { float16Bits } from '../../core/export/float16';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { floatNumbers } from '../models/floatNumbers';
import { int64 } from '../models/onnxTensors';
import { placeholderOf } from './conversationPrompt';
import type { VisionPicture } from './visionPicture';
import { methodsOf, type VisionModel } from './visionModel';

/** Tokens as the decoder is to read them, the picture's among them. */
export interface VisionSequence {
  readonly ids: readonly number[];
  /** [token][width], the picture's tokens replaced by its features. */
  readonly embeddings: Float32Array;
  readonly width: number;
  /** [dimension][token]: one dimension, or three (M-RoPE). */
  readonly positions: readonly (readonly number[])[];
  /** Where in the sequence the picture's tokens are. */
  readonly picture: readonly number[];
}

/** The ids of a prompt, its placeholder made as long as the picture's features, as the model's processor does it. */
export async function promptIds(open: VisionModel, prompt: string, picture: VisionPicture): Promise<number[]> {
  const { processor, tokenizer, imageToken } = open;
  let ids: number[];
  if (hasOwnWay(processor)) {
    // The picture was processed before: a processor for the text alone, which finds it done.
    const image = Object.assign(() => Promise.resolve(picture.inputs), { config: configOf(processor) });
    const withPicture = Object.create(processor, { image_processor: { value: image } }) as Processor;
    const call = processor._call.bind(withPicture) as (...args: unknown[]) => Promise<{ input_ids: InputTensor }>;
    const imageFirst = /^(paligemma|llava)$/.test(open.config.model_type);
    // A template begins with the token that a tokenizer would begin with again (Gemma 3).
    const { input_ids } = await (imageFirst ? call({}, prompt) : call(prompt, [{}], { add_special_tokens: false }));
    ids = Array.from(input_ids.data as BigInt64Array, Number);
  } else {
    ids = tokenizer.encode(prompt.replace(placeholderOf(open), placeholderOf(open).repeat(picture.tokens)));
  }
  const found = ids.filter(id => id === imageToken).length;
  if (found === picture.tokens) return ids;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${open.info.id} has ${picture.tokens} picture tokens and its prompt has room for ${found}: its configuration files do not fit its graphs; download it again.`,
  );
}

/** Whether a processor makes the prompt itself, and not its parts alone. */
function hasOwnWay(processor: Processor): boolean {
  return processor.constructor.name !== 'Processor' && 'tokenizer' in processor.components;
}

function configOf({ image_processor }: Processor): unknown {
  return (image_processor as unknown as { config: unknown }).config;
}

/** A prompt with its picture, and with the tokens of an answer after it. */
export async function visionSequence(
  open: VisionModel,
  ids: readonly number[],
  picture: VisionPicture,
): Promise<VisionSequence> {
  const { data: embeddings, width } = await embed(open, ids);
  const places = ids.flatMap((id, i) => (id === open.imageToken ? [i] : []));
  if (picture.features.length !== places.length * width) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id}: its vision encoder and its decoder do not fit each other; download the model again.`,
    );
  }
  const merged = embeddings.slice();
  places.forEach((place, i) => {
    merged.set(picture.features.subarray(i * width, (i + 1) * width), place * width);
  });
  return { ids, embeddings: merged, width, positions: positionsOf(open, ids, picture), picture: places };
}

/** The same sequence with a token more. */
export async function withToken(open: VisionModel, sequence: VisionSequence, id: number): Promise<VisionSequence> {
  return withTokens(open, sequence, [id]);
}

/** The same sequence with tokens of an answer. */
export async function withTokens(
  open: VisionModel,
  sequence: VisionSequence,
  ids: readonly number[],
): Promise<VisionSequence> {
  if (ids.length === 0) return sequence;
  const { data } = await embed(open, ids);
  const embeddings = new Float32Array(sequence.embeddings.length + data.length);
  embeddings.set(sequence.embeddings);
  embeddings.set(data, sequence.embeddings.length);
  // Text goes on from the largest position, which a picture's rows and columns do not exhaust.
  const next = Math.max(...sequence.positions.map(of => of.reduce((most, at) => Math.max(most, at), -1))) + 1;
  return {
    ...sequence,
    ids: [...sequence.ids, ...ids],
    embeddings,
    positions: sequence.positions.map(of => [...of, ...ids.map((_, i) => next + i)]),
  };
}

async function embed(
  { embedder }: VisionModel,
  ids: readonly number[],
): Promise<{ data: Float32Array; width: number }> {
  const tokens = int64(BigInt64Array.from(ids, BigInt), [1, ids.length]);
  const { inputs_embeds: output } = await embedder.run({ input_ids: tokens });
  return { data: floatNumbers(output)!, width: output.dims[2] };
}

/** Where tokens stand: counted, from 1 in Google's models; in rows and columns within a picture of Qwen2-VL. */
function positionsOf(open: VisionModel, ids: readonly number[], { inputs }: VisionPicture): number[][] {
  const methods = methodsOf(open.model);
  if (methods.get_rope_index) {
    const ones = new InputTensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length]);
    const tokens = new InputTensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
    const [positions] = methods.get_rope_index(tokens, inputs.image_grid_thw, undefined, ones);
    return positions.tolist().map(([of]) => of.map(Number));
  }
  const first = /^(paligemma|gemma3)$/.test(open.config.model_type) ? 1 : 0;
  return [ids.map((_, i) => first + i)];
}

/** Numbers as a tensor of an input's element type. */
export function floatTensor(type: string, data: Float32Array, dims: readonly number[]): Tensor {
  return type === 'float16'
    ? new Tensor('float16', Uint16Array.from(data, float16Bits), dims)
    : new Tensor('float32', data, dims);
}
