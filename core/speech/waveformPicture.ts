import { peaksPerSecond, type SpeechWord, type TimeRange } from './transcript';
import { formatTime } from './formatTime';

/** What a picture of a waveform shows. */
export interface WaveformContent {
  /** The stretch of time that is in sight. */
  readonly view: TimeRange;
  readonly peaks: Float32Array;
  readonly words: readonly SpeechWord[];
  /** The word that the heat is of. */
  readonly chosen?: SpeechWord;
  /** The time that is looked from, where the heat is the encoder's. */
  readonly moment?: number;
  /** [frame] from `start` on. */
  readonly heat?: { readonly start: number; readonly framesPerSecond: number; readonly values: Float32Array };
}

/** Its parts, in units of the picture. */
export interface WaveformPicture {
  readonly bars: readonly { readonly x: number; readonly width: number; readonly height: number }[];
  readonly heat: readonly { readonly x: number; readonly width: number; readonly opacity: number }[];
  readonly words: readonly { readonly x: number; readonly width: number; readonly word: SpeechWord }[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

/** The most heat covers what is below so much. */
const mostOpaque = 0.8;
/** The loudest bar takes so much of the height: heat is seen above and below it. */
export const loudestBar = 0.8;
/** Bars are at least so wide, ticks at least so far apart. */
const leastBar = 2;
const tickDistance = 70;

/**
 * Lays a waveform out: bars as high as the peaks (1: the loudest of the audio), heat behind them, words and times below.
 * @param width of the picture.
 */
export function waveformPicture({ view, peaks, words, heat }: WaveformContent, width: number): WaveformPicture {
  const perSecond = width / (view.end - view.start);
  const x = (seconds: number) => (seconds - view.start) * perSecond;
  return {
    bars: bars(view, peaks, width, x),
    heat: heatColumns(view, heat, x),
    words: wordPlaces(view, words, width, x),
    ticks: ticks(view, perSecond, x),
  };
}

type Place = (seconds: number) => number;

function bars({ start, end }: TimeRange, peaks: Float32Array, width: number, x: Place): WaveformPicture['bars'] {
  const loudest = peaks.reduce((most, peak) => Math.max(most, peak), 0) || 1;
  const each = Math.max(1, Math.ceil((leastBar * (end - start) * peaksPerSecond) / width));
  const out: { x: number; width: number; height: number }[] = [];
  // Steps begin at the same peaks wherever the view lies, so that bars do not flicker as it moves.
  for (
    let from = Math.max(0, Math.floor((start * peaksPerSecond) / each) * each);
    from < Math.min(peaks.length, end * peaksPerSecond);
    from += each
  ) {
    let most = 0;
    for (let i = from; i < Math.min(peaks.length, from + each); i++) most = Math.max(most, peaks[i]);
    const left = x(from / peaksPerSecond);
    out.push({ x: left, width: x((from + each) / peaksPerSecond) - left, height: most / loudest });
  }
  return out;
}

function heatColumns({ start, end }: TimeRange, heat: WaveformContent['heat'], x: Place): WaveformPicture['heat'] {
  if (!heat) return [];
  const largest = heat.values.reduce((most, value) => Math.max(most, value), 0);
  if (largest <= 0) return [];
  return Array.from(heat.values, (value, frame) => ({
    value,
    from: heat.start + frame / heat.framesPerSecond,
    to: heat.start + (frame + 1) / heat.framesPerSecond,
  }))
    .filter(({ value, from, to }) => to > start && from < end && value > largest / 250)
    .map(({ value, from, to }) => ({ x: x(from), width: x(to) - x(from), opacity: (value / largest) * mostOpaque }));
}

/** What is in sight of each word. */
function wordPlaces(
  { start, end }: TimeRange,
  words: readonly SpeechWord[],
  width: number,
  x: Place,
): WaveformPicture['words'] {
  return words
    .filter(word => word.end > start && word.start < end)
    .map(word => {
      const left = Math.max(0, x(word.start));
      return { x: left, width: Math.max(1, Math.min(width, x(word.end)) - left), word };
    });
}

function ticks({ start, end }: TimeRange, perSecond: number, x: Place): WaveformPicture['ticks'] {
  const step =
    [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].find(
      seconds => seconds * perSecond >= tickDistance,
    ) ?? 3600;
  const out: { x: number; label: string }[] = [];
  for (let i = Math.ceil(start / step); i * step <= end; i++) {
    out.push({ x: x(i * step), label: formatTime(i * step, step < 1 ? 1 : 0) });
  }
  return out;
}
