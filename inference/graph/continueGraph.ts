import { continuedInputs } from '../../core/graph/continuedInputs';
import type { GivenInputs } from '../../core/graph/graphInputs';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { lastLogits, Recorder } from '../models/recorder';
import { saysNext } from '../models/saysNext';
import { declaredInputs } from './declaredInputs';
import { graphFeeds } from './graphFeeds';
import type { GraphModel } from './graphModel';
import { idsInput } from './idsInput';

/** Inputs that a graph wrote on. */
export interface ContinuedGraph {
  /** The inputs, longer. */
  readonly json: string;
  /** How many there were before. */
  readonly from: number;
  /** Why fewer were written than asked for, as a sentence. */
  readonly note?: string;
}

/** The input of ids that can be written on; undefined where the graph says nothing of what follows, or takes one length only. */
export function writableInput(open: GraphModel, { arrays }: GivenInputs, length: number): string | undefined {
  const name = saysNext(open) ? idsInput(arrays, length)?.name : undefined;
  const declared = declaredInputs(open.sessions.model).find(input => input.name === name);
  return declared?.shape.length === 2 && typeof declared.shape[1] !== 'number' ? name : undefined;
}

/**
 * Has a causal graph write on what it was given: item after item the likeliest, each read with all before it.
 * @param name the input that is written on ({@link writableInput}).
 * @param isCancelled asked before each item.
 * @throws {InferenceFault} where another input that is as long was given, too, and so cannot grow with it.
 */
export async function continueGraph(
  open: GraphModel,
  json: string,
  given: GivenInputs,
  name: string,
  count: number,
  isCancelled: () => boolean,
): Promise<ContinuedGraph> {
  const { model } = open.sessions;
  const ids = Array.from(given.arrays.get(name)!.data, Number);
  const from = ids.length;
  const known = [...ids];
  const labels = given.labels && [...given.labels];
  const longer = () => continuedInputs(json, name, ids, labels);
  for (let i = 0; i < count && !isCancelled(); i++) {
    const recorder = new Recorder(open, { wants: () => false, logitsAt: lastLogits });
    try {
      const { feeds } = i === 0 ? await graphFeeds(open, json) : await graphFeeds(open, longer());
      await model.run(feeds);
    } catch (error) {
      if (i > 0 && !(error instanceof InferenceFault)) {
        return {
          json: continuedInputs(json, name, known, labels?.slice(0, known.length)),
          from,
          note: endNote(open, known.length),
        };
      }
      throw i > 0 && error instanceof InferenceFault ? cannotGrow(open, error) : error;
    } finally {
      recorder.stop();
    }
    const logits = recorder.logits();
    if (!logits) break;
    known.splice(0, known.length, ...ids);
    const last = (logits.rows - 1) * logits.columns;
    let best = 0;
    for (let id = 1; id < logits.columns; id++) if (logits.data[last + id] > logits.data[last + best]) best = id;
    ids.push(best);
    labels?.push(given.vocabulary?.[best] ?? String(best));
  }
  return { json: longer(), from };
}

function endNote({ info }: GraphModel, most: number): string {
  return `${info.id} reads at most ${most.toLocaleString('en')} positions, so it wrote no further.`;
}

function cannotGrow({ info }: GraphModel, cause: InferenceFault): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.text,
    `${info.id} cannot be continued, since another input was given as long as the sequence; leave out masks and positions, which then grow with it.`,
    cause,
  );
}
