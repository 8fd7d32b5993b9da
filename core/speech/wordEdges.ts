import type { TimeRange } from './transcript';

/** A word is no shorter, as far as there is room, and for each of its letters by so much. */
const shortest = 0.06;
const shortestLetter = 0.02;
/** Attention goes over to a word so many seconds after it has begun, where no pause tells: measured on espeak-ng's speech. */
const late = 0.1;
/** A pause may lie within a word at the cost of its length; a longer one never does. */
const longestWithin = 0.25;
/** What sounds but is left without a word costs so large a part of its length: it is rather a word than a breath. */
const silentWord = 0.5;

/** A word where attention places it. */
export interface PlacedWord extends TimeRange {
  readonly text: string;
}

/**
 * Words clamped to where something sounds: each pause lies between the two words whose border is nearest to it, and these
 * end and begin with the sound. No word is empty, lies over a pause, or overlaps the next.
 * @param words in order, where attention places them, in seconds; punctuation takes no time.
 * @param sounds where something sounds (`soundStretches`), in seconds, in order.
 * @returns for each word where it sounds.
 */
export function wordEdges(words: readonly PlacedWord[], sounds: readonly TimeRange[]): TimeRange[] {
  if (words.length === 0) return [];
  if (sounds.length === 0) return words.map(({ start, end }) => ({ start, end }));
  const borders = bordersOf(words);
  const edges: TimeRange[] = [];
  const pauses = sounds.slice(1).map(({ start }, i) => ({ start: sounds[i].end, end: start }));
  const borderOf = pausesToBorders(
    pauses,
    borders,
    sounds.map(({ start, end }) => end - start),
  );
  // Stretches between pauses that are taken, each with its words.
  let [from, first] = [sounds[0].start, 0];
  const close = (to: number, next: number) => {
    if (next > first) edges.push(...within(words.slice(first, next), from, to));
    first = next;
  };
  borderOf.forEach((border, i) => {
    if (border === undefined) return;
    close(pauses[i].start, border);
    from = pauses[i].end;
  });
  close(sounds.at(-1)!.end, words.length);
  return edges;
}

/** [border]: where one word has ended and the next has not begun; the first lies before all words, the last behind them. */
function bordersOf(words: readonly PlacedWord[]): TimeRange[] {
  const borders = words.map(({ start }, i) => ({ start: i === 0 ? -Infinity : words[i - 1].end, end: start }));
  return [...borders, { start: words.at(-1)!.end, end: Infinity }];
}

/**
 * For each pause the border it lies at, or undefined for one within a word: the cheapest of all ways in which borders
 * follow each other as pauses do, by the distances in time. Several pauses may lie at one border: between them sounds what
 * is no word, which costs as well.
 * @param lengths of what sounds before, between and behind the pauses.
 */
function pausesToBorders(
  pauses: readonly TimeRange[],
  borders: readonly TimeRange[],
  lengths: readonly number[],
): (number | undefined)[] {
  const count = borders.length;
  /** [border]: where the last pause so far lies at it, or no pause yet at the first. */
  let costs = new Float64Array(count).fill(Infinity);
  costs[0] = 0;
  const ways: { readonly from: Int32Array; readonly skipped: Uint8Array }[] = [];
  pauses.forEach((pause, i) => {
    const length = pause.end - pause.start;
    const within = length < longestWithin ? length : Infinity;
    const next = new Float64Array(count);
    const from = new Int32Array(count);
    const skipped = new Uint8Array(count);
    let best = 0;
    for (let border = 0; border < count; border++) {
      const wordless = costs[border] + lengths[i] * silentWord;
      const way = border > 0 && costs[best] <= wordless ? best : border;
      const taken = (way === border ? wordless : costs[best]) + distance(pause, borders[border]);
      const left = costs[border] + within;
      [next[border], from[border], skipped[border]] = left < taken ? [left, border, 1] : [taken, way, 0];
      if (costs[border] < costs[best]) best = border;
    }
    ways.push({ from, skipped });
    costs = next;
  });
  costs[count - 1] += lengths.at(-1)! * silentWord;
  let border = costs.indexOf(costs.reduce((least, cost) => Math.min(least, cost), Infinity));
  const found: (number | undefined)[] = [];
  for (const { from, skipped } of ways.reverse()) {
    found.unshift(skipped[border] === 1 ? undefined : border);
    border = from[border];
  }
  return found;
}

/** Seconds between two ranges; 0 where they overlap. */
function distance(one: TimeRange, other: TimeRange): number {
  return Math.max(0, one.start - other.end, other.start - one.end);
}

/** Words of one stretch without a pause: they follow each other from its start to its end, each with some length. */
function within(words: readonly PlacedWord[], from: number, to: number): TimeRange[] {
  const wanted = words.map(({ text }) => shortest + shortestLetter * [...text].length);
  const room = (to - from) / wanted.reduce((sum, length) => sum + length, 0);
  const least = wanted.map(length => length * Math.min(1, room));
  const starts = words.map(({ start }, i) => (i === 0 ? from : (words[i - 1].end + start) / 2 - late));
  for (let i = 1; i < starts.length; i++) starts[i] = Math.max(starts[i], starts[i - 1] + least[i - 1]);
  for (let i = starts.length - 1, end = to; i > 0; i--) {
    starts[i] = Math.min(starts[i], end - least[i]);
    end = starts[i];
  }
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? to }));
}
