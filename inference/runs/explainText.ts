import type { Explanation, Prediction } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { expectedRun } from './expectedRun';
import { InferenceFault } from '../models/inferenceFault';
import type { Writing } from '../../core/models/writing';
import type { OpenModel } from '../models/openModel';
import { AttentionOnDemand } from './attentionOnDemand';
import { groupsOf, overviewOf } from './overview';
import { saidOfPair } from './saidOfPair';
import { predictionsOf } from './predictions';
import { KeptAttention } from './keptAttention';
import { textModel } from '../models/textModel';
import { withTypes } from '../models/tokenTypes';
import { planWriting, writtenNotes } from '../text/planWriting';
import { runModel, type ModelRun, type RunOptions } from './runModel';
import type { KnownRun } from './runStore';
import { tokenize, tokensOfContinued, tokensOfOutput, type ModelInput } from '../text/tokenize';

/** How a text is explained. */
export interface ExplainOptions extends Omit<RunOptions, 'plan'> {
  /** What an encoder-decoder is to write. */
  readonly writing?: Writing;
  /** Which of the parts that a graph computes side by side is shown, counted from 1. */
  readonly part?: number;
  /** Is told what is known of the run before the model runs, where its tokens are. */
  readonly expect?: (expected: Explanation) => void;
}

/** The answer to `explain`, without what the caller adds (the run's name and the load time), and what is kept of the run. */
export interface ExplainedText {
  readonly explanation: Omit<Explanation, 'run' | 'times'>;
  readonly known: KnownRun;
  /** Milliseconds that the model's run took. */
  readonly runTime: number;
}

/**
 * Runs a model on a text: its tokens, the attention of every head, and what it holds likely next.
 * @throws {InferenceFault} where the text has no tokens or the runtime fails.
 */
export async function explainText(model: OpenModel, text: string, options: ExplainOptions): Promise<ExplainedText> {
  const open = textModel(model);
  const plan = open.writing && planWriting(open, open.writing, options.writing);
  const { types, ...input } = await tokenize(open, text, { chat: options.chat, second: options.textPair, plan });
  if (input.tokens.length === 0) {
    throw new InferenceFault(InferenceErrorCode.text, `${open.info.id} has no tokens for this text; select some more.`);
  }
  const started = performance.now();
  const ids = withTypes(
    input.tokens.map(token => token.id),
    types,
  );
  const newTokens =
    open.info.task === 'text-generation'
      ? Math.min(options.newTokens ?? 0, open.info.contextLength - ids.length - 1)
      : 0;
  const expected = newTokens > 0 ? undefined : expectedRun(open, input);
  if (expected) options.expect?.(expected);
  const run = await runModel(open, ids, { ...options, plan, newTokens: Math.max(0, newTokens) }).catch(
    (error: unknown) => {
      throw new InferenceFault(
        InferenceErrorCode.run,
        `${open.info.id} failed while it ran on this text; see the log for the reason, or select another part.`,
        error,
      );
    },
  );
  const runTime = performance.now() - started;
  const overview = 'kept' in run.attention ? run.attention.kept.map(overviewOf) : run.attention.overview;
  const attention =
    'kept' in run.attention
      ? new KeptAttention(run.attention.kept)
      : new AttentionOnDemand(overview, run.continuedIds ?? ids, run.outputIds);
  const predicts = predictionKinds[open.info.task];
  const continued =
    run.continuedIds &&
    tokensOfContinued(open, input.text, run.continuedIds, ids.length, options.chat ? input.tokens : undefined);
  const endsHere =
    run.continuedIds?.length === ids.length ? `${open.info.id} ends the text here, so it wrote nothing.` : undefined;
  const output = run.outputIds && tokensOfOutput(open, run.outputIds);
  return {
    explanation: {
      model: open.info,
      ...input,
      ...(continued && !endsHere ? { ...continued, writtenFrom: ids.length } : {}),
      output,
      ...(input.pair && (await saidOfPair(open, input.pair, input, run.outputs))),
      notes: [...(input.notes ?? []), ...(plan ? writtenNotes(open, plan, run) : notesOf(open, input, endsHere))],
      groups: groupsOf(overview),
      predictions: predicts ? predictionsOfRun(open, run, ids) : [],
      predictionsLater: run.hidden && predicts ? true : undefined,
      predicts,
      predictionsOf: run.outputIds ? 'output' : 'input',
      classes:
        open.info.task === 'text-classification'
          ? predictionsOf(open, run.logits, ids, run.logits?.columns)[0]
          : undefined,
    },
    known: {
      attention,
      hidden: run.hidden,
      ids: run.continuedIds ?? ids,
      outputIds: run.outputIds,
      texts: { input: continued ?? input, output },
    },
    runTime,
  };
}

function notesOf(open: OpenModel, { pair }: ModelInput, endsHere: string | undefined): string[] {
  if (endsHere) return [endsHere];
  return open.info.task === 'question-answering' && !pair
    ? [
        `${open.info.id} looks for an answer where it is given two texts: select a question and the text that answers it.`,
      ]
    : [];
}

/** What is said at each position, as far as it was computed: of the last alone where the others are asked for later. */
function predictionsOfRun(open: OpenModel, run: ModelRun, ids: readonly number[]): Prediction[][] {
  const all = predictionsOf(open, run.logits, ids);
  const length = run.hidden?.dims[1];
  return length === undefined ? all : Array.from({ length }, (_, i) => (i === length - 1 ? all[0] : []));
}

/** What the models of a task say at each position; none: they say nothing there. */
const predictionKinds: Partial<Record<Explanation['model']['task'], NonNullable<Explanation['predicts']>>> = {
  'text-generation': 'next',
  'text2text-generation': 'next',
  'fill-mask': 'here',
  'token-classification': 'class',
};
