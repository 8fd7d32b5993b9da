import type { KeyValueCache } from './keyValueCache';

/** What several runs gave: the middle, and the quartiles below and above it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What one pass over a text of a length takes, measured. Times in milliseconds. */
export interface LengthCost {
  readonly length: number;
  /** How many runs the numbers are of. */
  readonly runs: number;
  /**
   * Nodes that read or write a number for each pair of positions, and fused attention: the medians of each over the runs, added
   * up, so that a node during which the machine did something else counts in none.
   */
  readonly attention: Spread;
  /** All other nodes, likewise. */
  readonly rest: Spread;
  /** The whole pass without the runtime's profile. */
  readonly whole: Spread;
  /** How many nodes ran in each. */
  readonly nodes: { readonly attention: number; readonly rest: number };
  /**
   * The most bytes that the runtime's own allocator held beyond what it holds between runs, while nodes of each ran; absent
   * where it does not tell.
   */
  readonly memory?: { readonly attention: number; readonly rest: number };
}

/** What can be measured of a model. */
export interface CostPlan {
  /** The lengths that are measured, the shortest first; none where it cannot be. */
  readonly lengths: readonly number[];
  /** Why it cannot be measured, or no further, in sentences. */
  readonly notes: readonly string[];
  /** Which part of the model is run, where it is not the whole. */
  readonly part?: string;
  /** The longest text that the model reads. */
  readonly context: number;
  /** Of the layer with the most: its scores are heads × n² numbers of 4 bytes. */
  readonly heads: number;
  readonly layers: number;
  /** What its cache takes, or why it has none, in a sentence. */
  readonly cache: KeyValueCache | string;
  /** "Intel Xeon Platinum, 8 cores", and the runtime's version. */
  readonly machine: string;
}

/** What was measured of a model, as files tell of it. */
export interface MeasuredCost {
  readonly plan: CostPlan;
  readonly points: readonly LengthCost[];
}

/** The shortest text that is measured: shorter ones take what a run takes for itself. */
const shortest = 16;

/** Half octaves from the shortest length to the longest, which is the last. */
export function lengthsUpTo(longest: number): number[] {
  const lengths: number[] = [];
  for (let length = shortest; length < longest; length *= 2) {
    lengths.push(length);
    if (length * 1.5 < longest) lengths.push(length * 1.5);
  }
  return longest >= shortest ? [...lengths, longest] : [];
}

/** The middle of some numbers and their quartiles; between two of them by a straight line. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Spreads of parts as that of the whole. */
export function addSpreads(spreads: readonly Spread[]): Spread {
  const sum = (of: keyof Spread) => spreads.reduce((total, spread) => total + spread[of], 0);
  return { median: sum('median'), low: sum('low'), high: sum('high') };
}

/** Bytes of the scores of the layer with the most heads: float32, one for each pair of positions. */
export function scoreBytes({ heads }: CostPlan, length: number): number {
  return heads * length ** 2 * 4;
}

/** Bytes of the keys and values of all layers for so many tokens. */
export function cacheBytes({ tokenBytes }: KeyValueCache, tokens: number): number {
  return tokenBytes * tokens;
}
