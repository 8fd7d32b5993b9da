import type { AttentionKind } from '../../core/attention/attentionKind';
import {
  headProducts,
  type HeadProducts,
  type OutputProjection,
  transformedNorms,
} from '../../core/attention/measures/transformedNorms';
import type { Tensor } from 'onnxruntime-node';
import { cutModel, findOutputProjection, type ProjectionSpan } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AttentionSession } from '../models/attentionSession';
import { CutSession, isHalf } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { inputTensor } from '../graph/inputTensor';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { lastLogits } from '../models/recorder';
import { runOnce } from '../runs/runModel';
import type { KnownRun } from '../runs/runStore';

/** The length of what each key adds, of one layer: [head][key], and whether that is in the units of the residual stream. */
export interface LayerNorms {
  readonly data: Float32Array;
  readonly projected: boolean;
}

/** What is needed of each file's output projections, by attention node. */
const projections = new WeakMap<AttentionSession, Promise<ReadonlyMap<string, HeadProducts>>>();

/**
 * `‖f(x_k)‖` for each layer of a kind, by layer number (see {@link transformedNorms}), with the output projections of the
 * model's own graph. Where one is not found, the length of the values alone.
 * @throws {InferenceFault} where the graph does not hold the values apart.
 */
export async function valueNorms(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  kind: AttentionKind,
): Promise<Map<number, LayerNorms>> {
  const recorder = await runOnce(open, ids, outputIds, {
    wants: (k, _, what) => k === kind && what === 'value',
    logitsAt: lastLogits,
  });
  const byLayer = new Map<number, LayerNorms>();
  for (const { layer, step } of recorder.tensors(kind, 'value')) {
    const { session, site } = recorder.place(kind, layer)!;
    const values = { heads: step.heads, keys: step.queries, dimensions: step.keys, data: step.data };
    const ofFile = await (projections.get(session) ?? readProjections(session));
    const products = ofFile.get(site.node);
    const fits = products?.data.length === values.heads * values.dimensions ** 2 ? products : undefined;
    byLayer.set(layer, { data: transformedNorms(values, fits), projected: fits !== undefined });
  }
  if (byLayer.size === 0) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `The values cannot be told apart in ${open.info.id}’s graph, so attention cannot be weighted by them.`,
    );
  }
  return byLayer;
}

const norms = new WeakMap<KnownRun, Map<AttentionKind, Promise<ReadonlyMap<number, LayerNorms>>>>();

/** {@link valueNorms} of a run, computed once. */
export function knownNorms(
  open: OpenModel,
  known: KnownRun,
  kind: AttentionKind,
): Promise<ReadonlyMap<number, LayerNorms>> {
  const ofRun = norms.get(known) ?? new Map<AttentionKind, Promise<ReadonlyMap<number, LayerNorms>>>();
  norms.set(known, ofRun);
  let ofKind = ofRun.get(kind);
  if (!ofKind) {
    ofRun.set(kind, (ofKind = valueNorms(open, known.ids, known.outputIds, kind)));
    ofKind.catch(() => ofRun.delete(kind));
  }
  return ofKind;
}

/** Where a layer's output projection is, and how wide what it reads is. */
interface Projection {
  readonly node: string;
  readonly heads: number;
  readonly width: number;
  readonly rank: number;
  readonly span: ProjectionSpan;
}

/** Runs the output projections, cut out of the graph, on the identity: what comes out, less what zero gives, is their weights. */
function readProjections(session: AttentionSession): Promise<ReadonlyMap<string, HeadProducts>> {
  const reading = (async () => {
    const { found, options, weightsIn } = await session.readAgain();
    const inFile = found.graph.model === found.model ? weightsIn : undefined;
    const all = found.attentions.flatMap(({ node, heads, headSize, places }): Projection[] => {
      const span = findOutputProjection(places[0]);
      const shape = span?.from.shape;
      const last = shape?.[shape.length - 1];
      const width = typeof last === 'number' ? last : (heads ?? 0) * (headSize ?? 0);
      return span && width && heads && width % heads === 0
        ? [{ node, heads, width, rank: shape?.length ?? 3, span }]
        : [];
    });
    const products = new Map<string, HeadProducts>();
    const read = async (some: readonly Projection[]): Promise<void> => {
      const cut = await CutSession.open(
        cutModel(
          found.graph,
          some.map(({ span }) => span),
          inFile,
        ),
        options,
      );
      try {
        const weights = await weightsOf(cut, some);
        some.forEach(({ node, heads, width }, i) => {
          if (weights[i]) products.set(node, headProducts(weights[i], heads, width / heads));
        });
      } finally {
        await cut.release();
      }
    };
    // All at once, some a time, so that what they give stays small; where that cannot be, each that can by itself.
    for (let at = 0; at < all.length; at += atOnce) {
      const some = all.slice(at, at + atOnce);
      await read(some).catch(async () => {
        for (const one of some) await read([one]).catch(() => undefined);
      });
    }
    return products;
  })();
  projections.set(session, reading);
  return reading;
}

/** How many projections are run at once: of a width of 2,048 that is 540 MB. */
const atOnce = 32;

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
