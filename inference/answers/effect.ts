import type { AttentionKind } from '../../core/attention/attentionKind';
import type { Effect, HeadAddress } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { likeliestTokens } from '../text/likeliestTokens';
import type { OpenModel } from '../models/openModel';
import { textModel } from '../models/textModel';
import { partsOf } from '../models/vocabularyText';
import type { Logits } from '../models/recorder';
import { runOnce } from '../runs/runModel';

/** How many candidates of each side are told. */
const likeliest = 5;

/** What is put in place of a head that is off: nothing, or the mean over the positions of what it gives. */
export interface SwitchOptions {
  readonly mean?: boolean;
  /** A token whose probability is to be told too, whatever its place. */
  readonly token?: number;
  /** The same by what it reads; of several tokens the first. */
  readonly word?: string;
}

/**
 * What the model says at a position with heads switched off, beside what it says with all on. A head is off when its
 * probabilities are multiplied by zero before they meet the values (Michel et al. 2019, "Are Sixteen Heads Really Better
 * than One?"), or replaced by their mean over the queries, which gives each position the mean of the head's results.
 */
export async function effectOfHeads(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  heads: readonly HeadAddress[],
  position: number,
  { mean, token, word }: SwitchOptions = {},
): Promise<Effect> {
  const asked = word === undefined ? token : firstToken(open, word);
  const before = (await runOnce(open, ids, outputIds, { wants: nothing })).logits();
  const after = await logitsWithout(open, ids, outputIds, [heads], mean);
  return compare(open, ids, before, after, position, { token: asked });
}

/** How many logits a batch gives at most: 128 MB. */
const mostLogits = 32e6;

/**
 * The effect of each head alone, in bits: D(before‖after) at a position with only that head off. Several heads are done in
 * one run, the text once for each, where the model allows: not where activations are quantized while it runs, by the
 * largest of the whole batch, which would change what each head's absence does.
 * @param isCancelled asked before each run; the heads so far are given where it says yes.
 */
export async function effectOfEach(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  heads: readonly HeadAddress[],
  position: number,
  { mean }: SwitchOptions,
  isCancelled: () => boolean,
): Promise<number[]> {
  const before = (await runOnce(open, ids, outputIds, { wants: nothing })).logits();
  const bits: number[] = [];
  const perText = open.batches && Object.values(open.sessions).every(({ switchesPerText }) => switchesPerText);
  const batch = !perText || !before ? 1 : Math.max(1, Math.floor(mostLogits / before.data.length));
  while (bits.length < heads.length && !isCancelled()) {
    const some = heads.slice(bits.length, bits.length + batch);
    const after = await logitsWithout(
      open,
      ids,
      outputIds,
      some.map(head => [head]),
      mean,
    );
    some.forEach((_, i) => bits.push(compare(open, ids, before, after, position, { run: i }).divergence));
  }
  return bits;
}

const nothing = (): boolean => false;

/** The logits with heads off, other ones in each text of a batch. */
async function logitsWithout(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  each: readonly (readonly HeadAddress[])[],
  mean?: boolean,
): Promise<Logits | undefined> {
  const off = (kind: AttentionKind, layer: number) =>
    each.map(heads => heads.filter(h => h.kind === kind && h.layer === layer).map(h => h.head));
  return (await runOnce(open, ids, outputIds, { wants: nothing, off, mean }, each.length)).logits();
}

/**
 * The first token of a word.
 * @throws {InferenceFault} where the tokenizer makes nothing of it.
 */
function firstToken(open: OpenModel, word: string): number {
  const { tokenizer, info } = textModel(open);
  const [first] = tokenizer.encode(word, { add_special_tokens: false });
  if (first === undefined) {
    throw new InferenceFault(InferenceErrorCode.text, `${info.id} has no token for “${word}”; type another.`);
  }
  return first;
}

/**
 * What an encoder says where a token is hidden behind the mask token, beside what it says with the token seen.
 * @throws {InferenceFault} for a model without a mask token.
 */
export async function effectOfMask(open: OpenModel, ids: readonly number[], token: number): Promise<Effect> {
  const mask = partsOf(textModel(open).tokenizer).mask_token_id;
  if (mask === undefined) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} has no mask token; choose a model that was trained to fill masks.`,
    );
  }
  const before = (await runOnce(open, ids, undefined, { wants: nothing })).logits();
  const after = (
    await runOnce(
      open,
      ids.map((id, i) => (i === token ? mask : id)),
      undefined,
      { wants: nothing },
    )
  ).logits();
  return compare(open, ids, before, after, token);
}

/** @param run which text of the batch is meant after the change. */
function compare(
  open: OpenModel,
  ids: readonly number[],
  before: Logits | undefined,
  after: Logits | undefined,
  position: number,
  { token, run = 0 }: { token?: number; run?: number } = {},
): Effect {
  if (!before || !after) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} says nothing that could change: it has no logits.`,
    );
  }
  const classifies = open.info.task === 'text-classification';
  const row = classifies ? 0 : position;
  if (row >= before.rows) {
    throw new InferenceFault(InferenceErrorCode.run, `There is no position ${position} in this run.`);
  }
  const p = softmax(before, row);
  const afterRow = run * before.rows + row;
  const q = softmax(after, afterRow);
  const likely = new Set(
    [
      { ...before, at: row },
      { ...after, at: afterRow },
    ].flatMap(({ data, columns, at }) =>
      likeliestTokens(data, at, columns, classifies ? columns : likeliest).map(({ id }) => id),
    ),
  );
  const told = (id: number) => ({ id, text: open.predictionText(id, ids), before: p[id], after: q[id] });
  return {
    candidates: [...likely].map(told),
    token: token === undefined || token >= p.length ? undefined : told(token),
    divergence: p.reduce(
      (sum, probability, id) =>
        probability > 0 ? sum + probability * Math.log2(probability / Math.max(q[id], 1e-45)) : sum,
      0,
    ),
  };
}

function softmax({ data, columns }: Logits, row: number): Float64Array {
  const logits = Float64Array.from(data.subarray(row * columns, (row + 1) * columns));
  const maximum = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const powers = logits.map(logit => Math.exp(logit - maximum));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}
