import type { AttentionKind } from '../../core/attention/attentionKind';
import {
  headProduct,
  type HeadValues,
  type OutputProjection,
  transformedNorms,
} from '../../core/attention/measures/transformedNorms';
import type { Tensor } from 'onnxruntime-node';
import { cutModel, findOutputProjection, type ProjectionSpan } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AttentionSession } from '../models/attentionSession';
import { computedOnce } from '../models/computedOnce';
import { CutSession, isHalf } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { inputTensor } from '../graph/inputTensor';
import { InferenceFault } from '../models/inferenceFault';
import { lastLogits } from '../models/recorder';
import { cutRun, wholeWhereUncut, type CutRun } from '../runs/cutRun';
import type { UseModel } from '../runs/runAttention';
import { runOnce } from '../runs/runModel';
import type { KnownRun } from '../runs/runStore';

/** The length of what each key adds, of one layer: [head][key], and whether that is in the units of the residual stream. */
export interface LayerNorms {
  readonly data: Float32Array;
  readonly projected: boolean;
}

/** A text of more tokens is read layer by layer; below, opening the segments takes longer than a run of the whole model. */
const longestWhole = 64;

/**
 * `‖f(x_k)‖` for each layer of a kind, by layer number (see {@link transformedNorms}), with the output projections of the
 * model's own graph. Where one is not found, the length of the values alone. A long text goes layer by layer, in small pieces
 * of work, where the file can be cut.
 * @throws {InferenceFault} where the graph does not hold the values apart.
 */
export async function valueNorms(
  use: UseModel,
  run: Pick<KnownRun, 'ids' | 'outputIds'>,
  kind: AttentionKind,
): Promise<Map<number, LayerNorms>> {
  const tokens = Math.max(run.ids.length, run.outputIds?.length ?? 0);
  const cut = tokens > longestWhole ? await cutRun(use, run, kind, 'value') : undefined;
  const byLayer = cut
    ? await wholeWhereUncut(
        cut,
        () => normsInPieces(use, cut),
        () => normsOfWhole(use, run, kind),
      )
    : await normsOfWhole(use, run, kind);
  if (byLayer.size === 0) {
    const { info } = await use(open => Promise.resolve(open));
    throw new InferenceFault(
      InferenceErrorCode.model,
      `The values cannot be told apart in ${info.id}’s graph, so attention cannot be weighted by them.`,
    );
  }
  return byLayer;
}

/** By one run of the whole model. */
async function normsOfWhole(
  use: UseModel,
  { ids, outputIds }: Pick<KnownRun, 'ids' | 'outputIds'>,
  kind: AttentionKind,
): Promise<Map<number, LayerNorms>> {
  const recorder = await use(open =>
    runOnce(open, ids, outputIds, { wants: (k, _, what) => k === kind && what === 'value', logitsAt: lastLogits }),
  );
  const byLayer = new Map<number, LayerNorms>();
  for (const { layer, step } of recorder.tensors(kind, 'value')) {
    const { session, site } = recorder.place(kind, layer)!;
    const values = { heads: step.heads, keys: step.queries, dimensions: step.keys, data: step.data };
    byLayer.set(layer, await normsOfLayer(use, session, site.node, values));
  }
  return byLayer;
}

/** Layer by layer: no more than one layer's values are held. */
async function normsInPieces(use: UseModel, cut: CutRun): Promise<Map<number, LayerNorms>> {
  const { run, session, sites, last } = cut;
  const byLayer = new Map<number, LayerNorms>();
  for (const { layer, node } of sites) {
    const [name, index] = [cut.outputOf(layer), cut.segmentOf(layer)];
    while (run.next < index) await run.run(use, { outputs: [], passOn: true, onRows: () => undefined });
    const parts: ValuesOfRows[] = [];
    await run.run(use, {
      outputs: [name],
      passOn: index < last,
      onRows: ({ from, to }, outputs) => {
        const [, heads, keys, dimensions] = outputs[name].dims;
        parts.push({ rows: to - from, heads, keys, dimensions, data: outputs[name].data as Float32Array });
      },
    });
    byLayer.set(layer, await normsOfLayer(use, session, node, joined(parts)));
  }
  return byLayer;
}

/** A layer's values as some tokens are read: theirs, maybe behind those of all tokens before. */
interface ValuesOfRows extends HeadValues {
  readonly rows: number;
}

function joined(parts: readonly ValuesOfRows[]): HeadValues {
  const [{ heads, dimensions, keys: all, data: first }] = parts;
  if (parts.length === 1) {
    return { heads, dimensions, keys: all, data: first.subarray(0, heads * all * dimensions) };
  }
  const keys = parts.reduce((sum, { rows }) => sum + rows, 0);
  const data = new Float32Array(heads * keys * dimensions);
  let before = 0;
  for (const { rows, keys: given, data: from } of parts) {
    for (let head = 0; head < heads; head++) {
      const end = (head + 1) * given * dimensions;
      data.set(from.subarray(end - rows * dimensions, end), (head * keys + before) * dimensions);
    }
    before += rows;
  }
  return { heads, keys, dimensions, data };
}

async function normsOfLayer(
  use: UseModel,
  session: AttentionSession,
  node: string,
  { heads, keys, dimensions, data }: HeadValues,
): Promise<LayerNorms> {
  const products = (await projectionsOf(use, session)).get(node);
  const fits = products?.length === heads && products[0].length === dimensions ** 2 ? products : undefined;
  const norms = new Float32Array(heads * keys);
  const size = keys * dimensions;
  for (let head = 0; head < heads; head++) {
    await use.turn?.();
    const values = { heads: 1, keys, dimensions, data: data.subarray(head * size, (head + 1) * size) };
    norms.set(transformedNorms(values, fits && { data: fits[head] }), head * keys);
  }
  return { data: norms, projected: fits !== undefined };
}

const norms = new WeakMap<KnownRun, Map<AttentionKind, Promise<ReadonlyMap<number, LayerNorms>>>>();

/** {@link valueNorms} of a run, computed once. */
export function knownNorms(
  use: UseModel,
  known: KnownRun,
  kind: AttentionKind,
): Promise<ReadonlyMap<number, LayerNorms>> {
  const ofRun = norms.get(known) ?? new Map<AttentionKind, Promise<ReadonlyMap<number, LayerNorms>>>();
  norms.set(known, ofRun);
  return computedOnce(ofRun, kind, () => valueNorms(use, known, kind));
}

/** Where a layer's output projection is, and how wide what it reads is. */
interface Projection {
  readonly node: string;
  readonly heads: number;
  readonly width: number;
  readonly rank: number;
  readonly span: ProjectionSpan;
}

/** `W Wᵀ` of each head of each output projection of a file, by attention node. */
type Projections = ReadonlyMap<string, readonly Float64Array[]>;

const projections = new WeakMap<AttentionSession, Promise<Projections>>();

function projectionsOf(use: UseModel, session: AttentionSession): Promise<Projections> {
  return computedOnce(projections, session, () => readProjections(use, session));
}

/** Multiply-adds of projections that are run at once. */
const mostAtOnce = 8e8;

/** Runs the output projections, cut out of the graph, on the identity: what comes out, less what zero gives, is their weights. */
async function readProjections(use: UseModel, session: AttentionSession): Promise<Projections> {
  const { found, options } = await use(() => session.readAgain());
  const all = found.attentions.flatMap(({ node, heads, headSize, places }): Projection[] => {
    const span = findOutputProjection(places[0]);
    const shape = span?.from.shape;
    const last = shape?.[shape.length - 1];
    const width = typeof last === 'number' ? last : (heads ?? 0) * (headSize ?? 0);
    return span && width && heads && width % heads === 0
      ? [{ node, heads, width, rank: shape?.length ?? 3, span }]
      : [];
  });
  const products = new Map<string, Float64Array[]>();
  /** @returns whether they could be read. */
  const read = async (some: readonly Projection[]): Promise<boolean> => {
    const cut = await use(async () => {
      try {
        const spans = some.map(({ span }) => span);
        return await CutSession.open(cutModel(found.graph, spans), options);
      } catch {
        return undefined;
      }
    });
    if (!cut) return false;
    try {
      const weights = await use(() => weightsOf(cut, some).catch(() => undefined));
      if (!weights) return false;
      for (const [i, { node, heads, width }] of some.entries()) {
        const ofNode: Float64Array[] = [];
        for (let head = 0; weights[i] && head < heads; head++) {
          await use.turn?.();
          ofNode.push(headProduct(weights[i], heads, width / heads, head));
        }
        if (ofNode.length > 0) products.set(node, ofNode);
      }
      return true;
    } finally {
      await cut.release();
    }
  };
  // Some at once, so that few sessions are opened; where that cannot be, each that can by itself.
  for (let at = 0; at < all.length;) {
    const some = all.slice(at, at + Math.max(1, Math.floor(mostAtOnce / all[at].width ** 3)));
    at += some.length;
    if (!(await read(some)) && some.length > 1) for (const one of some) await read([one]);
  }
  return products;
}

/** Linear maps as numbers: the identity's rows less zero's, which are the bias. Undefined where one gives no floats. */
async function weightsOf(
  cut: CutSession,
  projections: readonly Projection[],
): Promise<(OutputProjection | undefined)[]> {
  const identities = new Map<string, Tensor>();
  const inputs = projections.map(({ width, rank }, i) => {
    const half = isHalf(cut.spans[i]);
    const key = `${width} ${rank} ${half}`;
    const known = identities.get(key);
    if (known) return known;
    const feed = new Float32Array((width + 1) * width);
    for (let row = 0; row < width; row++) feed[row * width + row] = 1;
    const shape = [...new Array<number>(rank - 2).fill(1), width + 1, width];
    const identity = inputTensor(half ? 'float16' : 'float32', shape, feed)!;
    identities.set(key, identity);
    return identity;
  });
  return (await cut.run(inputs)).map((result, i) => {
    const { width } = projections[i];
    const outputs = result.dims[result.dims.length - 1];
    const rows = floatNumbers(result);
    if (!rows) return undefined;
    const bias = rows.subarray(width * outputs);
    return { outputs, data: rows.slice(0, width * outputs).map((value, at) => value - bias[at % outputs]) };
  });
}
