/** Entry point of the inference process: what the extension host asks for, answered with models. */
import nodeModule from 'node:module';
import 'vscode-jsonrpc/node';
import { ResponseError, type CancellationToken } from 'vscode-jsonrpc';
import type { AttentionKind } from '../core/attention/attentionKind';
import { readCompared } from '../core/attention/region/readCompared';
import type { RunMatch } from '../core/attention/compare/runMatch';
import { readRegion } from '../core/attention/region/readRegion';
import { drawPicture } from '../core/export/drawPicture';
import type { AttentionTensor, Explanation, HeadReading, LogitLens } from '../core/run/explanation';
import {
  explainProgress,
  InferenceErrorCode,
  InferenceEvent,
  InferenceRequest,
  type ModelReference,
  type RunReference,
} from '../core/protocol/inferenceProtocol';
import { connect } from '../core/protocol/messagePort';
import { attentionSteps } from './answers/attentionSteps';
import { commonAxes } from './answers/commonAxes';
import { computedHead } from './answers/computedHead';
import { answerDownloadRequests } from './download/downloadRequests';
import { effectOfEach, effectOfHeads, effectOfMask } from './answers/effect';
import { explain } from './answers/explain';
import { declaredInputs } from './graph/declaredInputs';
import { GraphModel } from './graph/graphModel';
import { exportRun } from './export/exportRun';
import { exportShown } from './export/exportShown';
import { answerImageExplanations } from './images/imageExplanations';
import { answerImageRequests } from './images/imageRequests';
import { groupHeads } from './answers/groupHeads';
import { InferenceFault } from './models/inferenceFault';
import { logitLens } from './answers/logitLens';
import { matchRuns } from './answers/matchRuns';
import { measureHeads } from './answers/measureHeads';
import { ModelStore } from './models/modelStore';
import { openModel, type OpenModel } from './models/openModel';
import { transformersModel } from './models/textModel';
import { readGroup } from './answers/readings';
import type { HeadMatrix, UseModel } from './runs/runAttention';
import { readArchitecture } from './models/readArchitecture';
import { readWritingChoices } from './text/readWritingChoices';
import { rowOf } from './runs/rowOf';
import { RunStore, type KnownRun } from './runs/runStore';
import { stopIfCancelled } from './requests/stopIfCancelled';
import type { WithModel } from './requests/withModel';
import { answerSpeechRequests } from './speech/speechRequests';
import { stackHeads } from './runs/stackHeads';
import { knownNorms, type LayerNorms } from './answers/valueNorms';

process.title = 'headlight-inference';

const megabyte = 2 ** 20;
const limit = Number(process.env.HEADLIGHT_MAXIMUM_MEMORY ?? 2048) * megabyte;
const models = new ModelStore(
  { bytes: limit / 2, idle: Number(process.env.HEADLIGHT_UNLOAD_AFTER_MINUTES ?? 10) * 60_000 },
  reference => (reference.graph ? GraphModel.open(reference, reference.graph.file) : openModel(reference)),
);
const runs = new RunStore(limit / 2);
let runCount = 0;

const connection = connect({
  post: message => {
    if (process.connected) process.send?.(message);
  },
  onMessage: listener => {
    process.on('message', listener);
    return { dispose: () => process.off('message', listener) };
  },
});

connection.onRequest(InferenceRequest.load, ({ model }, cancelled) =>
  working('loading', model, cancelled, () => models.use(model, open => Promise.resolve(open.info))),
);

connection.onRequest(InferenceRequest.explain, ({ model, text, newTokens, chat, writing, progress }, cancelled) => {
  const started = performance.now();
  const fresh = !models.has(model);
  return working(fresh ? 'loading' : 'running', model, cancelled, () =>
    models.use(model, async (open): Promise<Explanation> => {
      stopIfCancelled(cancelled);
      if (fresh) tellState('running', model);
      const { explanation, known, runTime } = await explain(open, text, {
        newTokens,
        chat,
        writing,
        isCancelled: () => cancelled.isCancellationRequested,
        expect:
          progress === undefined
            ? undefined
            : expected => void connection.sendProgress(explainProgress, progress, expected),
      });
      stopIfCancelled(cancelled);
      const run = `${process.pid}.${++runCount}`;
      runs.set(run, known);
      return {
        ...explanation,
        run,
        times: { load: fresh ? open.loadTime : 0, run: runTime, total: performance.now() - started },
      };
    }),
  );
});

connection.onRequest(InferenceRequest.head, async ({ address, ...run }, cancelled): Promise<AttentionTensor> => {
  const { queries, keys, data } = await headOf(run, address, cancelled);
  return { shape: [1, 1, queries, keys], data: data.slice() };
});

connection.onRequest(InferenceRequest.region, async ({ address, region, ...run }, cancelled) =>
  readRegion(await headOf(run, address, cancelled), region),
);

connection.onRequest(InferenceRequest.compared, async ({ one, other, region, distances }, cancelled) => {
  const axes = commonAxes(
    await knownRun(one, cancelled),
    await knownRun(other, cancelled),
    one.address.kind,
    other.address.kind,
  );
  const [left, right] = [await headOf(one, one.address, cancelled), await headOf(other, other.address, cancelled)];
  return readCompared(
    { ...axes.one, ...left },
    { ...axes.other, ...right },
    axes.queries,
    axes.keys,
    region,
    distances,
  );
});

connection.onRequest(InferenceRequest.reading, async ({ kind, reading, ...run }, cancelled) => {
  const known = await knownRun(run, cancelled);
  return readGroup(
    known,
    kind,
    reading,
    using(run, cancelled),
    reading === 'value' ? await normsOf(run, kind, cancelled) : undefined,
  );
});

connection.onRequest(InferenceRequest.logitLens, ({ first, count, ...run }, cancelled) =>
  lensOf(run, first, count, cancelled),
);

connection.onRequest(InferenceRequest.attention, async ({ kind, ...run }, cancelled) =>
  stackHeads((await knownRun(run, cancelled)).attention, kind, using(run, cancelled)),
);

connection.onRequest(InferenceRequest.draw, picture => drawPicture(picture));

connection.onRequest(InferenceRequest.exportShown, ({ format, shown, look, about, partner, ...run }, cancelled) =>
  exportShown(
    format,
    shown,
    look,
    {
      about,
      head: head => headOf(run, head, cancelled),
      groups: async kind => groupHeads(await knownRun(run, cancelled), kind, using(run, cancelled)),
      logitLens: (first, count) => lensOf(run, first, count, cancelled),
    },
    partner && {
      about: partner.about,
      head: head => headOf(partner, head, cancelled),
      match: kind => matchOf(run, partner, kind, cancelled),
    },
  ),
);

connection.onRequest(InferenceRequest.exportNumbers, async ({ format, head, about, ...run }, cancelled) =>
  exportRun(format, about, about.title, head, {
    head: () => headOf(run, head, cancelled),
    all: async kind => stackHeads((await knownRun(run, cancelled)).attention, kind, using(run, cancelled)),
  }),
);

connection.onRequest(InferenceRequest.measures, async ({ kind, ...run }, cancelled) =>
  measureHeads(await knownRun(run, cancelled), kind, using(run, cancelled)),
);

connection.onRequest(InferenceRequest.groups, async ({ kind, ...run }, cancelled) =>
  groupHeads(await knownRun(run, cancelled), kind, using(run, cancelled)),
);

connection.onRequest(InferenceRequest.matchRuns, ({ one, other, kind }, cancelled) =>
  matchOf(one, other, kind, cancelled),
);

connection.onRequest(InferenceRequest.steps, ({ address, query, ...run }, cancelled) =>
  withKnown(run, cancelled, (open, { ids, outputIds }) => attentionSteps(open, ids, outputIds, address, query)),
);

connection.onRequest(InferenceRequest.switchOff, ({ heads, position, mean, token, word, ...run }, cancelled) =>
  withKnown(run, cancelled, (open, { ids, outputIds }) =>
    effectOfHeads(open, ids, outputIds, heads, position, { mean, token, word }),
  ),
);

connection.onRequest(InferenceRequest.effects, ({ heads, position, mean, ...run }, cancelled) =>
  withKnown(run, cancelled, async (open, { ids, outputIds }) => {
    const bits = await effectOfEach(
      open,
      ids,
      outputIds,
      heads,
      position,
      { mean },
      () => cancelled.isCancellationRequested,
    );
    stopIfCancelled(cancelled);
    return bits;
  }),
);

connection.onRequest(InferenceRequest.mask, ({ token, ...run }, cancelled) =>
  withKnown(run, cancelled, (open, { ids }) => effectOfMask(open, ids, token)),
);

connection.onRequest(InferenceRequest.row, async ({ kind, query, reduce, ...run }, cancelled) =>
  rowOf((await knownRun(run, cancelled)).attention, kind, query, reduce, using(run, cancelled)),
);

connection.onRequest(InferenceRequest.graphInputs, ({ model }, cancelled) =>
  working('loading', model, cancelled, () =>
    models.use(model, open => Promise.resolve({ inputs: declaredInputs(open.sessions.model), found: open.info.found })),
  ),
);

connection.onRequest(InferenceRequest.writingChoices, ({ model }) => readWritingChoices(model));

connection.onRequest(InferenceRequest.architecture, ({ model }, cancelled) =>
  working('loading', model, cancelled, () => readArchitecture(model)),
);

connection.onRequest(InferenceRequest.forget, ({ run }) => runs.delete(run));

/** One head's matrix, or of several in one, in the reading asked for. */
async function headOf(run: RunReference, head: HeadReading, cancelled: CancellationToken): Promise<HeadMatrix> {
  return computedHead(await knownRun(run, cancelled), head, using(run, cancelled), () =>
    normsOf(run, head.kind, cancelled),
  );
}

/** What each layer would say at some positions. */
function lensOf(run: RunReference, first: number, count: number, cancelled: CancellationToken): Promise<LogitLens> {
  return withKnown(run, cancelled, async (open, { ids }) => {
    const lens = await logitLens(open, ids, first, count, () => cancelled.isCancellationRequested);
    stopIfCancelled(cancelled);
    return lens;
  });
}

/** How the attention of two runs lies beside each other. */
async function matchOf(
  one: RunReference,
  other: RunReference,
  kind: AttentionKind,
  cancelled: CancellationToken,
): Promise<RunMatch> {
  return matchRuns(
    await knownRun(one, cancelled),
    await knownRun(other, cancelled),
    kind,
    using(one, cancelled),
    using(other, cancelled),
  );
}

/** What each key adds in a run, by layer: computed once. */
function normsOf(
  run: RunReference,
  kind: AttentionKind,
  cancelled: CancellationToken,
): Promise<ReadonlyMap<number, LayerNorms>> {
  return withKnown(run, cancelled, (open, known) => knownNorms(open, known, kind));
}

const withModel: WithModel = (model, cancelled, work) =>
  working(models.has(model) ? 'running' : 'loading', model, cancelled, () =>
    models.use(model, open => {
      stopIfCancelled(cancelled);
      return work(transformersModel(open));
    }),
  );
answerImageRequests(connection, withModel);
answerImageExplanations(connection, withModel);
answerSpeechRequests(connection, withModel);

answerDownloadRequests(connection);

/** What is known of a run. Where it was let go, or another process made the run, the text is run again. */
async function knownRun(
  { run, model, text, newTokens, chat, writing }: RunReference,
  cancelled: CancellationToken,
): Promise<KnownRun> {
  const kept = runs.get(run);
  if (kept) return kept;
  return working('running', model, cancelled, async () => {
    const { known } = await models.use(model, open =>
      explain(open, text, { newTokens, chat, writing, isCancelled: () => cancelled.isCancellationRequested }),
    );
    stopIfCancelled(cancelled);
    runs.set(run, known);
    return known;
  });
}

/** Does work with a run's model, a piece at a time: what is asked in between gets its turn. */
function using({ model }: RunReference, cancelled: CancellationToken): UseModel {
  return work =>
    working('running', model, cancelled, () =>
      models.use(model, open => {
        stopIfCancelled(cancelled);
        return work(open);
      }),
    );
}

/** Does work with a run's model and tokens. */
async function withKnown<Result>(
  run: RunReference,
  cancelled: CancellationToken,
  work: (open: OpenModel, known: KnownRun) => Promise<Result>,
): Promise<Result> {
  const known = await knownRun(run, cancelled);
  return using(run, cancelled)(open => work(open, known));
}

/** Tells the state before and after a piece of work, and turns what goes wrong into one sentence, its cause into the log. */
async function working<Result>(
  phase: 'loading' | 'running',
  model: ModelReference,
  cancelled: CancellationToken,
  work: () => Promise<Result>,
): Promise<Result> {
  tellState(phase, model);
  try {
    stopIfCancelled(cancelled);
    return await work();
  } catch (error) {
    if (error instanceof InferenceFault) {
      log('error', `${error.message}\n${describe(error.cause)}`);
      throw error;
    }
    if (error instanceof ResponseError) throw error;
    log('error', describe(error));
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${model.id} failed; see the log for the reason, or try again.`,
      error,
    );
  } finally {
    tellState('ready', model);
  }
}

function tellState(phase: 'loading' | 'running' | 'ready', model: ModelReference): void {
  void connection.sendNotification(InferenceEvent.state, { phase, model: model.id });
}

function log(level: 'error' | 'info', message: string): void {
  void connection.sendNotification(InferenceEvent.log, { level, message });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? error.message}${error.cause ? `\ncaused by ${describe(error.cause)}` : ''}`;
}

// The window that asked is gone: nothing is left to do.
process.on('disconnect', () => process.exit(0));
connection.listen();

// Node writes what it compiled into NODE_COMPILE_CACHE as the process ends; this one is ended by a signal.
const { flushCompileCache } = nodeModule as { flushCompileCache?: () => void };
if (flushCompileCache) setTimeout(flushCompileCache, 5000).unref();
