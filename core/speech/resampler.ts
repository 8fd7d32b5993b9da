/** Zero crossings of the kernel at each side. */
const crossings = 16;

/**
 * Samples at another rate, by a windowed sinc whose pass band ends below the lower of both Nyquist frequencies
 * (J. O. Smith, "Digital Audio Resampling"), piece by piece: what was read is let go once nothing that follows looks at it.
 * The kernel is computed once for each phase.
 */
export class Resampler {
  private readonly step: number;
  private readonly phases: number;
  private readonly half: number;
  private readonly kernels: readonly Float64Array[];
  /** Samples that are still looked at, and how many came before them. */
  private held: Float32Array = new Float32Array(0);
  private before = 0;
  private given = 0;

  constructor(
    private readonly from: number,
    private readonly to: number,
  ) {
    const divisor = gcd(from, to);
    [this.step, this.phases] = [from / divisor, to / divisor];
    const cutoff = Math.min(1, to / from) * 0.95;
    this.half = Math.ceil(crossings / cutoff);
    this.kernels =
      from === to
        ? []
        : Array.from({ length: this.phases }, (_, phase) => kernel(phase / this.phases, cutoff, this.half));
  }

  /** The next samples; the answer is what can be told by now. */
  add(samples: Float32Array): Float32Array {
    if (this.from === this.to) return samples;
    this.held = joined([this.held, samples]);
    const there = this.before + this.held.length;
    // The last sample whose kernel ends before what is still to come.
    const most = Math.floor(((there - this.half) * this.phases - 1) / this.step) + 1;
    return this.take(Math.max(this.given, most));
  }

  /** The rest, once no more samples come. */
  end(): Float32Array {
    if (this.from === this.to) return new Float32Array(0);
    const there = this.before + this.held.length;
    return this.take(Math.max(this.given, Math.max(1, Math.round((there * this.to) / this.from))));
  }

  private take(until: number): Float32Array {
    const { step, phases, half, kernels, held, before } = this;
    const out = new Float32Array(until - this.given);
    for (let i = 0; i < out.length; i++) {
      const position = (this.given + i) * step;
      const weights = kernels[position % phases];
      const first = Math.floor(position / phases) - half + 1 - before;
      let sum = 0;
      for (let k = Math.max(0, -first), at = first + k; k < weights.length && at < held.length; k++, at++) {
        sum += weights[k] * held[at];
      }
      out[i] = sum;
    }
    this.given = until;
    const needed = Math.floor((until * step) / phases) - half + 1;
    const gone = Math.min(held.length, Math.max(0, needed - before));
    this.held = held.slice(gone);
    this.before += gone;
    return out;
  }
}

/** All pieces, one behind the other. */
export function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** All channels as one: their mean. */
export function mixDown(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const out = new Float32Array(channels[0]?.length ?? 0);
  for (const channel of channels) for (let i = 0; i < out.length; i++) out[i] += channel[i] / channels.length;
  return out;
}

/** Weights of the samples around a place that lies `fraction` behind one of them; they sum to 1. */
function kernel(fraction: number, cutoff: number, half: number): Float64Array {
  const weights = new Float64Array(2 * half);
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    const x = k - half + 1 - fraction;
    const hann = Math.abs(x) < half ? 0.5 + 0.5 * Math.cos((Math.PI * x) / half) : 0;
    sum += weights[k] = hann * (x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x));
  }
  return weights.map(weight => weight / sum);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
