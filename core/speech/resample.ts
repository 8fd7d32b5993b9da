/** Zero crossings of the kernel at each side. */
const crossings = 16;

/**
 * Samples at another rate, by a windowed sinc whose pass band ends below the lower of both Nyquist frequencies
 * (J. O. Smith, "Digital Audio Resampling"). The kernel is computed once for each phase.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const divisor = gcd(from, to);
  const [step, phases] = [from / divisor, to / divisor];
  const cutoff = Math.min(1, to / from) * 0.95;
  const half = Math.ceil(crossings / cutoff);
  const kernels = Array.from({ length: phases }, (_, phase) => kernel(phase / phases, cutoff, half));
  const out = new Float32Array(Math.max(1, Math.round((samples.length * to) / from)));
  for (let i = 0; i < out.length; i++) {
    const position = i * step;
    const whole = Math.floor(position / phases);
    const weights = kernels[position % phases];
    let sum = 0;
    for (
      let k = Math.max(0, half - 1 - whole), at = whole - half + 1 + k;
      k < weights.length && at < samples.length;
      k++, at++
    ) {
      sum += weights[k] * samples[at];
    }
    out[i] = sum;
  }
  return out;
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
