import type { TimeRange } from './transcript';

/** Loudness is taken over so many seconds, so often. */
const over = 0.03;
const each = 0.01;
/** What is so many decibels below the loudest is silence in any recording. */
const mostRange = 60;
/** The loudest is what so large a part of all is below, the quietest what so small a part is: a click is not speech. */
const loudestPart = 0.99;
const quietestPart = 0.1;
/** Where loudest and quietest lie nearer, in decibels, there is no silence to be told from speech. */
const leastRange = 12;
/** What lies above this part of the way from the quietest to the loudest sounds. */
const soundsFrom = 0.25;
/** A shorter silence is part of a word, as before a “t”; a shorter sound is none. */
const shortestPause = 0.1;
const shortestSound = 0.03;

/**
 * Where something sounds: what is louder than the recording's own silence, without pauses of a tenth of a second and more.
 * @returns stretches in seconds from the first sample, in order; one that holds everything where no silence can be told.
 */
export function soundStretches(samples: Float32Array, rate: number): TimeRange[] {
  const seconds = samples.length / rate;
  const loudness = loudnessOf(samples, rate);
  const sorted = Float32Array.from(loudness).sort();
  const part = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const loudest = part(loudestPart);
  const quietest = Math.max(part(quietestPart), loudest - mostRange);
  if (!(loudest - quietest >= leastRange)) return [{ start: 0, end: seconds }];
  const threshold = quietest + (loudest - quietest) * soundsFrom;
  const stretches: { start: number; end: number }[] = [];
  loudness.forEach((value, i) => {
    if (value < threshold) return;
    const [start, end] = [i * each, Math.min(seconds, (i + 1) * each)];
    const last = stretches.at(-1);
    if (last && start - last.end < shortestPause) last.end = end;
    else stretches.push({ start, end });
  });
  return stretches.filter(({ start, end }) => end - start >= shortestSound);
}

/** Decibels of each hundredth of a second, over the three around it. */
function loudnessOf(samples: Float32Array, rate: number): Float32Array {
  const steps = Math.max(1, Math.ceil(samples.length / (each * rate)));
  const loudness = new Float32Array(steps);
  for (let step = 0; step < steps; step++) {
    const middle = (step + 0.5) * each * rate;
    const from = Math.max(0, Math.round(middle - (over * rate) / 2));
    const to = Math.min(samples.length, Math.round(middle + (over * rate) / 2));
    let energy = 0;
    for (let i = from; i < to; i++) energy += samples[i] ** 2;
    loudness[step] = 10 * Math.log10(energy / Math.max(1, to - from) + 1e-12);
  }
  return loudness;
}
