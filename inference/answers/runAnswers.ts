import { readCompared } from '../../core/attention/region/readCompared';
import { readRegion } from '../../core/attention/region/readRegion';
import type { Answers } from '../../core/protocol/askType';
import type { RunRequest } from '../../core/protocol/runProtocol';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { RunMatch } from '../../core/attention/compare/runMatch';
import type { HeadsInParts } from '../../core/export/headsFile';
import type { TitledRun } from '../../core/export/layerWeights';
import { InferenceErrorCode, type HeadsToSave } from '../../core/protocol/inferenceProtocol';
import type { LogitLens, Reading } from '../../core/run/explanation';
import type { PatchPair } from '../../core/run/patch';
import { costPlan } from '../cost/costPlan';
import { exportRunPart } from '../export/exportRunPart';
import { saveHeads } from '../export/saveHeads';
import { InferenceFault } from '../models/inferenceFault';
import { stopIfCancelled } from '../models/stopIfCancelled';
import { stackHeads } from '../runs/stackHeads';
import { tokenOf } from '../text/tokenOf';
import { rowOf } from '../runs/rowOf';
import { cutEffect, cutHead } from './cutEffect';
import { headPart, logitParts } from './logitParts';
import { attentionOf, needsOf } from './needsOf';
import { attentionSteps } from './attentionSteps';
import { blockPath } from './blockPath';
import { commonAxes } from './commonAxes';
import { effectOfMask, rankHeads, switchOffHeads } from './effect';
import type { AskedRun } from './askedRun';
import { costAt } from './costAt';
import { groupHeads } from './groupHeads';
import { headMechanisms } from './headMechanisms';
import { headTensors } from './headTensors';
import { headsByLinks } from './headsByLinks';
import { logitLens } from './logitLens';
import { matchRuns } from './matchRuns';
import { measureHeads } from './measureHeads';
import { movedHeads } from './movedHeads';
import { type PatchedRuns, patchPlan, patchSaid, patchValues } from './patching';
import { predictionsAt } from './predictionsAt';
import { putBack } from './putBack';
import { residualTensors } from './residualTensors';
import { readGroup, readInParts, readLayers } from './readings';

/** The run that is shown, and those that it is held against. */
export interface AskedRuns {
  readonly run: AskedRun;
  readonly partner?: AskedRun;
  /** The run of the same place before it. */
  readonly before?: AskedRun;
}

/** What is answered to each question about a run. */
export const runAnswers: Answers<typeof RunRequest, AskedRuns> = {
  async head({ address }, { run }) {
    const { queries, keys, data } = await run.head(address);
    return { shape: [1, 1, queries, keys], data: data.slice() };
  },

  async region({ address, region }, { run }) {
    return readRegion(await run.head(address), region);
  },

  async compared({ one, other, ofPartner, region, distances }, runs) {
    const { run } = runs;
    const second = ofPartner ? partnerOf(runs) : run;
    const axes = commonAxes(await run.known(), await second.known(), one.kind, other.kind);
    const [left, right] = [await run.head(one), await second.head(other)];
    return readCompared(
      { ...axes.one, ...left },
      { ...axes.other, ...right },
      axes.queries,
      axes.keys,
      region,
      distances,
    );
  },

  async attention({ kind }, { run }) {
    return stackHeads((await run.known()).attention, kind, run.use);
  },

  async reading({ kind, reading, withoutFirst }, { run }) {
    const norms = reading === 'value' ? await run.norms(kind) : undefined;
    return readGroup(await run.known(), kind, reading, run.use, norms, withoutFirst);
  },

  predictions: ({ first, count }, { run }) => run.withModel((open, known) => predictionsAt(open, known, first, count)),

  logitLens: ({ first, count }, { run }) => lensOf(run, first, count),

  async measures({ kind }, { run }) {
    return measureHeads(await run.known(), kind, run.use);
  },

  async links({ kind, links }, { run }) {
    return headsByLinks(await run.known(), kind, links, run.use);
  },

  async groups({ kind }, { run }) {
    return groupHeads(await run.known(), kind, run.use);
  },

  match: ({ kind }, runs) => matchOf(runs, kind),

  async moved({ kind }, { run, before }) {
    return before ? movedHeads(await run.known(), await before.known(), kind, run.use, before.use) : [];
  },

  steps: ({ address, query }, { run }) =>
    run.withModel((open, { ids, outputIds }) => attentionSteps(open, ids, outputIds, address, query)),

  block: (wish, { run }) => run.withModel((open, { ids, outputIds }) => blockPath(open, ids, outputIds, wish)),

  async mechanisms({ address, ...wish }, { run }) {
    return headMechanisms(await run.known(), address, wish, run.use);
  },

  async putBack(wish, { run }) {
    return putBack(await run.known(), wish, run.use);
  },

  costPlan: (_wish, { run }) => run.withModel(open => Promise.resolve(costPlan(open))),

  cost: ({ length }, { run }) => run.withModel((open, known) => costAt(open, known, length, run.cancelled)),

  async switchOff({ heads, position, mean, token, word }, { run }) {
    return switchOffHeads(run.use, await run.known(), heads, position, { mean, token, word });
  },

  async effects({ heads, position, mean, by, positions = [position] }, { run }) {
    return rankHeads(run.use, await run.known(), heads, { positions, by, mean });
  },

  mask: ({ token }, { run }) => run.withModel((open, { ids }) => effectOfMask(open, ids, token)),

  async cut(wish, { run }) {
    return cutEffect(run.use, await run.known(), wish);
  },

  async cutHead(wish, { run }) {
    return cutHead(run.use, await run.known(), wish);
  },

  async needs(wish, { run }) {
    return needsOf(run.use, await run.known(), wish);
  },

  async attentionOf(wish, { run }) {
    return attentionOf(run.use, await run.known(), wish, () => run.norms(wish.kind));
  },

  logitParts: (wish, { run }) => run.withModel((open, known) => logitParts(open, known, wish)),

  headPart: (wish, { run }) => run.withModel((open, known) => headPart(open, known, wish)),

  tokenOf: ({ text }, { run }) => run.withModel(open => Promise.resolve(tokenOf(open, text))),

  async patchPlan(wish, runs) {
    return patchPlan(await patchedRuns(runs, wish), wish);
  },

  async patch(wish, runs) {
    return patchValues(await patchedRuns(runs, wish), wish);
  },

  async patchSaid(wish, runs) {
    return patchSaid(await patchedRuns(runs, wish), wish);
  },

  async row({ kind, query, reduce, withoutFirst }, { run }) {
    return rowOf((await run.known()).attention, kind, query, reduce, run.use, withoutFirst);
  },

  async export({ what, format, look }, { run, partner }) {
    return exportRunPart(
      what,
      format,
      look,
      {
        about: await aboutOf(run),
        head: head => run.head(head),
        layers: async (kind, reading, withoutFirst) =>
          readLayers(
            await run.known(),
            kind,
            reading,
            run.use,
            reading === 'value' ? await run.norms(kind) : undefined,
            withoutFirst,
          ),
        inParts: (reading, withoutFirst) => inPartsOf(run, reading, withoutFirst),
        steps: address => run.withModel((open, { ids, outputIds }) => headTensors(open, ids, outputIds, address)),
        residuals: () =>
          run.withModel(async (open, { ids, outputIds }) => {
            const tensors = await residualTensors(open, ids, outputIds, () => run.cancelled.isCancellationRequested);
            stopIfCancelled(run.cancelled);
            return tensors;
          }),
        groups: async kind => groupHeads(await run.known(), kind, run.use),
        logitLens: (first, count) => lensOf(run, first, count),
        block: ({ attention, layer, query }) =>
          run.withModel((open, { ids, outputIds }) =>
            blockPath(open, ids, outputIds, { kind: attention, layer, position: query }),
          ),
        mechanisms: async ({ head, ...wish }) => headMechanisms(await run.known(), head, wish, run.use),
      },
      partner && {
        about: await aboutOf(partner),
        head: head => partner.head(head),
        match: kind => matchOf({ run, partner }, kind),
      },
    );
  },
};

/** Writes all heads of a run to a file. @param tell is told which part is written, 0 to 1. */
export async function saveAllHeads(
  run: AskedRun,
  { head: { kind, reading = 'raw', withoutFirst }, format, file }: HeadsToSave,
  tell: (part: number) => void,
): Promise<void> {
  const about = { ...(await aboutOf(run)), reading, withoutFirst };
  await saveHeads({ format, run: about, source: await inPartsOf(run, reading, withoutFirst), kind, file }, tell);
}

async function inPartsOf(run: AskedRun, reading: Reading, withoutFirst?: boolean): Promise<HeadsInParts> {
  return readInParts(await run.known(), reading, run.use, kind => run.norms(kind), withoutFirst);
}

/** The questions that take long on a long text, so that whatever else is asked goes before each piece of the answer. */
export const answeredInBackground: ReadonlySet<string> = new Set<keyof typeof RunRequest>([
  'attention',
  'reading',
  'measures',
  'links',
  'groups',
  'match',
  'moved',
  'mechanisms',
  'putBack',
  'cost',
  'cut',
  'needs',
  'logitParts',
  'headPart',
  'patchPlan',
  'patch',
  'patchSaid',
  'effects',
  'export',
]);

function partnerOf({ partner }: AskedRuns): AskedRun {
  if (partner) return partner;
  throw new InferenceFault(
    InferenceErrorCode.run,
    'The run is not compared with another; choose one to compare it with.',
  );
}

/** The runs between which something is patched. @throws {InferenceFault} where they are of two models. */
async function patchedRuns(runs: AskedRuns, { noise }: PatchPair): Promise<PatchedRuns> {
  const { run } = runs;
  if (noise) return { use: run.use, clean: await run.known() };
  const partner = partnerOf(runs);
  const [one, other] = [run.reference.model, partner.reference.model];
  if (one.folder !== other.folder || one.dtype !== other.dtype || one.id !== other.id) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `Patching takes two runs of one model, and these are of ${one.id} (${one.dtype}) and ${other.id} (${other.dtype}); choose another run.`,
    );
  }
  return { use: run.use, clean: await run.known(), corrupted: await partner.known() };
}

/** What each layer would say at some positions. */
function lensOf(run: AskedRun, first: number, count: number): Promise<LogitLens> {
  return run.withModel(async (open, { ids }) => {
    const lens = await logitLens(open, ids, first, count, () => run.cancelled.isCancellationRequested);
    stopIfCancelled(run.cancelled);
    return lens;
  });
}

/** How the attention of two runs lies beside each other. */
async function matchOf(runs: AskedRuns, kind: AttentionKind): Promise<RunMatch> {
  const { run } = runs;
  const partner = partnerOf(runs);
  return matchRuns(await run.known(), await partner.known(), kind, run.use, partner.use);
}

/** What a file says of a run besides its numbers. */
async function aboutOf(run: AskedRun): Promise<TitledRun> {
  return { ...(await run.known()).about, title: run.reference.title ?? '' };
}
