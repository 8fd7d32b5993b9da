import type { AttentionKind } from '../attention/attentionKind';
import type { AlignedPlace } from '../attention/compare/alignSequences';
import type { ChangedPrediction, SequenceName } from './explanation';

/** What of a run is taken from another: the stream that enters a layer, what a feed-forward part adds, a head's result, a head's probabilities. */
export type PatchPart = 'residual' | 'feedForward' | 'head' | 'attention';

/** One thing that is taken from the other run. */
export interface PatchCell {
  readonly part: PatchPart;
  /** Of the residual stream also the number of layers: what the final norm reads. */
  readonly layer: number;
  /** Of `head` and `attention`. */
  readonly head?: number;
  /** A token of the run that is shown; of `attention` a query. Absent: all that both runs have. */
  readonly place?: number;
}

/** Gaussian noise on the embeddings of some tokens, in place of another text (Meng et al. 2022, “Locating and Editing Factual Associations in GPT”). */
export interface PatchNoise {
  /** The tokens that are disturbed. */
  readonly tokens: readonly number[];
  /** Standard deviation of the noise, as a multiple of that of the text's own embeddings. */
  readonly strength: number;
  readonly seed: number;
  /** How many draws the numbers are the mean of. */
  readonly samples: number;
}

/** Which number of what the model says tells how much of the difference is brought back. */
export type PatchMetric =
  | { readonly by: 'logits'; readonly token: number; readonly minus: number }
  | { readonly by: 'logProbability'; readonly token: number }
  /** D(clean‖patched). */
  | { readonly by: 'divergence' };

/**
 * Two runs between which something is patched: the one that is shown is the clean one, the other, or the same with noise, the
 * corrupted one. `denoise`: what the clean run had is put into the corrupted; `noise`: the other way round (Heimersheim and
 * Nanda 2024, “How to use and interpret activation patching”).
 */
export interface PatchPair {
  readonly kind: AttentionKind;
  readonly direction: 'denoise' | 'noise';
  /** Absent: the other run is the partner. */
  readonly noise?: PatchNoise;
  /** A position of the clean run; the corrupted run is looked at where the same stands in it. */
  readonly position: number;
}

/** What can be patched between two runs, and what they say. */
export interface PatchPlan {
  /** The tokens of the kind's stream. */
  readonly sequence: SequenceName;
  /** The tokens of both runs beside each other; those that only one has are left out. */
  readonly places: readonly AlignedPlace[];
  /** The corrupted run's tokens, as they read. */
  readonly otherTokens: readonly string[];
  /** The parts that the graph does not let be changed, each with a sentence. */
  readonly missing: Partial<Readonly<Record<PatchPart, string>>>;
  /** What clean and corrupted run say at the position, the likeliest of each. */
  readonly said: readonly PatchSaid[];
  /** The metric that is proposed: what the clean run says first less what the corrupted says first, where these differ. */
  readonly proposed: PatchMetric;
}

/** How likely something is in the clean and in the corrupted run, and once it is patched. */
export interface PatchSaid extends Pick<ChangedPrediction, 'id' | 'text'> {
  readonly clean: number;
  readonly corrupted: number;
  readonly patched?: number;
}

/** What patches do to a metric. */
export interface PatchValues {
  readonly clean: number;
  readonly corrupted: number;
  /** The metric with each patch. Normalised it is (patched − corrupted) / (clean − corrupted): 0 as corrupted, 1 as clean. */
  readonly patched: Float32Array;
}
