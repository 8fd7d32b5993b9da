import {
  byMechanism,
  quartiles,
  rightDates,
  rightParts,
  type Accuracy,
  type GraphFacts,
  type MeasuredDates,
} from './measuredDates';
import { mechanismIds, mechanismWords, type MechanismId } from './mechanisms';
import { waysToWrite } from './writeDates';

/** Texts of so many characters are called long: none of the ways that the models seem to have been trained on makes them. */
export const longFrom = 28;
/** A year, month or day so many steps back is called far. */
export const farFrom = 15;

/** A number of one model. */
export interface MeasuredCell {
  readonly value: string;
  /** The 95 % interval, or the middle half of all runs. */
  readonly range?: string;
}

/** A line of what was measured, with how. */
export interface MeasuredRow {
  readonly label: string;
  readonly how: string;
  readonly cells: Readonly<Record<MechanismId, MeasuredCell>>;
}

/** What is said of recurrent networks and of attention, with its numbers. */
export interface ClaimRow {
  readonly claim: string;
  readonly recurrent: string;
  readonly attention: string;
  readonly how: string;
}

/** “97.6 %”; “100 %” and “0 %” where it is all or nothing; “–” without a sample. */
export function percent({ right, of, part }: Accuracy): string {
  if (of === 0) return '–';
  return right === 0 || right === of ? `${100 * part} %` : `${(100 * part).toFixed(1)} %`;
}

/** The 95 % interval in whole percent: “17–23”. */
export function interval({ low, high }: Accuracy): string {
  return `${Math.floor(100 * low + 1e-9)}–${Math.ceil(100 * high - 1e-9)}`;
}

/** In two digits: “0.74”, “2.1”, “13”. */
function milliseconds(time: number): string {
  if (time < 1) return time.toFixed(2);
  return time < 9.95 ? time.toFixed(1) : time.toFixed(0);
}

/** What all measurements come to, a column a model. */
export function measuredRows(measured: MeasuredDates): MeasuredRow[] {
  const { facts, answer, dates, places } = measured;
  const accuracies = (of: (id: MechanismId) => Accuracy) =>
    byMechanism(id => {
      const accuracy = of(id);
      return { value: percent(accuracy), range: accuracy.of > 0 ? interval(accuracy) : undefined };
    });
  const count = (counts: (text: string, long: boolean) => boolean) =>
    dates.filter(({ text, long }) => counts(text, long)).length.toLocaleString('en');
  const of = (value: (facts: GraphFacts) => string) => byMechanism(id => ({ value: value(facts[id]) }));
  const half = (id: MechanismId) => quartiles(answer.times[id]);
  return [
    {
      label: 'right',
      how: `all ten characters right, of ${count((_, long) => !long)} dates written in ${waysToWrite.length} ways; 95 % interval (Wilson)`,
      cells: accuracies(id => rightDates(measured, id, ({ long }) => !long)),
    },
    {
      label: `right from ${longFrom} characters on`,
      how: `${count(text => text.length >= longFrom)} dates of ${longFrom} characters and more, longer than any of the training seems to have been`,
      cells: accuracies(id => rightDates(measured, id, ({ text }) => text.length >= longFrom)),
    },
    {
      label: `right ${farFrom} steps back`,
      how: `${rightParts(measured, 'none', farFrom).of.toLocaleString('en')} years, months and days that lie ${farFrom} steps back and more: characters read after them and written before them`,
      cells: accuracies(id => rightParts(measured, id, farFrom)),
    },
    {
      label: 'steps one after another',
      how: `on the longest chain of the graph’s operations: a recurrent operator takes a step for each of ${places} places, each written character waits for the one before`,
      cells: of(({ reading, writing }) => String(reading + writing)),
    },
    {
      label: 'products one after another',
      how: 'matrix products on the longest chain of the graph’s operations; behind it how many more each further place takes',
      cells: byMechanism(id => ({ value: String(facts[id].products), range: `+${facts[id].productsEach}` })),
    },
    {
      label: 'bits kept of the input',
      how: 'what the encoder hands on, for each character or in all, by its shape in the graph; 32 bits a number',
      cells: byMechanism(id => ({
        value: facts[id].bits.toLocaleString('en'),
        range: facts[id].each ? 'each' : 'in all',
      })),
    },
    {
      label: 'ms for one date',
      how: `median and middle half of ${answer.times.none.length} runs of “${answer.text}” on this machine; the transformer’s graph computes all anew for each character, without a cache`,
      cells: byMechanism(id => {
        const { median, low, high } = half(id);
        return { value: milliseconds(median), range: `${milliseconds(low)}–${milliseconds(high)}` };
      }),
    },
  ];
}

const attending = mechanismIds.filter(id => id !== 'none');

/** Five things that are said of recurrent networks and of attention, each with the numbers that were measured. */
export function claimRows(measured: MeasuredDates): ClaimRow[] {
  const { facts, answer, places } = measured;
  const rows = measuredRows(measured);
  const [right, long, far, , , , time] = rows;
  const said = (cell: MeasuredCell) => `${cell.value}${cell.range ? ` (${cell.range})` : ''}`;
  const each = (row: MeasuredRow) =>
    attending.map(id => `${mechanismWords[id].short} ${row.cells[id].value}`).join(', ');
  const { none, bahdanau, luong, transformer } = facts;
  const sum = ({ reading, writing }: GraphFacts) =>
    `${reading + writing} steps (${reading} to read, ${writing} to write)`;
  const characters = [...answer.text].length;
  const bits = (id: MechanismId) => `${mechanismWords[id].short} ${(facts[id].bits * characters).toLocaleString('en')}`;
  return [
    {
      claim: 'long sequences',
      recurrent: `right ${said(long.cells.none)}`,
      attention: `right ${each(long)}`,
      how: `${long.how}; the transformer’s learned positions seem hardly trained that far`,
    },
    {
      claim: 'parallel',
      recurrent: sum(none),
      attention: `transformer ${sum(transformer)}; Bahdanau ${bahdanau.reading + bahdanau.writing}, Luong ${luong.reading + luong.writing}: recurrent, too`,
      how: `longest chain of the graph with ${places} places. In matrix products: ${none.products} and ${transformer.products}, and for each further place ${none.productsEach} and ${transformer.productsEach} more`,
    },
    {
      claim: 'context',
      recurrent: `right ${said(far.cells.none)}`,
      attention: `right ${each(far)}`,
      how: `${far.how}; most of them are days`,
    },
    {
      claim: 'retention',
      recurrent: `${none.bits.toLocaleString('en')} bits, however long the text`,
      attention: `${attending.map(bits).join(', ')} bits`,
      how: `what is handed on of the ${characters} characters of “${answer.text}”`,
    },
    {
      claim: 'performance',
      recurrent: `right ${said(right.cells.none)} in ${time.cells.none.value} ms`,
      attention: `right ${attending.map(id => `${mechanismWords[id].short} ${right.cells[id].value} in ${time.cells[id].value} ms`).join(', ')}`,
      how: `${right.how}; time: ${time.how}`,
    },
  ];
}
