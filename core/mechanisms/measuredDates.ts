import { mechanismIds, type MechanismId } from './mechanisms';
import { wilsonInterval } from './wilsonInterval';
import { dateParts, distanceOf, type WrittenDate } from './writeDates';

/** What a model's graph says of its work. */
export interface GraphFacts {
  /** Places that are read one after another, and characters that are written so. */
  readonly reading: number;
  readonly writing: number;
  /** Matrix products that follow each other, and how many more for each further place. */
  readonly products: number;
  readonly productsEach: number;
  /** Bits that are kept of a text: `each` for every place that was read, or once for all of it. */
  readonly bits: number;
  readonly each: boolean;
}

/** How long one date took a model: milliseconds of all runs. */
export interface AnswerTimes {
  readonly text: string;
  readonly times: Readonly<Record<MechanismId, readonly number[]>>;
}

/** Dates that the four models wrote. */
export interface MeasuredDates {
  readonly seed: number;
  /** Those that are written so far. */
  readonly dates: readonly WrittenDate[];
  /** What each model wrote for them. */
  readonly outputs: Readonly<Record<MechanismId, readonly string[]>>;
  /** How many are to be written. */
  readonly count: number;
  /** Places that a text is filled up to. */
  readonly places: number;
  readonly facts: Readonly<Record<MechanismId, GraphFacts>>;
  readonly answer: AnswerTimes;
}

/** How many of a sample are right, and what that says of all: the 95 % interval. */
export interface Accuracy {
  readonly right: number;
  readonly of: number;
  readonly part: number;
  readonly low: number;
  readonly high: number;
}

/** A stretch of the axis, with how often each model is right there. */
export interface AccuracyBin {
  readonly from: number;
  readonly to: number;
  readonly of: number;
  /** Which parts of a date lie at such a distance. */
  readonly parts: readonly string[];
  readonly accuracy: Readonly<Record<MechanismId, Accuracy>>;
}

/** What accuracy is counted over. */
export const measuredAxes = ['length', 'distance'] as const;
export type MeasuredAxis = (typeof measuredAxes)[number];

/** What the axes are, in words. */
export const axisWords: Readonly<
  Record<MeasuredAxis, { readonly title: string; readonly unit: string; readonly right: string; readonly note: string }>
> = {
  length: {
    title: 'Right over length of the input',
    unit: 'characters',
    right: 'whole dates that are right',
    note: 'A date is right when all ten characters are.',
  },
  distance: {
    title: 'Right over distance',
    unit: 'steps',
    right: 'years, months, days that are right',
    note: 'Distance of a year, month or day: characters read after it, and characters of the answer written before it. Years lie at 0, months at 10 to 14, days mostly further: the curve compares parts as much as distances.',
  },
};

/** The first bin's beginning and each bin's width. */
const bins: Readonly<Record<MeasuredAxis, readonly [first: number, width: number]>> = {
  length: [8, 4],
  distance: [0, 5],
};

/** Of a sample. */
export function accuracyOf(right: number, of: number): Accuracy {
  const [low, high] = wilsonInterval(right, of);
  return { right, of, part: of === 0 ? 0 : right / of, low, high };
}

/** How often a model wrote the right date, of those that `counts` takes. */
export function rightDates(
  { dates, outputs }: MeasuredDates,
  id: MechanismId,
  counts: (date: WrittenDate) => boolean,
): Accuracy {
  let [right, of] = [0, 0];
  dates.forEach((date, i) => {
    if (!counts(date)) return;
    of++;
    if (outputs[id][i] === date.iso) right++;
  });
  return accuracyOf(right, of);
}

/** How often a model wrote a year, month or day right that lies so far back, or further. */
export function rightParts({ dates, outputs }: MeasuredDates, id: MechanismId, from: number, to = Infinity): Accuracy {
  let [right, of] = [0, 0];
  dates.forEach((date, i) => {
    dateParts.forEach((part, which) => {
      const distance = distanceOf(date, which);
      if (distance < from || distance > to) return;
      of++;
      if (outputs[id][i].slice(part.from, part.to) === date.iso.slice(part.from, part.to)) right++;
    });
  });
  return accuracyOf(right, of);
}

/** Accuracy over length or distance, in bins; those without a sample are left out. */
export function accuracyBins(measured: MeasuredDates, axis: MeasuredAxis): AccuracyBin[] {
  const [first, width] = bins[axis];
  const { dates } = measured;
  const values =
    axis === 'length'
      ? dates.map(({ text }) => text.length)
      : dates.flatMap(date => dateParts.map((_, part) => distanceOf(date, part)));
  const most = values.reduce((largest, value) => Math.max(largest, value), first);
  return Array.from({ length: Math.floor((most - first) / width) + 1 }, (_, i): AccuracyBin => {
    const [from, to] = [first + i * width, first + (i + 1) * width - 1];
    const of = (id: MechanismId) =>
      axis === 'length'
        ? rightDates(measured, id, ({ text }) => text.length >= from && text.length <= to)
        : rightParts(measured, id, from, to);
    const accuracy = byMechanism(of);
    const parts =
      axis === 'length'
        ? []
        : dateParts.filter((_, part) =>
            dates.some(date => distanceOf(date, part) >= from && distanceOf(date, part) <= to),
          );
    return { from, to: Math.min(to, most), of: accuracy.none.of, parts: parts.map(({ name }) => `${name}s`), accuracy };
  }).filter(bin => bin.of > 0);
}

/** Something of each of the four. */
export function byMechanism<Value>(of: (id: MechanismId) => Value): Record<MechanismId, Value> {
  return Object.fromEntries(mechanismIds.map(id => [id, of(id)])) as Record<MechanismId, Value>;
}

/** The middle one of all, and the middle half. @returns zeros without any. */
export function quartiles(values: readonly number[]): {
  readonly median: number;
  readonly low: number;
  readonly high: number;
} {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place - Math.floor(place));
  };
  return sorted.length === 0 ? { median: 0, low: 0, high: 0 } : { median: at(0.5), low: at(0.25), high: at(0.75) };
}
