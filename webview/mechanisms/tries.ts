import type { MeasuredAxis } from '../../core/mechanisms/measuredDates';
import type { MechanismId } from '../../core/mechanisms/mechanisms';

/** Something to try: what it is called, what it sets, and what there is to see. */
export interface Try {
  readonly label: string;
  readonly text: string;
  readonly id: MechanismId;
  readonly step: number;
  /** The measured accuracy that is looked at, at its far end. */
  readonly axis?: MeasuredAxis;
  readonly see: string;
}

export const tries: readonly Try[] = [
  {
    label: 'A long date, kept in one vector',
    text: 'sunday the 14th of march, 1943',
    id: 'none',
    step: 9,
    axis: 'distance',
    see: 'The model without attention has read all 30 characters and kept 96 numbers. Whatever is not in them cannot be written: here year and month are right, the day is not. Measured over many dates it is the same: years, the last to be read and the first to be written, are kept; days, which lie furthest back, are mostly lost.',
  },
  {
    label: 'Where does the month come from?',
    text: 'february 29, 1996',
    id: 'bahdanau',
    step: 6,
    see: '“02” stands nowhere in the text. Its 2 was written from a letter of the month’s name; go on with Digit › and see “29” come from the digits themselves.',
  },
  {
    label: 'Longer than what was learned',
    text: 'wednesday the 22nd of september, 1943',
    id: 'transformer',
    step: 5,
    axis: 'length',
    see: 'The chart’s last stretch: the transformer tells places apart by positions that it learned, has hardly seen any so far out, and falls. Bahdanau and Luong read one character after another and go on. The recurrent model without attention is about as often wrong at any length.',
  },
];
