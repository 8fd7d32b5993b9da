import { SeededNumbers } from '../attention/mechanisms/seededNumbers';

/** The parts of a date, as ISO 8601 orders them, and where in “1943-03-14” they stand. */
export const dateParts = [
  { name: 'year', from: 0, to: 4 },
  { name: 'month', from: 5, to: 7 },
  { name: 'day', from: 8, to: 10 },
] as const;

/** A date in words, with its answer. */
export interface WrittenDate {
  readonly text: string;
  readonly iso: string;
  /** How it is written, such as “d month yyyy”. */
  readonly way: string;
  /** Whether it is written in a way that makes texts longer than those that the four models were trained on. */
  readonly long: boolean;
  /** Of year, month and day: the characters up to its end. */
  readonly ends: readonly number[];
}

/** Years that dates are drawn from: outside them no model reads any. */
export const firstYear = 1900;
export const lastYear = 2099;

const months = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/**
 * Ways to write a date: `d` and `m` in numbers, `dd` and `mm` with two digits, `dth` as an ordinal, `mon` and `month`,
 * `weekday`, `yyyy`. The models' training is not recorded; all that attend read these, the last one aside, as they read what
 * they were trained on.
 */
export const waysToWrite = [
  'd/m/yyyy',
  'dd.mm.yyyy',
  'd mon yyyy',
  'mon d yyyy',
  'd month yyyy',
  'month d, yyyy',
  'weekday, mon d, yyyy',
  'the dth of month, yyyy',
] as const;
/** 28 characters and more, which no training text seems to have had. */
export const longWay = 'weekday the dth of month, yyyy';
/** Every so many dates one is written so. */
const longEvery = 5;

/** Dates of 1900 to 2099 drawn evenly and written in ways drawn evenly, every fifth in the long one; the same for a seed everywhere. */
export function writeDates(count: number, seed: number): WrittenDate[] {
  const random = new SeededNumbers(seed);
  const first = Date.UTC(firstYear, 0, 1);
  const days = (Date.UTC(lastYear + 1, 0, 1) - first) / 86_400_000;
  return Array.from({ length: count }, (_, i) => {
    const date = new Date(first + Math.floor(random.uniform() * days) * 86_400_000);
    const way = waysToWrite[Math.floor(random.uniform() * waysToWrite.length)];
    return writeDate(date, i % longEvery === longEvery - 1 ? longWay : way);
  });
}

/** A day as a way writes it. @param date midnight UTC. */
export function writeDate(date: Date, way: string): WrittenDate {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const name = months[month];
  /** What stands for each word of a way, and which part of the date it is. */
  const words: Readonly<Record<string, readonly [text: string, part?: number]>> = {
    yyyy: [String(year), 0],
    m: [String(month + 1), 1],
    mm: [two(month + 1), 1],
    mon: [name.slice(0, 3), 1],
    month: [name, 1],
    d: [String(day), 2],
    dd: [two(day), 2],
    dth: [ordinal(day), 2],
    weekday: [weekdays[date.getUTCDay()]],
  };
  const ends = [0, 0, 0];
  let text = '';
  for (const [word] of way.matchAll(/[a-z]+|[^a-z]+/g)) {
    const [written, part] = words[word] ?? [word];
    text += written;
    if (part !== undefined) ends[part] = text.length;
  }
  return { text, iso: date.toISOString().slice(0, 10), way, long: way === longWay, ends };
}

/** How far a part of a date is carried: characters read after it, and characters of the answer written before it. */
export function distanceOf({ text, ends }: WrittenDate, part: number): number {
  return text.length - ends[part] + dateParts[part].from;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function ordinal(day: number): string {
  const teens = day > 10 && day < 14;
  return `${day}${(teens ? undefined : ['th', 'st', 'nd', 'rd'][day % 10]) ?? 'th'}`;
}
