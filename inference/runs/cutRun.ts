import type { AttentionKind } from '../../core/attention/attentionKind';
import type { AttentionSite } from '../../core/onnx';
import type { AttentionSession } from '../models/attentionSession';
import { kindOf } from '../models/recorder';
import type { SegmentedModel, SegmentTensor } from '../models/segmentedModel';
import { segmentsOf } from '../models/segmentsOf';
import type { UseModel } from './runAttention';
import type { KnownRun } from './runStore';
import { SegmentFault, SegmentedRun, tellWhole } from './segmentedRun';

/** A run of a model cut into segments, which give a tensor of each attention of one kind. */
export interface CutRun {
  readonly model: SegmentedModel;
  /** The file that was cut, as a whole. */
  readonly session: AttentionSession;
  /** Stands at the first segment. */
  readonly run: SegmentedRun;
  /** The attentions of the kind, by layer. */
  readonly sites: readonly AttentionSite[];
  /** The segment of the last layer. */
  readonly last: number;
  outputOf(layer: number): string;
  segmentOf(layer: number): number;
}

/**
 * Cuts the file that holds the attention of a kind, and takes what it is fed on a run's tokens.
 * @returns undefined where it cannot be cut, or does not give the tensor of all layers.
 */
export async function cutRun(
  use: UseModel,
  { ids, outputIds }: Pick<KnownRun, 'ids' | 'outputIds'>,
  kind: AttentionKind,
  what: SegmentTensor,
): Promise<CutRun | undefined> {
  const found = await use(open =>
    Promise.resolve(
      Object.entries(open.sessions).find(([name, { sites }]) => sites.some(site => kindOf(site, name, open) === kind)),
    ),
  );
  if (!found) return undefined;
  const [name, session] = found;
  const model = await segmentsOf(session, what, async () => use.turn?.());
  if (typeof model === 'string' || uncut.has(model)) return undefined;
  const { sites, feeds } = await use(async open => ({
    sites: session.sites.filter(site => kindOf(site, name, open) === kind),
    feeds: await session.feedsOf(() => open.run(ids, outputIds)),
  }));
  const outputs = new Map(
    model.tensors.filter(tensor => tensor.kind === sites[0].kind).map(tensor => [tensor.layer, tensor.name]),
  );
  const segments = sites.map(({ layer }) => model.segmentOf(outputs.get(layer) ?? ''));
  // Layers must come one after the other.
  if (segments.some((segment, i) => segment < 0 || (i > 0 && segment <= segments[i - 1]))) return undefined;
  return {
    model,
    session,
    run: SegmentedRun.of(model, feeds, session.sites.every(({ causal }) => causal) && !session.quantizesActivations),
    sites,
    last: Math.max(...segments),
    outputOf: layer => outputs.get(layer)!,
    segmentOf: layer => segments[sites.findIndex(site => site.layer === layer)],
  };
}

/** Does work with segments, or other work where one cannot be run by itself. */
export async function wholeWhereUncut<Result>(
  { model }: Pick<CutRun, 'model'>,
  work: () => Promise<Result>,
  otherwise: () => Promise<Result>,
): Promise<Result> {
  try {
    if (!uncut.has(model)) return await work();
  } catch (error) {
    if (!(error instanceof SegmentFault)) throw error;
    uncut.add(model);
    tellWhole(error);
  }
  return otherwise();
}

/** Those of which a segment could not be run by itself. */
const uncut = new WeakSet<SegmentedModel>();
