/** Entry point of the inference process: what the extension host asks for, answered with models. */
import nodeModule from 'node:module';
import 'vscode-jsonrpc/node';
import { ResponseError, type CancellationToken } from 'vscode-jsonrpc';
import type { ExportedRun } from '../core/export/layerWeights';
import { answerAsks } from '../core/protocol/askType';
import type { Explanation } from '../core/run/explanation';
import {
  explainProgress,
  InferenceErrorCode,
  InferenceEvent,
  InferenceRequest,
  savingProgress,
  type InferenceState,
} from '../core/protocol/inferenceProtocol';
import { connect } from '../core/protocol/messagePort';
import type { ModelReference } from '../core/protocol/modelReference';
import { RunRequest, type RunReference, type ShownRun } from '../core/protocol/runProtocol';
import { AskedRun, type KeptRun } from './answers/askedRun';
import { answerCaptionRequests } from './answers/captionAnswers';
import { answerConversationRequests } from './answers/conversationAnswers';
import { answerImageRequests } from './answers/imageAnswers';
import { answerMechanismRequests } from './answers/mechanismAnswers';
import { answeredInBackground, runAnswers, saveAllHeads, type AskedRuns } from './answers/runAnswers';
import { SharedWork } from './answers/sharedWork';
import { answerSpeechRequests } from './answers/speechAnswers';
import { answerDownloadRequests } from './download/downloadRequests';
import { explain } from './answers/explain';
import { exampleNumbers } from './graph/exampleNumbers';
import { endWithHost } from './endWithHost';
import { GraphModel } from './graph/graphModel';
import { MechanismModel } from './mechanisms/mechanismModel';
import { useModelFolder } from './locks/modelsInUse';
import { InferenceFault } from './models/inferenceFault';
import { collectGarbage } from './models/collectGarbage';
import { ModelStore } from './models/modelStore';
import { nativeMemory } from './models/nativeMemory';
import { openModel, type OpenModel } from './models/openModel';
import { transformersModel } from './models/textModel';
import type { UseModel } from './runs/runAttention';
import { readArchitecture } from './models/readArchitecture';
import { stopIfCancelled } from './models/stopIfCancelled';
import type { WithGraph, WithModel } from './answers/withModel';
import { during, tellPhases } from './models/workPhase';
import { WorkOrder } from './models/workOrder';
import { roomForRuns, RunStore, runsInUse } from './runs/runStore';
import { SegmentFault } from './runs/segmentedRun';
import { readWritingChoices } from './text/readWritingChoices';

process.title = 'headlight-inference';
endWithHost();
// A promise of a library that nobody waits for must not end the process: what it was for is answered by whoever waited.
process.on('unhandledRejection', reason => log('error', `Nobody waited for this: ${describe(reason)}`));

const megabyte = 2 ** 20;
const limit = Number(process.env.HEADLIGHT_MAXIMUM_MEMORY ?? 4096) * megabyte;
const withoutModels = nativeMemory();
const models: ModelStore = new ModelStore(
  {
    bytes: limit,
    runs: () => runs.total,
    taken: () => nativeMemory() - withoutModels,
    clear: collectGarbage,
    claim: ({ folder }) => useModelFolder(folder),
    idle: Number(process.env.HEADLIGHT_UNLOAD_AFTER_MINUTES ?? 10) * 60_000,
    // Numbers of two models must not stand in one run: it is made again by the one that is there now.
    replaced: ({ id, dtype }) => {
      runs.deleteWhere(({ about: { model } }) => model.id === id && model.dtype === dtype);
      log('info', `${id} was replaced on disk and is opened anew.`);
    },
  },
  reference =>
    during<OpenModel>('opening', reference.id, () => {
      const { graph } = reference;
      if (!graph) return openModel(reference);
      return graph.mechanism ? MechanismModel.open(reference, graph.file) : GraphModel.open(reference, graph.file);
    }),
);
const runs: RunStore<KeptRun> = new RunStore<KeptRun>(() =>
  roomForRuns(limit, models.total, runs.totalOfLast(runsInUse)),
);
const order = new WorkOrder();
const shared = new SharedWork();
/** Milliseconds of work without a model that are done at a stretch. */
const shortestPiece = 30;
let runCount = 0;

const connection = connect({
  post: message => {
    if (!process.connected) return undefined;
    let left = () => {};
    const sent = new Promise<void>(resolve => (left = resolve));
    process.send?.(message, undefined, undefined, () => left());
    return sent;
  },
  onMessage: listener => {
    process.on('message', listener);
    return { dispose: () => process.off('message', listener) };
  },
});

tellPhases(change => connection.sendNotification(InferenceEvent.phase, change));

connection.onRequest(InferenceRequest.ping, () => undefined);

connection.onRequest(InferenceRequest.load, ({ model }, cancelled) =>
  workingAtOnce('loading', model, cancelled, () => models.use(model, open => Promise.resolve(open.info))),
);

connection.onRequest(InferenceRequest.explain, ({ model, text, progress, ...reading }, cancelled) => {
  const started = performance.now();
  const fresh = !models.has(model);
  return workingAtOnce(fresh ? 'loading' : 'running', model, cancelled, () =>
    models.use(model, async (open): Promise<Explanation> => {
      stopIfCancelled(cancelled);
      if (fresh) tellState('running', model);
      const { explanation, known, runTime } = await explain(open, text, {
        ...reading,
        isCancelled: () => cancelled.isCancellationRequested,
        expect:
          progress === undefined
            ? undefined
            : expected => void connection.sendProgress(explainProgress, progress, expected),
      });
      stopIfCancelled(cancelled);
      const run = `${process.pid}.${++runCount}`;
      runs.set(run, { ...known, about: aboutOf(explanation) });
      return {
        ...explanation,
        run,
        times: { load: fresh ? open.loadTime : 0, run: runTime, total: performance.now() - started },
      };
    }),
  );
});

connection.onRequest(InferenceRequest.graphInputs, ({ model }, cancelled) =>
  workingAtOnce('loading', model, cancelled, () =>
    models.use(model, async open => ({ inputs: await exampleNumbers(open as GraphModel), found: open.info.found })),
  ),
);

connection.onRequest(InferenceRequest.writingChoices, ({ model }) => readWritingChoices(model));

connection.onRequest(InferenceRequest.architecture, ({ model }, cancelled) =>
  workingAtOnce('loading', model, cancelled, () => readArchitecture(model)),
);

connection.onRequest(InferenceRequest.forget, ({ run }) => runs.delete(run));

connection.onRequest(InferenceRequest.saveHeads, ({ of, progress, ...heads }, cancelled) =>
  working('running', of.model, cancelled, () =>
    saveAllHeads(new AskedRun({ known: knownRun, using }, of, cancelled, true), heads, part => {
      void connection.sendProgress(savingProgress, progress, part);
    }),
  ),
);

answerAsks(
  connection,
  RunRequest,
  runAnswers,
  (of: ShownRun, cancelled: CancellationToken, name: string): AskedRuns => {
    const asked = (run: RunReference) =>
      new AskedRun({ known: knownRun, using }, run, cancelled, answeredInBackground.has(name));
    return { run: asked(of), partner: of.partner && asked(of.partner), before: of.before && asked(of.before) };
  },
  async ({ name, of, wish }, cancelled, answer) => {
    try {
      return answeredInBackground.has(name)
        ? await shared.ask(JSON.stringify([name, of.run, of.partner?.run, of.before?.run, wish]), cancelled, token =>
            Promise.resolve(answer(token)),
          )
        : await answer(cancelled);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      log('error', describe(error));
      throw new InferenceFault(
        InferenceErrorCode.run,
        `${of.model.id} cannot answer this (${name}); see the log for the reason, or try again.`,
        error,
      );
    }
  },
);

const withModel: WithModel = (model, cancelled, work) =>
  workingAtOnce(models.has(model) ? 'running' : 'loading', model, cancelled, () =>
    models.use(model, open => {
      stopIfCancelled(cancelled);
      return work(transformersModel(open));
    }),
  );
/** The same with a graph that is run by its inputs' names. */
const withGraph: WithGraph = (model, cancelled, work) =>
  workingAtOnce(models.has(model) ? 'running' : 'loading', model, cancelled, () =>
    models.use(model, open => {
      stopIfCancelled(cancelled);
      if (!(open instanceof GraphModel)) throw new Error(`${model.id} is no graph of its own.`);
      return work(open);
    }),
  );
answerCaptionRequests(connection, withModel);
answerConversationRequests(connection, withModel);
answerImageRequests(connection, withModel, withGraph);
answerSpeechRequests(connection, withModel);
answerMechanismRequests(connection, (model, cancelled, work) =>
  workingAtOnce(models.has(model) ? 'running' : 'loading', model, cancelled, () =>
    models.use(model, open => {
      stopIfCancelled(cancelled);
      return work(open as MechanismModel);
    }),
  ),
);

answerDownloadRequests(connection);

/** What is known of a run. Where it was let go, or another process made the run, the text is run again. */
async function knownRun(
  { run, model, text, ...reading }: RunReference,
  cancelled: CancellationToken,
): Promise<KeptRun> {
  await models.look(model);
  const kept = runs.get(run);
  if (kept) return kept;
  return workingAtOnce('running', model, cancelled, async () => {
    const { explanation, known } = await models.use(model, open =>
      explain(open, text, { ...reading, isCancelled: () => cancelled.isCancellationRequested }),
    );
    stopIfCancelled(cancelled);
    const whole = { ...known, about: aboutOf(explanation) };
    runs.set(run, whole);
    return whole;
  });
}

/** What files say of a run: nothing of its pictures, which would be held for long. */
function aboutOf({ model, text, tokens, pair, output, cut, groups }: ExportedRun): ExportedRun {
  return {
    model,
    text,
    tokens,
    pair,
    output,
    cut,
    groups: groups.map(({ kind, causal, queries, keys }) => ({ kind, causal, queries, keys })),
  };
}

/** Does work with a run's model, a piece at a time: what is asked in between gets its turn. */
function using({ model }: RunReference, cancelled: CancellationToken, inBackground: boolean): UseModel {
  const piece = <Result>(work: Parameters<UseModel>[0]): Promise<Result> =>
    models.use(model, open => {
      stopIfCancelled(cancelled);
      return work(open) as Promise<Result>;
    });
  const use: UseModel = work =>
    inBackground
      ? working('running', model, cancelled, () => order.inBackground(() => piece(work)), true)
      : working('running', model, cancelled, () => order.atOnce(() => piece(work)));
  let turned = performance.now();
  use.turn = async () => {
    stopIfCancelled(cancelled);
    if (performance.now() - turned < shortestPiece) return;
    if (inBackground) await order.inBackground(() => Promise.resolve());
    else await new Promise(resolve => setImmediate(resolve));
    turned = performance.now();
    stopIfCancelled(cancelled);
  };
  return use;
}

/**
 * Tells the state before and after a piece of work, and turns what goes wrong into one sentence, its cause into the log.
 * @param isOneOfMany whether others will follow at once, so that it is not done with this one.
 */
async function working<Result>(
  phase: 'loading' | 'running',
  model: ModelReference,
  cancelled: CancellationToken,
  work: () => Promise<Result>,
  isOneOfMany = false,
): Promise<Result> {
  tellState(phase, model);
  let failed = false;
  try {
    stopIfCancelled(cancelled);
    return await during('running', model.id, work);
  } catch (error) {
    failed = !cancelled.isCancellationRequested;
    if (error instanceof InferenceFault) {
      log('error', `${error.message}\n${describe(error.cause)}`);
      throw error;
    }
    if (error instanceof ResponseError || error instanceof SegmentFault) throw error;
    log('error', describe(error));
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${model.id} failed; see the log for the reason, or try again.`,
      error,
    );
  } finally {
    const done = () => tellState(models.has(model) ? 'ready' : failed ? 'failed' : 'closed', model);
    if (isOneOfMany && !failed) settling = setTimeout(done, 100);
    else done();
  }
}

/** Does what the user waits for: {@link working}, before all that is done in the background. */
function workingAtOnce<Result>(
  ...[phase, model, cancelled, work]: Parameters<typeof working<Result>>
): Promise<Result> {
  return order.atOnce(() => working(phase, model, cancelled, work));
}

/** Tells that work is done, unless more follows. */
let settling: NodeJS.Timeout | undefined;
let told = '';

function tellState(phase: InferenceState['phase'], model: ModelReference): void {
  clearTimeout(settling);
  const state = `${phase} ${model.id}`;
  if (state === told) return;
  told = state;
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
