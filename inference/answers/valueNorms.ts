import type { AttentionKind } from '../../core/attention/attentionKind';
import {
  headProducts,
  type HeadProducts,
  type OutputProjection,
  transformedNorms,
} from '../../core/attention/measures/transformedNorms';
import { cutModel, findOutputProjection } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AttentionSession } from '../models/attentionSession';
import { CutSession } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { inputTensor } from '../graph/inputTensor';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
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
  const recorder = await runOnce(open, ids, outputIds, { wants: (k, _, what) => k === kind && what === 'value' });
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

/** Runs the output projections, cut out of the graph, on the identity: what comes out, less what zero gives, is their weights. */
function readProjections(session: AttentionSession): Promise<ReadonlyMap<string, HeadProducts>> {
  const reading = (async () => {
    const found = new Map<string, HeadProducts>();
    const { found: attention, externalData } = await session.readAgain();
    for (const { node, heads, headSize, places } of attention.attentions) {
      const span = findOutputProjection(places[0]);
      const shape = span?.from.shape;
      const last = shape?.[shape.length - 1];
      const width = typeof last === 'number' ? last : (heads ?? 0) * (headSize ?? 0);
      if (!span || !width || !heads || width % heads !== 0) continue;
      const cut = await CutSession.open(cutModel(attention.graph, span.from, span.to), externalData).catch(
        () => undefined,
      );
      if (!cut) continue;
      try {
        const weights = await weightsOf(cut, width, shape?.length ?? 3);
        if (weights) found.set(node, headProducts(weights, heads, width / heads));
      } finally {
        await cut.release();
      }
    }
    return found;
  })();
  projections.set(session, reading);
  return reading;
}

/** A linear map as numbers: the identity's rows less zero's, which are the bias. Undefined where it gives no floats. */
async function weightsOf(cut: CutSession, width: number, rank: number): Promise<OutputProjection | undefined> {
  const feed = new Float32Array((width + 1) * width);
  for (let i = 0; i < width; i++) feed[i * width + i] = 1;
  const shape = [...new Array<number>(rank - 2).fill(1), width + 1, width];
  const result = await cut.run(inputTensor(cut.isHalf ? 'float16' : 'float32', shape, feed)!);
  const outputs = result.dims[result.dims.length - 1];
  const rows = floatNumbers(result);
  if (!rows) return undefined;
  const bias = rows.subarray(width * outputs);
  return { outputs, data: rows.slice(0, width * outputs).map((value, i) => value - bias[i % outputs]) };
}
