/** A date as we read it. */
export interface ReadDate {
  /** YYYY-MM-DD. */
  readonly iso: string;
  /** How it was read, such as “7 March 1943”. */
  readonly words: string;
  /** Whether day and month are both numbers that could be exchanged: read with the day first, as the models learned it. */
  readonly dayFirst: boolean;
}

const months = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** Words that say nothing of the day. */
const fillers = new Set(['the', 'of', 'on', 'in']);

/**
 * The day that a text names, read by rule and not by a model: with the month's name in any order (“sunday the 7th of march,
 * 1943”, “mar 7 1943”), in numbers with the day first (“7/3/1943”, “07.03.1943”; the month first where only that is a date),
 * or with the year first (“1943-03-07”). A year has four digits. A weekday is passed over, right or wrong.
 * @returns undefined where it is none of these, or no day of the calendar.
 */
export function readDate(text: string): ReadDate | undefined {
  const lower = text.trim().toLowerCase();
  return inNumbers(lower) ?? inWords(lower);
}

function inNumbers(text: string): ReadDate | undefined {
  const [, a, sign, b, c] = /^(\d{1,4})\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{1,4})$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  if (a.length === 4 && c.length <= 2) return dateOf(+a, +b, +c);
  if (a.length > 2 || c.length !== 4) return undefined;
  const [first, second] = [+a, +b];
  const read = dateOf(+c, second, first);
  return read ? { ...read, dayFirst: first <= 12 && first !== second } : dateOf(+c, first, second);
}

function inWords(text: string): ReadDate | undefined {
  const words = text.split(/[\s,./-]+/).filter(word => word !== '' && !fillers.has(word));
  let [year, month, day]: (number | undefined)[] = [];
  for (const word of words) {
    const number = /^(\d{1,4})(st|nd|rd|th)?$/.exec(word);
    if (number?.[1].length === 4 && !number[2] && year === undefined) year = Number(number[1]);
    else if (number && number[1].length <= 2 && day === undefined) day = Number(number[1]);
    else if (!number && monthOf(word) > 0 && month === undefined) month = monthOf(word);
    else if (number || !isShortOf(word, weekdays)) return undefined;
  }
  return year === undefined || month === undefined || day === undefined ? undefined : dateOf(year, month, day);
}

/** 1 to 12; 0 where a word is no month. */
function monthOf(word: string): number {
  return 1 + months.findIndex(month => isShortOf(word, [month]));
}

/** Whether a word is one of these, or its first three letters or more. */
function isShortOf(word: string, names: readonly string[]): boolean {
  return word.length >= 3 && names.some(name => name.startsWith(word));
}

function dateOf(year: number, month: number, day: number): ReadDate | undefined {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  if (month < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const two = (number: number) => String(number).padStart(2, '0');
  const name = months[month - 1];
  return {
    iso: `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`,
    words: `${day} ${name[0].toUpperCase()}${name.slice(1)} ${year}`,
    dayFirst: false,
  };
}
