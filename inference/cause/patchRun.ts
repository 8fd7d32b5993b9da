import { Tensor } from 'onnxruntime-node';
import type { AttentionKind } from '../../core/attention/attentionKind';
import { OnnxError, type AddedIntervention, type InterventionPart } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { PatchCell, PatchPart } from '../../core/run/patch';
import type { Feeds } from '../models/attentionSession';
import { floatNumbers } from '../models/floatNumbers';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import type { LayerTensor, Logits, Recorder } from '../models/recorder';
import { runOnce } from '../runs/runModel';
import type { CuttableRun } from './cutRun';

/** The parts of a graph that patches are of. */
export const patchedParts: Readonly<Record<PatchPart, InterventionPart>> = {
  residual: 'residual',
  feedForward: 'feedForward',
  head: 'head',
  attention: 'probabilities',
};

/** Rows of a value by token: [tokens, heads, size], of what has no heads [tokens, 1, size]. */
export interface TokenRows {
  readonly tokens: number;
  readonly heads: number;
  readonly size: number;
  readonly data: Float32Array;
}

/** What a run gave that can be put into another. */
export interface ReadRun {
  readonly logits: Logits | undefined;
  /** By part, as {@link rowsKey} names it. */
  readonly rows: ReadonlyMap<string, TokenRows>;
  /** The probabilities, by layer. */
  readonly attention: ReadonlyMap<number, LayerTensor>;
}

/** The stream that enters the first layer at some tokens, in place of the run's own. */
export interface DisturbedTokens {
  readonly layer: number;
  readonly tokens: readonly number[];
  /** Of all tokens. */
  readonly rows: TokenRows;
}

/** A run into which something is put, or that it is read from. */
export interface PatchedSide {
  readonly run: Pick<CuttableRun, 'ids' | 'outputIds'>;
  readonly disturbed?: DisturbedTokens;
}

/** How two runs are patched. */
export interface PatchRunOptions {
  readonly kind: AttentionKind;
  /** The parts that the graph takes changes of: the same for all runs that are held against each other. */
  readonly parts: readonly PatchPart[];
  readonly logitsAt: readonly number[];
}

/** Names a value of a run. */
export function rowsKey(part: InterventionPart, layer: number): string {
  return `${part} ${layer}`;
}

/** Runs a side as it is, in the graph that takes changes, and reads what patches of those parts take from it. */
export async function readRun(open: OpenModel, side: PatchedSide, options: PatchRunOptions): Promise<ReadRun> {
  const { kind, parts } = options;
  const recorder = await runWith(open, side, options, 1, new Map(), true, parts.includes('attention'));
  const rows = new Map<string, TokenRows>();
  for (const { kind: own, of, tensor } of recorder.replaced) {
    if (own === kind) rows.set(rowsKey(of.part, of.layer), byToken(tensor, of.heads));
  }
  const attention = new Map(
    recorder
      .attention()
      .filter(one => one.kind === kind)
      .map(one => [one.layer, one]),
  );
  return { logits: recorder.logits(), rows, attention };
}

/**
 * Runs a side with patches, in each copy of it others.
 * @param copies what is patched in each: places are the side's own.
 * @param source what is put in.
 * @param from for each token of the side the source's that stands for it, −1 where none does; of cross-attention also for each key.
 * @throws {InferenceFault} where a cell is not there.
 */
export async function patchRun(
  open: OpenModel,
  side: PatchedSide,
  copies: readonly (readonly PatchCell[])[],
  source: ReadRun,
  { from, fromKeys = from }: { readonly from: Int32Array; readonly fromKeys?: Int32Array },
  options: PatchRunOptions,
): Promise<Logits | undefined> {
  const changes = changesOf(copies, source, { from, fromKeys }, side.disturbed);
  return (await runWith(open, side, options, copies.length, changes, false, false)).logits();
}

/**
 * What the interventions that patches are made by are fed, by {@link rowsKey}.
 * @param copies what is patched in each copy of the text, by its own places.
 * @throws {InferenceFault} where a cell is not there.
 */
export function changesOf(
  copies: readonly (readonly PatchCell[])[],
  source: ReadRun,
  { from, fromKeys = from }: { readonly from: Int32Array; readonly fromKeys?: Int32Array },
  disturbed?: DisturbedTokens,
): ReadonlyMap<string, (one: AddedIntervention) => Feeds> {
  const changes = new Map<string, (one: AddedIntervention) => Feeds>();
  const asked = new Map<string, (readonly PatchCell[])[]>();
  copies.forEach((cells, copy) => {
    for (const cell of cells) {
      const key = rowsKey(patchedParts[cell.part], cell.layer);
      const each = asked.get(key) ?? copies.map(() => []);
      each[copy] = [...each[copy], cell];
      asked.set(key, each);
    }
  });
  for (const [key, each] of asked) {
    const { part, layer } = each.flat()[0];
    if (part === 'attention') {
      const matrix = source.attention.get(layer);
      if (!matrix) throw new InferenceFault(InferenceErrorCode.run, `There is no layer ${layer} in this run.`);
      changes.set(key, one => patternFeeds(one, each, matrix, from, fromKeys));
      continue;
    }
    const rows = source.rows.get(key);
    if (!rows) throw new InferenceFault(InferenceErrorCode.run, `There is no layer ${layer} in this run.`);
    const aligned = alignedRows(rows, from);
    changes.set(key, one => rowFeeds(one, each, aligned, from, disturbed));
  }
  return changes;
}

async function runWith(
  open: OpenModel,
  { run: { ids, outputIds }, disturbed }: PatchedSide,
  { kind, parts, logitsAt }: PatchRunOptions,
  copies: number,
  changes: ReadonlyMap<string, (one: AddedIntervention) => Feeds>,
  reads: boolean,
  probabilities: boolean,
): Promise<Recorder> {
  try {
    return await runOnce(
      open,
      ids,
      outputIds,
      {
        wants: (own, _layer, what) => probabilities && own === kind && what === 'probabilities',
        logitsAt,
        interventions: {
          parts: [...new Set(parts.map(part => patchedParts[part]))].sort(),
          reads,
          feeds: (own, one) => {
            const change = own === kind ? changes.get(rowsKey(one.part, one.layer)) : undefined;
            if (change) return change(one);
            const isFirst = own === kind && one.part === 'residual' && one.layer === disturbed?.layer;
            return isFirst && disturbed
              ? rowFeeds(
                  one,
                  Array.from({ length: copies }, () => []),
                  undefined,
                  undefined,
                  disturbed,
                )
              : unchangedBy(one);
          },
        },
      },
      copies,
    );
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    throw new InferenceFault(InferenceErrorCode.model, error.message, error);
  }
}

/** What an intervention is fed where it is to change nothing. */
export function unchangedBy(one: AddedIntervention): Feeds {
  if (one.part === 'scores' || one.part === 'probabilities') {
    const heads = one.heads ?? 1;
    const filled = (value: number) => new Tensor('float32', new Float32Array(heads).fill(value), [1, heads, 1, 1]);
    return one.part === 'scores' ? { [one.added]: filled(0) } : { [one.factor]: filled(1), [one.added]: filled(0) };
  }
  const inner = one.heads === undefined ? [] : [one.heads];
  return {
    [one.mask]: new Tensor('bool', new Uint8Array(one.heads ?? 1), [1, 1, ...inner, 1]),
    [one.value]: new Tensor('float32', new Float32Array(1), [1, 1, ...inner.map(() => 1), 1]),
  };
}

/** Rows in the order of another run's tokens; zeros where none stands for a token. */
function alignedRows({ heads, size, data }: TokenRows, from: Int32Array): TokenRows {
  const width = heads * size;
  const aligned = new Float32Array(from.length * width);
  from.forEach((place, i) => {
    if (place >= 0) aligned.set(data.subarray(place * width, (place + 1) * width), i * width);
  });
  return { tokens: from.length, heads, size, data: aligned };
}

/** Rows that are put in the place of others: a mask for each copy, one value for all. */
function rowFeeds(
  one: AddedIntervention,
  copies: readonly (readonly PatchCell[])[],
  rows: TokenRows | undefined,
  from: Int32Array | undefined,
  disturbed: DisturbedTokens | undefined,
): Feeds {
  if (one.part === 'scores' || one.part === 'probabilities') return unchangedBy(one);
  const isDisturbed = disturbed !== undefined && one.part === 'residual' && one.layer === disturbed.layer;
  const own = rows ?? disturbed!.rows;
  const { tokens, size } = own;
  const heads = one.heads ?? 1;
  const mask = new Uint8Array(copies.length * tokens * heads);
  // What is put in differs by copy where noise stays at some tokens and not at others.
  const each = isDisturbed || one.flat ? copies.length : 1;
  const width = heads * size;
  const value = new Float32Array(each * tokens * width);
  copies.forEach((cells, copy) => {
    const at = (place: number, head: number) => (copy * tokens + place) * heads + head;
    if (each > 1 || copy === 0) value.set(own.data, copy * tokens * width);
    if (isDisturbed) {
      for (const place of disturbed.tokens) {
        mask[at(place, 0)] = 1;
        value.set(disturbed.rows.data.subarray(place * width, (place + 1) * width), (copy * tokens + place) * width);
      }
    }
    for (const { head, place } of cells) {
      if ((head ?? 0) >= heads || (place ?? 0) >= tokens) {
        throw new InferenceFault(InferenceErrorCode.run, 'What is to be patched is not in this run; choose it anew.');
      }
      const places = place === undefined ? Array.from({ length: tokens }, (_, i) => i) : [place];
      for (const token of places) {
        if (from && from[token] < 0) continue;
        mask[at(token, head ?? 0)] = 1;
        if (isDisturbed) {
          value.set(own.data.subarray(token * width, (token + 1) * width), (copy * tokens + token) * width);
        }
      }
    }
  });
  const inner = one.heads === undefined ? [] : [heads];
  return {
    [one.mask]: new Tensor('bool', mask, [copies.length, tokens, ...inner, 1]),
    [one.value]: new Tensor('float32', value, [each, tokens, ...inner, size]),
  };
}

/**
 * Rows of probabilities that are put in the place of others: what the source gives keys that stand for none is left out, and
 * the rest renormalised.
 */
function patternFeeds(
  one: AddedIntervention,
  copies: readonly (readonly PatchCell[])[],
  { queries: sourceRows, keys: sourceColumns, data }: LayerTensor,
  from: Int32Array,
  fromKeys: Int32Array,
): Feeds {
  if (one.part !== 'probabilities') return unchangedBy(one);
  const heads = one.heads ?? 1;
  const [tokens, keys] = [from.length, fromKeys.length];
  const factor = new Float32Array(copies.length * heads * tokens * keys).fill(1);
  const added = new Float32Array(factor.length);
  copies.forEach((cells, copy) => {
    for (const { head = 0, place } of cells) {
      if (head >= heads || (place ?? 0) >= tokens) {
        throw new InferenceFault(InferenceErrorCode.run, 'What is to be patched is not in this run; choose it anew.');
      }
      for (let query = place ?? 0; query <= (place ?? tokens - 1); query++) {
        const row = from[query];
        if (row < 0 || row >= sourceRows) continue;
        const at = ((copy * heads + head) * tokens + query) * keys;
        const source = data.subarray(
          (head * sourceRows + row) * sourceColumns,
          (head * sourceRows + row + 1) * sourceColumns,
        );
        let sum = 0;
        for (let key = 0; key < keys; key++) if (fromKeys[key] >= 0) sum += source[fromKeys[key]];
        if (sum <= 0) continue;
        factor.fill(0, at, at + keys);
        for (let key = 0; key < keys; key++) if (fromKeys[key] >= 0) added[at + key] = source[fromKeys[key]] / sum;
      }
    }
  });
  const dims = [copies.length, heads, tokens, keys];
  return { [one.factor]: new Tensor('float32', factor, dims), [one.added]: new Tensor('float32', added, dims) };
}

/** A value [1, tokens, size], [tokens, size], [1, heads, tokens, size] or [1, tokens, heads · size], by token. */
function byToken(tensor: Tensor, heads = 1): TokenRows {
  const data = floatNumbers(tensor);
  if (!data) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `What is patched is of type ${tensor.type}, and only floats can be.`,
    );
  }
  const { dims } = tensor;
  if (heads > 1 && dims.length === 4 && dims[1] === heads) {
    const [, , tokens, size] = dims;
    const ordered = new Float32Array(data.length);
    for (let head = 0; head < heads; head++) {
      for (let token = 0; token < tokens; token++) {
        const start = (head * tokens + token) * size;
        ordered.set(data.subarray(start, start + size), (token * heads + head) * size);
      }
    }
    return { tokens, heads, size, data: ordered };
  }
  const width = dims.length === 4 && heads > 1 ? dims[2] * dims[3] : dims[dims.length - 1];
  return { tokens: data.length / width, heads, size: width / heads, data };
}
