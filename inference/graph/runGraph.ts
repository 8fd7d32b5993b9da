import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { sentenceOf } from '../../core/text/reasonOf';
import { InferenceFault } from '../models/inferenceFault';
import { Recorder, type RecorderOptions } from '../models/recorder';
import { declaredInputs } from './declaredInputs';
import type { GraphModel } from './graphModel';
import { readFeeds, type GraphFeeds } from './readFeeds';
import { runFailure } from './runFailure';

/** One run of a graph: what it was given, and what was recorded. */
export interface GraphRunRecorded extends GraphFeeds {
  readonly recorder: Recorder;
  /** Milliseconds. */
  readonly runTime: number;
}

/**
 * Runs a graph once on a file of inputs.
 * @param options what is recorded.
 * @throws {InferenceFault} of the code `text` where the inputs do not fit, `run` where the runtime fails on them.
 */
export async function runGraph(open: GraphModel, json: string, options: RecorderOptions): Promise<GraphRunRecorded> {
  const { folder, graph } = open.reference;
  const inputs = declaredInputs(open.sessions.model);
  const read = await readFeeds(json, inputs, { home: graph?.inputsFolder, graphFolder: folder }).catch(
    (error: unknown) => {
      if (error instanceof InferenceFault) throw error;
      throw new InferenceFault(InferenceErrorCode.text, sentenceOf((error as Error).message), error);
    },
  );
  const started = performance.now();
  const recorder = new Recorder(open, options);
  try {
    await open.sessions.model.run(read.feeds);
  } catch (error) {
    const otherwise = 'see the log for the reason (“Headlight: Show Log”), or begin with Write Example Inputs';
    const failed = { id: open.info.id, inputs, arrays: read.given.arrays, otherwise };
    throw new InferenceFault(InferenceErrorCode.run, runFailure(failed, error), error);
  } finally {
    recorder.stop();
  }
  return { ...read, recorder, runTime: performance.now() - started };
}
