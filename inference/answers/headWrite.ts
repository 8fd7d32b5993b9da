import type { HeadAddress } from '../../core/run/explanation';
import type { OpenModel } from '../models/openModel';
import { lastLogits, type Recorder } from '../models/recorder';
import { runOnce } from '../runs/runModel';
import { headOf, type HeadNumbers } from './headOperands';

/** What is added to the residual stream at each place of a layer's queries: [position][width]. */
export interface HeadWrite {
  /** By the head: what its layer writes less what it writes with the head switched off, all else the same. */
  readonly head: HeadNumbers;
  /** By all heads of the layer, with the output projection's bias. */
  readonly layer: HeadNumbers;
  /** The stream that this is added to. */
  readonly stream: HeadNumbers;
}

/**
 * What the head's output comes to in the residual stream. The projection of all heads is linear, so what one head gives is
 * what is missing where it is off; earlier layers, and with them the stream, stay as they are.
 * @param recorder a run that recorded the layer's tensors.
 * @returns undefined where the model's graph does not show it.
 */
export async function headWrite(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  { kind, layer, head }: HeadAddress,
  recorder: Recorder,
): Promise<HeadWrite | undefined> {
  const of = (run: Recorder, what: 'write' | 'stream') => headOf(run.tensor(kind, layer, what), 0);
  const [write, stream] = [of(recorder, 'write'), of(recorder, 'stream')];
  // Where tokens stand in windows, a query's place in the stream is another one.
  if (!write || !stream || write.rows !== recorder.tensor(kind, layer, 'query')?.queries) return undefined;
  const off = await runOnce(open, ids, outputIds, {
    wants: (k, l, what) => k === kind && l === layer && what === 'write',
    off: (k, l) => [k === kind && l === layer ? [head] : []],
    logitsAt: lastLogits,
  });
  const without = of(off, 'write');
  return (
    without && {
      head: { ...write, data: write.data.map((value, i) => value - without.data[i]) },
      layer: write,
      stream,
    }
  );
}
