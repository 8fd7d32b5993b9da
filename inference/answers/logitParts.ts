import type { InferenceSession } from 'onnxruntime-node';
import { addAttention } from '../../core/onnx';
import type { Value } from '../../core/onnx/graph/linkedGraph';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { HeadPart, LogitParts } from '../../core/run/cause';
import type { HeadAddress } from '../../core/run/explanation';
import { placesIn } from './compareSaid';
import { headOf } from './headOperands';
import type { AttentionSession, Feeds } from '../models/attentionSession';
import { floatNumbers } from '../models/floatNumbers';
import { InferenceFault } from '../models/inferenceFault';
import { int64, readable } from '../models/onnxTensors';
import type { OpenModel } from '../models/openModel';
import { openSession } from '../models/openSession';
import { kindOf } from '../models/recorder';
import { widened } from '../models/widened';
import { runOnce } from '../runs/runModel';
import { likeliestTokens } from '../text/likeliestTokens';
import type { KnownRun } from '../runs/runStore';
import {
  attributedStream,
  attributeLogit,
  headToLogits,
  streamParts,
  type AttributedStream,
} from '../cause/attributeLogit';
import { CauseFault } from '../cause/causeFault';
import { SpanCuts } from '../cause/spanCuts';

/** How long what was cut out of a model stays open behind its last use: its weights are held a second time. */
const heldOpen = 10_000;

/** A model's graph that gives what its logits are made of, and what was cut out of it. */
class OpenAttribution {
  timer?: NodeJS.Timeout;
  constructor(
    readonly stream: AttributedStream,
    readonly cuts: SpanCuts,
    private readonly wide: boolean,
    private readonly inner: InferenceSession,
    private readonly positions: string,
    private readonly outputs: readonly string[],
  ) {}

  /** What the stream's parts gave at a position. */
  async rowsAt(feeds: Feeds, position: number): Promise<(value: Value) => Float32Array> {
    const own = {
      ...(this.wide ? widened(feeds) : feeds),
      [this.positions]: int64(BigInt64Array.of(BigInt(position))),
    };
    const results = await this.inner.run(readable(own), [...this.outputs]);
    const rows = new Map(
      [...this.stream.values.keys()].map((value, i) => [value, floatNumbers(results[this.outputs[i]])!]),
    );
    return value => rows.get(value)!;
  }

  async release(): Promise<void> {
    clearTimeout(this.timer);
    await Promise.all([this.inner.release(), this.cuts.release()]);
  }
}

const held = new WeakMap<AttentionSession, Promise<OpenAttribution | string>>();

/** Opens what is needed; or says why there is none, as a sentence. */
function attributionOf(session: AttentionSession): Promise<OpenAttribution | string> {
  const known = held.get(session);
  if (known) return known;
  const opened = openAttribution(session);
  held.set(session, opened);
  opened.catch(() => held.delete(session));
  return opened;
}

async function openAttribution(session: AttentionSession): Promise<OpenAttribution | string> {
  const { found, options, widened: wide } = await session.readInFloat32();
  const stream = attributedStream(found);
  if (typeof stream === 'string') return stream;
  const extended = addAttention(found.model, found, {
    probabilities: false,
    rows: [{ values: [...stream.values.values()], whole: [] }],
  });
  const { session: inner } = await openSession(extended.bytes, { ...options, enableMemPattern: false });
  const [{ positions, outputs }] = extended.rows;
  return new OpenAttribution(stream, new SpanCuts(found, options), wide, inner, positions, outputs);
}

function closeLater(session: AttentionSession, attribution: OpenAttribution): void {
  clearTimeout(attribution.timer);
  attribution.timer = setTimeout(() => {
    held.delete(session);
    void attribution.release();
  }, heldOpen).unref();
}

/**
 * What the logit of a token at a position is made of, less that of another: captured in the model's own graph, in float32.
 * @throws {InferenceFault} where there is no such position or token.
 */
export async function logitParts(
  open: OpenModel,
  { ids, outputIds }: Pick<KnownRun, 'ids' | 'outputIds'>,
  { position, token, minus }: { readonly position: number; readonly token?: number; readonly minus?: number },
): Promise<LogitParts> {
  placesIn(outputIds ?? ids, [position]);
  const session = Object.values(open.sessions).find(one => one.outputNames.includes(one.logitsName));
  if (!session) return { missing: `${open.info.id} has no logits, so there is none to take apart.` };
  const attribution = await attributionOf(session);
  if (typeof attribution === 'string') return { missing: attribution };
  clearTimeout(attribution.timer);
  try {
    const asked = token ?? (await likeliestAt(open, ids, outputIds, session, position));
    const row = await attribution.rowsAt(await session.feedsOf(() => open.run(ids, outputIds)), position);
    const { stream } = attribution;
    const parts = await streamParts(stream, row, attribution.cuts.open);
    const told = (id: number) => ({ id, text: open.predictionText(id, ids) });
    return {
      ...(await attributeLogit(stream, { token: asked, minus }, parts, row(stream.stack.end), attribution.cuts.open)),
      token: told(asked),
      ...(minus !== undefined && { minus: told(minus) }),
    };
  } catch (error) {
    if (error instanceof CauseFault) throw new InferenceFault(InferenceErrorCode.run, error.message, error);
    throw error;
  } finally {
    closeLater(session, attribution);
  }
}

/** So many tokens that a head promotes, and suppresses, are told. */
const mostTold = 10;

/**
 * What one head adds to a token's logit at a position, less that of another: split over the keys that it took it from, by
 * weights times values; and the tokens that its result alone would promote and suppress most (Elhage et al. 2021).
 * @throws {InferenceFault} where there is no such position, head or token.
 */
export async function headPart(
  open: OpenModel,
  { ids, outputIds }: Pick<KnownRun, 'ids' | 'outputIds'>,
  wish: { readonly position: number; readonly head: HeadAddress; readonly token: number; readonly minus?: number },
): Promise<HeadPart> {
  const { position, head: address, token, minus } = wish;
  placesIn(outputIds ?? ids, [position]);
  const found = Object.entries(open.sessions).find(([, one]) => one.outputNames.includes(one.logitsName));
  if (!found) return { missing: `${open.info.id} has no logits, so there is none to take apart.` };
  const [name, session] = found;
  const attribution = await attributionOf(session);
  if (typeof attribution === 'string') return { missing: attribution };
  clearTimeout(attribution.timer);
  try {
    const { kind, layer, head } = address;
    const row = await attribution.rowsAt(await session.feedsOf(() => open.run(ids, outputIds)), position);
    const way = await headToLogits(
      attribution.stream,
      head,
      site => site.layer === layer && kindOf(site, name, open) === kind,
      row,
      attribution.cuts.open,
    );
    if (!way) {
      throw new InferenceFault(InferenceErrorCode.run, `There is no head ${layer}.${head} that adds to logits.`);
    }
    const recorder = await runOnce(open, ids, outputIds, {
      wants: (k, l, what) => k === kind && l === layer && (what === 'probabilities' || what === 'value'),
      heads: () => [head],
      logitsAt: [position],
    });
    const weights = headOf(recorder.tensor(kind, layer, 'probabilities'), head);
    const values = headOf(recorder.tensor(kind, layer, 'value'), head);
    const { result } = way;
    if (!weights || !values || values.columns !== result.length || values.rows !== weights.columns) {
      return { missing: `The values of layer ${layer} cannot be told apart in the graph, so the part is not split.` };
    }
    const units = [...result.keys()].map(i => Float32Array.from(result, (_, j) => (i === j ? 1 : 0)));
    const each = await way.through(units);
    const vocabulary = each[0].length;
    for (const id of [token, minus]) {
      if (id !== undefined && !(id < vocabulary)) {
        throw new InferenceFault(InferenceErrorCode.run, `There is no token ${id}: the vocabulary has ${vocabulary}.`);
      }
    }
    const direction = each.map(logits => logits[token] - (minus === undefined ? 0 : logits[minus]));
    const partOf = (vector: (i: number) => number) => direction.reduce((sum, value, i) => sum + value * vector(i), 0);
    const keys = Float32Array.from({ length: values.rows }, (_, key) => {
      const weight = weights.data[position * weights.columns + key];
      return weight === 0 ? 0 : weight * partOf(i => values.data[key * values.columns + i]);
    });
    const [whole] = await way.through([result]);
    const mean = whole.reduce((sum, value) => sum + value, 0) / vocabulary;
    const told = (sign: 1 | -1) =>
      likeliestTokens(
        whole.map(value => sign * value),
        0,
        vocabulary,
        Math.min(mostTold, vocabulary),
      ).map(({ id }) => ({
        id,
        text: open.predictionText(id, ids),
        value: whole[id] - mean,
      }));
    return { value: partOf(i => result[i]), keys, promotes: told(1), suppresses: told(-1) };
  } catch (error) {
    if (error instanceof CauseFault) throw new InferenceFault(InferenceErrorCode.run, error.message, error);
    throw error;
  } finally {
    closeLater(session, attribution);
  }
}

/** The token that a model holds likeliest at a position. */
async function likeliestAt(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  session: AttentionSession,
  position: number,
): Promise<number> {
  const logits = (await runOnce(open, ids, outputIds, { wants: () => false, logitsAt: [position] })).logits();
  if (!logits) return 0;
  const row = logits.rows === 1 && session.givesSomeLogits ? 0 : position;
  const own = logits.data.subarray(row * logits.columns, (row + 1) * logits.columns);
  return own.reduce((best, value, id) => (value > own[best] ? id : best), 0);
}
