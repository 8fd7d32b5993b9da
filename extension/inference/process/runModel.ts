import { InterruptableStoppingCriteria, Tensor, type PreTrainedModel } from '@huggingface/transformers';
import type { OpenModel } from './openModel';
import { Recorder, type LayerTensor, type Logits, type RecorderOptions } from './recorder';

/** How many tokens an encoder-decoder may write where its own configuration sets no limit. */
const mostNewTokens = 256;

/** What a model computed for a text. */
export interface ModelRun {
  /** Ordered as self, encoder, decoder, cross; within a kind by layer. */
  readonly attention: readonly LayerTensor[];
  /** [position][vocabulary or class], or undefined where the model gives no logits. */
  readonly logits?: Logits;
  /** What an encoder-decoder's decoder read: its start token, then the tokens it wrote. */
  readonly outputIds?: readonly number[];
  /** The text's tokens and behind them those that a causal model wrote. */
  readonly continuedIds?: readonly number[];
}

/** How to run. */
export interface RunOptions {
  /** How many tokens a causal model is to write behind the text. */
  readonly newTokens?: number;
  /** Asked between the tokens of a generation. */
  readonly isCancelled: () => boolean;
}

/**
 * Runs a model on token ids and gives the attention of every layer and head; where it generates, that of the whole
 * generation, its steps joined.
 */
export async function runModel(open: OpenModel, ids: readonly number[], { newTokens = 0, isCancelled }: RunOptions): Promise<ModelRun> {
  const recorder = new Recorder(open);
  try {
    const inputs = inputsOf(ids);
    const seq2seq = open.info.task === 'text2text-generation';
    if (!seq2seq && newTokens === 0) {
      await open.model(inputs);
      return { attention: recorder.attention(), logits: recorder.logits() };
    }
    // The last token that is written is not read again: one more is written, so that all that are shown were read.
    const limit = seq2seq ? open.model.generation_config?.max_new_tokens ?? mostNewTokens : newTokens + 1;
    const written = await generate(open.model, inputs, limit, isCancelled);
    const attention = recorder.attention();
    const read = attention.find(layer => layer.kind !== 'encoder')?.queries ?? written.length;
    const kept = written.slice(0, read);
    return { attention, logits: recorder.logits(), ...(seq2seq ? { outputIds: kept } : { continuedIds: kept }) };
  } finally {
    recorder.stop();
  }
}

/**
 * Runs a model once on tokens that are all known, those of its output too, and gives what was recorded.
 * @param outputIds what an encoder-decoder's decoder reads.
 */
export async function runOnce(open: OpenModel, ids: readonly number[], outputIds: readonly number[] | undefined, options: RecorderOptions): Promise<Recorder> {
  const recorder = new Recorder(open, options);
  try {
    await open.model({ ...inputsOf(ids), ...(outputIds ? { decoder_input_ids: int64(outputIds) } : {}) });
    return recorder;
  } finally {
    recorder.stop();
  }
}

function inputsOf(ids: readonly number[]): Record<string, Tensor> {
  return { input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)) };
}

async function generate(model: PreTrainedModel, inputs: Record<string, Tensor>, limit: number, isCancelled: () => boolean): Promise<number[]> {
  const stop = new InterruptableStoppingCriteria();
  const result = await model.generate({
    ...inputs,
    max_new_tokens: limit,
    do_sample: false,
    stopping_criteria: [Object.assign(stop, { _call: (ids: number[][]) => ids.map(() => isCancelled()) })],
  });
  return Array.from((result as Tensor).data as BigInt64Array, Number);
}

/** Token ids as a model takes them: [1, length]. */
export function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
}
