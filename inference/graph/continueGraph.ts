import { continuedInputs } from '../../core/graph/continuedInputs';
import type { GivenInputs } from '../../core/graph/graphInputs';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { lastLogits, type Logits } from '../models/recorder';
import { saysNext } from '../models/saysNext';
import { declaredInputs } from './declaredInputs';
import type { GraphModel } from './graphModel';
import { idsInput } from './idsInput';
import { runGraph } from './runGraph';

/** Inputs that a graph wrote on. */
export interface ContinuedGraph {
  /** The inputs, longer; all of them were read. */
  readonly json: string;
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
 * @param said what the graph said of them.
 * @param name the input that is written on ({@link writableInput}).
 * @param isCancelled asked before each item.
 * @throws {InferenceFault} where another input that is as long was given, too, and so cannot grow with it.
 */
export async function continueGraph(
  open: GraphModel,
  json: string,
  { arrays, labels, vocabulary }: GivenInputs,
  said: Logits,
  name: string,
  count: number,
  isCancelled: () => boolean,
): Promise<ContinuedGraph> {
  const given = Array.from(arrays.get(name)!.data, Number);
  const written = [likeliest(said)];
  const longer = (items: readonly number[]) =>
    continuedInputs(
      json,
      name,
      [...given, ...items],
      labels && [...labels, ...items.map(id => vocabulary?.[id] ?? String(id))],
    );
  // Of the items only those are shown that were read, too: the last one that is written is not.
  for (let i = 1; i <= count && !isCancelled(); i++) {
    try {
      const { recorder } = await runGraph(open, longer(written), { wants: () => false, logitsAt: lastLogits });
      written.push(likeliest(recorder.logits()!));
    } catch (error) {
      if (!(error instanceof InferenceFault)) throw error;
      if ((error.code as InferenceErrorCode) === InferenceErrorCode.text) throw cannotGrow(open, error);
      const most = given.length + i - 1;
      return {
        json: longer(written.slice(0, -1)),
        note: `${open.info.id} reads at most ${most.toLocaleString('en')} positions, so it wrote no further.`,
      };
    }
  }
  return { json: longer(written.slice(0, -1)) };
}

/** The number that the last row holds likeliest. */
function likeliest({ data, columns }: Logits): number {
  const row = data.subarray(data.length - columns);
  return row.reduce((best, value, id) => (value > row[best] ? id : best), 0);
}

function cannotGrow({ info }: GraphModel, cause: InferenceFault): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.text,
    `${info.id} cannot be continued, since another input was given as long as the sequence; leave out masks and positions, which then grow with it.`,
    cause,
  );
}
