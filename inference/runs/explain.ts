import { informativeHead } from '../../core/attention/informativeHead';
import { poolMaximum } from '../../core/attention/poolMaximum';
import type { AttentionGroup, Explanation, LayerAttention, Prediction } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { explainGraph } from '../graph/explainGraph';
import { expectedRun } from './expectedRun';
import { InferenceFault } from '../models/inferenceFault';
import { classNames } from '../text/classNames';
import { likeliestTokens } from '../text/likeliestTokens';
import type { Writing } from '../../core/models/writing';
import type { OpenModel } from '../models/openModel';
import { AttentionOnDemand } from './attentionOnDemand';
import { thumbnailSize } from '../models/attentionSession';
import { KeptAttention } from './keptAttention';
import type { LayerOverview, LayerTensor } from '../models/recorder';
import { planWriting, writtenNotes } from '../text/planWriting';
import { runModel, type ModelRun, type RunOptions } from './runModel';
import type { KnownRun } from './runStore';
import { tokenize, tokensOfContinued, tokensOfOutput, tokenText } from '../text/tokenize';

/** How many predictions each position gets. */
const predictionsPerPosition = 5;

/** The answer to `explain`, without what the caller adds (the run's name and the load time), and what is kept of the run. */
export interface ExplainedText {
  readonly explanation: Omit<Explanation, 'run' | 'times'>;
  readonly known: KnownRun;
  /** Milliseconds that the model's run took. */
  readonly runTime: number;
}

/**
 * Runs a model on a text: its tokens, the attention of every head, and what it holds likely next.
 * @param options `expect` is told what is known of the run before the model runs, where its tokens are.
 * @throws {InferenceFault} where the text has no tokens or the runtime fails.
 */
export async function explain(
  open: OpenModel,
  text: string,
  options: Omit<RunOptions, 'plan'> & { readonly writing?: Writing; readonly expect?: (expected: Explanation) => void },
): Promise<ExplainedText> {
  if (open.graph) return explainGraph(open, open.graph, text);
  const plan = open.writing && planWriting(open, open.writing, options.writing);
  const input = tokenize(open, text, options.chat, plan);
  if (input.tokens.length === 0) {
    throw new InferenceFault(InferenceErrorCode.text, `${open.info.id} has no tokens for this text; select some more.`);
  }
  const started = performance.now();
  const ids = input.tokens.map(token => token.id);
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
  const output = run.outputIds && tokensOfOutput(open, run.outputIds);
  return {
    explanation: {
      model: open.info,
      ...input,
      ...(continued ? { ...continued, writtenFrom: ids.length } : {}),
      output,
      notes: plan ? writtenNotes(open, plan, run) : input.notes,
      groups: groupsOf(overview),
      predictions: predicts ? predictionsOf(open, run.logits) : [],
      predicts,
      predictionsOf: run.outputIds ? 'output' : 'input',
      classes: open.info.task === 'text-classification' ? classesOf(open, run.logits) : undefined,
    },
    known: {
      attention,
      ids: run.continuedIds ?? ids,
      outputIds: run.outputIds,
      texts: { input: continued ?? input, output },
    },
    runTime,
  };
}

/** What a panel shows of attention at first. */
export function groupsOf(overview: readonly LayerOverview[]): AttentionGroup[] {
  const kinds = [...new Set(overview.map(layer => layer.kind))];
  return kinds.map(kind => {
    const layers = overview.filter(layer => layer.kind === kind);
    const queries = kind === 'decoder' || kind === 'cross' ? 'output' : 'input';
    const keys = kind === 'decoder' ? 'output' : 'input';
    return {
      kind,
      causal: layers.every(layer => layer.causal) || kind === 'decoder',
      queries,
      keys,
      layers: layers.map(({ layer, heads, queries, keys, thumbnails }): LayerAttention => ({
        layer,
        heads,
        queries,
        keys,
        thumbnails,
      })),
      first: informativeHead(layers, queries === keys),
    };
  });
}

/** A layer's heads, made small. */
export function overviewOf({ data, ...layer }: LayerTensor): LayerOverview {
  const { heads, queries, keys } = layer;
  const pooled = Array.from({ length: heads }, (_, head) =>
    poolMaximum(data.subarray(head * queries * keys, (head + 1) * queries * keys), queries, keys, thumbnailSize),
  );
  const { rows, columns } = pooled[0];
  const thumbnails = new Float32Array(heads * rows * columns);
  pooled.forEach((thumbnail, head) => thumbnails.set(thumbnail.data, head * rows * columns));
  return { ...layer, thumbnails: { rows, columns, data: thumbnails } };
}

/** What the models of a task say at each position; none: they say nothing there. */
const predictionKinds: Partial<Record<Explanation['model']['task'], NonNullable<Explanation['predicts']>>> = {
  'text-generation': 'next',
  'text2text-generation': 'next',
  'fill-mask': 'here',
  'token-classification': 'class',
};

/** The likeliest tokens, or classes, of each position. */
export function predictionsOf(open: OpenModel, logits: ModelRun['logits']): Prediction[][] {
  if (!logits) return [];
  const classes = open.info.task === 'token-classification' ? classNames(open) : undefined;
  return Array.from({ length: logits.rows }, (_, row) =>
    likeliestTokens(logits.data, row, logits.columns, predictionsPerPosition).map(({ id, probability }) => ({
      id,
      text: classes ? classes(id) : tokenText(open, id),
      probability,
    })),
  );
}

function classesOf(open: OpenModel, logits: ModelRun['logits']): Prediction[] | undefined {
  if (!logits) return undefined;
  const name = classNames(open);
  return likeliestTokens(logits.data, 0, logits.columns, logits.columns).map(({ id, probability }) => ({
    id,
    text: name(id),
    probability,
  }));
}
