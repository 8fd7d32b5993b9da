import type * as vscode from 'vscode';
import { explainProgress, InferenceErrorCode, InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { RunReference } from '../../core/protocol/runProtocol';
import type { Explanation } from '../../core/run/explanation';
import type { PairedText } from '../../core/text/pairedText';
import type { SourceText } from '../source/sourceText';
import { titleOfPart } from '../source/titleOfPart';
import type { InferenceClient } from '../inference/inferenceClient';
import { InferenceError } from '../inference/inferenceError';
import type { Run, RunHistory } from './runHistory';
import type { RunPlace } from './runPlaces';

/** What a run is made with and kept in. */
export interface RunServices {
  readonly client: InferenceClient;
  readonly history: RunHistory;
  readonly log: vscode.LogOutputChannel;
}

/** How often a model was asked to explain: names the answers' progress. */
let asked = 0;

/**
 * Runs a model on a text and adds the run to the history.
 * @param expect is told what is known of the run before the model has run.
 * @param like where the text stands in its document, where that is known of another run.
 * @returns undefined where it was cancelled.
 * @throws {InferenceError} whose message can be shown.
 */
export async function explainRun(
  { client, history, log }: RunServices,
  source: SourceText,
  model: ModelReference,
  token: vscode.CancellationToken,
  expect?: (expected: Explanation) => void,
  like?: RunPlace,
): Promise<Run | undefined> {
  const started = performance.now();
  const progress = ++asked;
  // From the start: the text may be edited while the model runs.
  const place = history.places.follow(source, like);
  let run: Run | undefined;
  try {
    const explanation = await client.request(
      InferenceRequest.explain,
      {
        model: modelReference(model),
        text: source.text,
        textPair: pairedText(source),
        newTokens: source.newTokens,
        part: source.part,
        chat: source.chat,
        writing: source.writing,
        progress: expect && progress,
      },
      token,
      expect && (connection => connection.onProgress(explainProgress, progress, expect)),
    );
    if (token.isCancellationRequested) return undefined;
    const elapsed = performance.now() - started;
    const { times } = explanation;
    log.info(
      `${source.title}: explained in ${elapsed.toFixed(0)} ms; of it ${times.total.toFixed(0)} in the process (${times.load.toFixed(0)} to open ${model.id}, ${times.run.toFixed(0)} to run it).`,
    );
    const titled = { ...source, title: titleOfPart(source, explanation.text) };
    return (run = history.add(titled, model, explanation, elapsed, place));
  } catch (error) {
    const failure = InferenceError.from(error);
    if (token.isCancellationRequested || failure.code === InferenceErrorCode.cancelled) return undefined;
    log.error(`${source.title}: ${failure.message}`);
    throw failure;
  } finally {
    if (!run) history.places.leave(place);
  }
}

/** What the process needs to know a run, or to make it again. */
export function runReference({ explanation, model, source }: Run): RunReference {
  return {
    run: explanation.run,
    model: modelReference(model),
    text: source.text,
    textPair: pairedText(source),
    title: source.title,
    newTokens: source.newTokens,
    part: source.part,
    chat: source.chat,
    writing: source.writing,
  };
}

function pairedText({ pair }: SourceText): PairedText | undefined {
  return pair && { text: pair.text, goesFirst: pair.goesFirst };
}

/** What a process needs of a catalogue's entry. */
function modelReference({ id, folder, dtype, builtIn, graph }: ModelReference): ModelReference {
  return { id, folder, dtype, builtIn, graph };
}
