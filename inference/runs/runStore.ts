import type { Tensor } from 'onnxruntime-node';
import { LruCache } from '../../core/cache/lruCache';
import type { TokenizedText } from '../../core/text/tokenizedText';
import type { RunAttention } from './runAttention';

/** What is kept of a run. */
export interface KnownRun {
  readonly attention: RunAttention;
  /** Of a long run: what its predictions are made of when they are asked for. */
  readonly hidden?: Tensor;
  /** The tokens that the model read, what it wrote itself behind them included. */
  readonly ids: readonly number[];
  /** What an encoder-decoder's decoder read. */
  readonly outputIds?: readonly number[];
  /** The text and the tokens in it; those of the output, where there is one. */
  readonly texts: { readonly input: TokenizedText; readonly output?: TokenizedText };
}

/** The runs of this process: kept within a number of bytes of tensors, which grow while their heads are looked at. */
export class RunStore<Kept extends Pick<KnownRun, 'attention' | 'hidden'> = KnownRun> extends LruCache<string, Kept> {
  /** @param bytes what all runs may take: a function is asked at each use. */
  constructor(bytes: number | (() => number)) {
    super(bytes, ({ attention, hidden }) => attention.bytes + (hidden ? bytesOf(hidden) : 0));
  }
}

/** So many runs are in use: what a panel shows and holds it against, twice. */
export const runsInUse = 4;

/**
 * Bytes that runs may take: a sixteenth of the limit, since what was looked at long ago is seldom looked at again and then
 * run again; more for those in use, which may be long, so that another run takes seconds: as models leave it, up to half.
 * @param models bytes that open models take.
 * @param inUse bytes that the {@link runsInUse} used last take.
 */
export function roomForRuns(limit: number, models: number, inUse: number): number {
  return Math.max(limit / 16, Math.min(inUse, limit / 2, limit - models));
}

function bytesOf({ data }: Tensor): number {
  return (data as Float32Array).byteLength;
}
