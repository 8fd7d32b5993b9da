import { formatWeight } from '../formatWeight';
import { massEvidence } from './labelHead';
import { type MassId, massMeasures, type NumberId, numberMeasures } from './headMeasures';
import type { HeadSummary } from './summarizeHeads';

/** Names a column that attention and text alone give. */
export type MeasureId = NumberId | MassId;

/** Names a column that is known once it was asked for: what switching a head off, its part of a logit, or patching it does. */
export type AskedId = 'effect' | 'attribution' | 'patch';

/** Names a column of numbers. */
export type HeadNumber = MeasureId | AskedId;

/** A column of the table of heads that is a number. */
export interface HeadColumn<Id extends HeadNumber = HeadNumber> {
  /** Its name in files and filters. */
  readonly id: Id;
  readonly name: string;
  /** The name over a narrow column. */
  readonly label: string;
  /** What it is, in words. */
  readonly note: string;
  /** Whether heads that have least of it come first where they are sorted by it. */
  readonly leastFirst: boolean;
  /** Whether it is below zero for some heads: they are sorted by its size then. */
  readonly signed?: boolean;
  /** What a head has; undefined where that cannot be measured on the text, or is not known. */
  readonly of: (summary: HeadSummary) => number | undefined;
  /** The number as it is written. */
  readonly format: (value: number) => string;
  /** The numbers behind it, as a sentence; empty where there are no others. */
  readonly evidence: (summary: HeadSummary) => string;
}

const none = () => '';

const numberColumns = numberMeasures.map(({ id, name, note, leastFirst = false, format }): HeadColumn<MeasureId> => ({
  id,
  name,
  label: name,
  note,
  leastFirst,
  of: summary => summary[id],
  format,
  evidence: none,
}));

const massColumns = massMeasures.map((measure): HeadColumn<MeasureId> => ({
  id: measure.id,
  name: measure.name,
  label: measure.id,
  note: `${measure.name}: the part of a row on ${measure.on}`,
  leastFirst: false,
  of: ({ masses }) => masses[measure.id]?.mass,
  format: formatWeight,
  evidence: ({ masses }) => massEvidence(measure, masses[measure.id]),
}));

const askedColumn = (id: AskedId, note: string, name: string = id): HeadColumn => ({
  id,
  name,
  label: name,
  note,
  leastFirst: false,
  of: summary => summary[id],
  format: formatWeight,
  evidence: none,
});

/** The columns that are known once they were asked for. */
export const askedColumns: readonly HeadColumn[] = [
  askedColumn(
    'effect',
    'What the model says changes by so many bits with this head alone off; of plain scores how much they fall: “Rank All Heads by Effect”',
  ),
  {
    ...askedColumn('attribution', 'The head’s part of a logit: Cause', 'part of the logit'),
    format: signed,
    signed: true,
  },
  {
    ...askedColumn('patch', 'Patched, 0 as corrupted and 1 as clean: Cause', 'patching'),
    format: signed,
    signed: true,
  },
];

/** "1.42", "−0.57", "0.00". */
function signed(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-(?=0\.00$)/, '')
    .replace('-', '−');
}

/** The columns that attention and text alone give, in the order of a file. */
export const measureColumns: readonly HeadColumn<MeasureId>[] = [...numberColumns, ...massColumns];

/** All columns in the order of a file. */
export const fileColumns: readonly HeadColumn[] = [...measureColumns, ...askedColumns];

/** All columns in the order of a picture, where the many parts of a row come last. */
export const shownColumns: readonly HeadColumn[] = [...numberColumns, ...askedColumns, ...massColumns];

/** The column of a name, where there is one. */
export function headColumn(id: string): HeadColumn | undefined {
  return fileColumns.find(column => column.id === id);
}
