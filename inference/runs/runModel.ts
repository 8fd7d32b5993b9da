import { InterruptableStoppingCriteria, type PreTrainedModel, type Tensor } from '@huggingface/transformers';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { AttentionTensorKind } from '../../core/onnx';
import type { PairedText } from '../../core/text/pairedText';
import type { OpenModel } from '../models/openModel';
import type { TextModel } from '../models/textModel';
import { tokenInputs } from '../models/tokenInputs';
import type { PlannedWriting } from '../text/planWriting';
import {
  givesSomeLogits,
  lastLogits,
  Recorder,
  type LayerOverview,
  type LayerTensor,
  type Logits,
  type RecorderOptions,
} from '../models/recorder';
import { withMeasuredMask, withMeasuredOverview } from './measuredMask';

/** What a model computed for a text. */
export interface ModelRun {
  /** Ordered as self, encoder, decoder, cross; within a kind by layer. Of a long run, all heads at a glance only. */
  readonly attention: { readonly kept: readonly LayerTensor[] } | { readonly overview: readonly LayerOverview[] };
  /** [position][vocabulary or class], or undefined where the model gives no logits. Where there is `hidden`, of the last position alone. */
  readonly logits?: Logits;
  /** Where the logits would be many: what they can be made of, position by position, [batch, tokens, width]. */
  readonly hidden?: OrtTensor;
  /** All that the model gave, by name, where it wrote nothing. */
  readonly outputs?: ModelOutputs;
  /** What an encoder-decoder's decoder read: its start token, then the tokens it wrote. */
  readonly outputIds?: readonly number[];
  /** The token that was written last and not read again: the one that ends the text, where it ended. */
  readonly lastId?: number;
  /** The text's tokens and behind them those that a causal model wrote. */
  readonly continuedIds?: readonly number[];
}

/** What a model gives, by the names of its graph's outputs. */
export type ModelOutputs = Readonly<Record<string, Pick<OrtTensor, 'type' | 'data' | 'dims'> | undefined>>;

/** How to run. */
export interface RunOptions {
  /** How many tokens a causal model is to write behind the text. */
  readonly newTokens?: number;
  /** Whether the text is a user's message or a conversation, which the model's chat template is put around. */
  readonly chat?: boolean;
  /** A second text that is read with the first, as its pair. */
  readonly textPair?: PairedText;
  /** What an encoder-decoder writes, and how long. */
  readonly plan?: PlannedWriting;
  /** Asked between the tokens of a generation. */
  readonly isCancelled: () => boolean;
  /** Bytes of attention up to which all of it is kept. */
  readonly mostKept?: number;
  /** How many logits are computed at once; of more, those of the last position, where the model can. */
  readonly mostLogits?: number;
}

/** Bytes of attention up to which all of it is kept: 256 MB, 12 layers of 12 heads at 680 tokens. */
const keptAtMost = 2 ** 28;

/** Logits up to which all are computed: telling the likeliest of so many takes some 40 ms. */
const logitsAtMost = 2 ** 21;

/**
 * Runs a model on token ids and gives the attention of every layer and head; where it generates, that of the whole
 * generation, its steps joined. Where that would be large, only the heads at a glance are computed, by one run over all
 * tokens, those that were written too.
 */
export async function runModel(
  open: TextModel,
  ids: readonly number[],
  { newTokens = 0, plan, isCancelled, mostKept = keptAtMost, mostLogits = logitsAtMost }: RunOptions,
): Promise<ModelRun> {
  const isLong = bytesOfAttention(open, ids.length + newTokens) > mostKept;
  const seq2seq = open.info.task === 'text2text-generation';
  const generates = seq2seq || newTokens > 0;
  const isMuchSaid = ids.length * vocabularyOf(open) > mostLogits;
  const logitsLater = (isLong || (isMuchSaid && !generates)) && givesSomeLogits(open);
  const logitsAt = logitsLater ? lastLogits : undefined;
  const recorder = new Recorder(open, {
    wants: isLong ? (generates ? () => false : atAGlance) : undefined,
    logitsAt,
  });
  try {
    if (!generates) {
      const outputs = (await open.run(ids)) as ModelOutputs;
      return {
        outputs,
        attention: isLong ? { overview: overviewOf(recorder) } : { kept: keptOf(recorder) },
        logits: recorder.logits(),
        hidden: recorder.hidden,
      };
    }
    // The last token that is written is not read again: one more is written, so that all that are shown were read.
    const written = await generate(
      open.model,
      tokenInputs(ids),
      { max_new_tokens: newTokens + 1, ...plan?.generation },
      isCancelled,
    );
    const read = written.slice(0, -1);
    const [input, output] = seq2seq ? [ids, read] : [read, undefined];
    const ends = { outputIds: output, lastId: written.at(-1), continuedIds: seq2seq ? undefined : read };
    if (!isLong) return { attention: { kept: keptOf(recorder) }, logits: recorder.logits(), ...ends };
    const again = await runOnce(open, input, output, { wants: atAGlance, logitsAt });
    const logits = (again.hidden ? again : recorder).logits();
    return { attention: { overview: overviewOf(again) }, logits, hidden: again.hidden, ...ends };
  } finally {
    recorder.stop();
  }
}

function keptOf(recorder: Recorder): LayerTensor[] {
  return recorder.attention().map(withMeasuredMask);
}

function overviewOf(recorder: Recorder): LayerOverview[] {
  return recorder.overview().map(withMeasuredOverview);
}

/** What an overview needs: the pooled heads, and how long the sequences are. */
function atAGlance(_kind: AttentionKind, _layer: number, what: AttentionTensorKind): boolean {
  return what === 'pooled' || what === 'shape';
}

/** How many words a model knows; 0 where its settings do not tell. */
function vocabularyOf({ model }: TextModel): number {
  const { vocab_size: size } = model.config as { vocab_size?: unknown };
  return typeof size === 'number' ? size : 0;
}

/** Bytes that the attention of all heads takes, where each sequence has that many tokens. */
function bytesOfAttention({ sessions }: OpenModel, tokens: number): number {
  const heads = Object.values(sessions)
    .flatMap(session => session.sites)
    .reduce((sum, site) => sum + (site.heads ?? 1), 0);
  return heads * tokens ** 2 * Float32Array.BYTES_PER_ELEMENT;
}

/**
 * Runs a model once on tokens that are all known, those of its output too, and gives what was recorded.
 * @param outputIds what an encoder-decoder's decoder reads.
 * @param batch how often the same tokens are read side by side, other heads off in each; the logits of each stand below those of the one before.
 */
export async function runOnce(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  options: RecorderOptions,
  batch = 1,
): Promise<Recorder> {
  const recorder = new Recorder(open, options);
  try {
    await open.run(ids, outputIds, batch);
    return recorder;
  } finally {
    recorder.stop();
  }
}

async function generate(
  model: PreTrainedModel,
  inputs: Record<string, Tensor>,
  settings: PlannedWriting['generation'],
  isCancelled: () => boolean,
): Promise<number[]> {
  const stop = new InterruptableStoppingCriteria();
  const result = await model.generate({
    ...inputs,
    ...settings,
    do_sample: false,
    // transformers.js knows no beams: it would take the likeliest of them each time.
    num_beams: 1,
    stopping_criteria: [Object.assign(stop, { _call: (ids: number[][]) => ids.map(() => isCancelled()) })],
  });
  return Array.from((result as Tensor).data as BigInt64Array, Number);
}
