import type { MechanismId } from '../../core/mechanisms/mechanisms';

/** Something to try: what it is called, what it sets, and what there is to see. */
export interface Try {
  readonly label: string;
  readonly text: string;
  readonly id: MechanismId;
  readonly step: number;
  readonly see: string;
}

export const tries: readonly Try[] = [
  {
    label: 'A long date, kept in one vector',
    text: 'sunday the 14th of march, 1943',
    id: 'none',
    step: 9,
    see: 'The model without attention has read all 30 characters and kept 96 numbers. Whatever is not in them cannot be written: here year and month are right, the day is not.',
  },
  {
    label: 'Where does the month come from?',
    text: 'february 29, 1996',
    id: 'bahdanau',
    step: 6,
    see: '“02” stands nowhere in the text. Its 2 was written from a letter of the month’s name; go on with Digit › and see “29” come from the digits themselves.',
  },
  {
    label: 'A way of writing that none has learned',
    text: '1943-03-07',
    id: 'luong',
    step: 0,
    see: 'No date in the training data begins with the year. All four may be wrong here: attention shows where a model looked, not that it understood.',
  },
];
