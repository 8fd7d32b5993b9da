import type { AttentionKind } from '../../../core/attention/attentionKind';
import type { Effect, HeadAddress } from '../../../core/protocol/explanation';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';
import { likeliestTokens } from './likeliestTokens';
import type { OpenModel } from './openModel';
import type { Logits } from './recorder';
import { runOnce } from './runModel';
import { tokenText } from './tokenize';

/** How many candidates of each side are told. */
const told = 5;

/**
 * What the model says at a position with heads switched off, beside what it says with all on. A head is off when its
 * probabilities are multiplied by zero before they meet the values (Michel et al. 2019, "Are Sixteen Heads Really Better
 * than One?").
 */
export async function effectOfHeads(
  open: OpenModel, ids: readonly number[], outputIds: readonly number[] | undefined, heads: readonly HeadAddress[], position: number,
): Promise<Effect> {
  const off = (kind: AttentionKind, layer: number) => heads.filter(h => h.kind === kind && h.layer === layer).map(h => h.head);
  const nothing = () => false;
  const before = (await runOnce(open, ids, outputIds, { wants: nothing })).logits();
  const after = (await runOnce(open, ids, outputIds, { wants: nothing, off })).logits();
  return compare(open, before, after, position);
}

/**
 * What an encoder says where a token is hidden behind the mask token, beside what it says with the token seen.
 * @throws {InferenceFault} for a model without a mask token.
 */
export async function effectOfMask(open: OpenModel, ids: readonly number[], token: number): Promise<Effect> {
  const mask = (open.tokenizer as unknown as { mask_token_id?: number }).mask_token_id;
  if (mask === undefined) {
    throw new InferenceFault(InferenceErrorCode.model, `${open.info.id} has no mask token; choose a model that was trained to fill masks.`);
  }
  const nothing = () => false;
  const before = (await runOnce(open, ids, undefined, { wants: nothing })).logits();
  const after = (await runOnce(open, ids.map((id, i) => i === token ? mask : id), undefined, { wants: nothing })).logits();
  return compare(open, before, after, token);
}

function compare(open: OpenModel, before: Logits | undefined, after: Logits | undefined, position: number): Effect {
  if (!before || !after) {
    throw new InferenceFault(InferenceErrorCode.model, `${open.info.id} says nothing that could change: it has no logits.`);
  }
  const classifies = open.info.task === 'text-classification';
  const row = classifies ? 0 : position;
  if (row >= before.rows) throw new InferenceFault(InferenceErrorCode.run, `There is no position ${position} in this run.`);
  const p = softmax(before, row);
  const q = softmax(after, row);
  const names = (open.model.config as unknown as { id2label?: Record<string, string> }).id2label ?? {};
  const ids = new Set([before, after].flatMap(({ data, columns }) => likeliestTokens(data, row, columns, told).map(({ id }) => id)));
  return {
    candidates: [...ids].map(id => ({
      id, text: classifies ? names[id] ?? `class ${id}` : tokenText(open, id), before: p[id], after: q[id],
    })),
    divergence: p.reduce((sum, probability, id) => probability > 0 ? sum + probability * Math.log2(probability / Math.max(q[id], 1e-45)) : sum, 0),
  };
}

function softmax({ data, columns }: Logits, row: number): Float64Array {
  const logits = Float64Array.from(data.subarray(row * columns, (row + 1) * columns));
  const maximum = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const powers = logits.map(logit => Math.exp(logit - maximum));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}
