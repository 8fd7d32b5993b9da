/** A window's end is looked for in its last part. */
const searched = 0.2;
/** Loudness is taken over so many seconds. */
const quietSeconds = 0.2;

/**
 * Cuts audio into windows no longer than a model takes, each at the quietest place of its last fifth, so that few words
 * are cut in two.
 * @param most samples of a window.
 * @returns where windows begin and end, in samples; they follow each other.
 */
export function audioWindows(samples: Float32Array, rate: number, most: number): { start: number; end: number }[] {
  const windows: { start: number; end: number }[] = [];
  let start = 0;
  while (samples.length - start > most) {
    const end = quietest(
      samples,
      start + Math.round(most * (1 - searched)),
      start + most,
      Math.round(rate * quietSeconds),
    );
    windows.push({ start, end });
    start = end;
  }
  windows.push({ start, end: samples.length });
  return windows;
}

/** The middle of the quietest stretch between two samples; of equal ones the last. */
function quietest(samples: Float32Array, from: number, to: number, length: number): number {
  let energy = 0;
  for (let i = from; i < Math.min(to, from + length); i++) energy += samples[i] ** 2;
  let [best, least] = [from, energy];
  for (let i = from; i + length < to; i++) {
    energy += samples[i + length] ** 2 - samples[i] ** 2;
    if (energy <= least) [best, least] = [i + 1, energy];
  }
  return best + Math.floor(length / 2);
}

/** The largest absolute value of each step of a waveform, `perSecond` a second. */
export function peaksOf(samples: Float32Array, rate: number, perSecond: number): Float32Array {
  const peaks = new Float32Array(Math.ceil((samples.length * perSecond) / rate));
  for (let i = 0; i < samples.length; i++) {
    const step = Math.floor((i * perSecond) / rate);
    const value = Math.min(1, Math.abs(samples[i]));
    if (value > peaks[step]) peaks[step] = value;
  }
  return peaks;
}
