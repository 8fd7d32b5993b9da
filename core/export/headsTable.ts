import { type MassId, massNames } from '../attention/measures/massNames';
import type { HeadSummary } from '../attention/measures/summarizeHeads';

/** The columns that are numbers. */
export type HeadNumber = 'entropy' | 'distance' | 'effect' | MassId;

const columns: readonly HeadNumber[] = ['entropy', 'distance', ...massNames.map(({ id }) => id), 'effect'];

/** What a table of heads says of one head in a column; undefined where it cannot be measured on the text. */
export function headNumber(summary: HeadSummary, column: HeadNumber): number | undefined {
  return column === 'entropy' || column === 'distance' || column === 'effect'
    ? summary[column]
    : summary.masses[column]?.mass;
}

/** The table of heads as CSV (RFC 4180): layer, head, label, then each measure and the effect in bits; empty where it is not known. */
export function headsCsv(summaries: readonly HeadSummary[]): string {
  const lines = summaries.map(summary => [
    summary.layer,
    summary.head,
    summary.label?.name ?? '',
    ...columns.map(column => headNumber(summary, column) ?? ''),
  ]);
  return [['layer', 'head', 'label', ...columns], ...lines].map(line => `${line.join(',')}\r\n`).join('');
}

/** The same as JSON, with the chance of each measure and the label's evidence. */
export function headsJson(model: string, text: string, summaries: readonly HeadSummary[]): string {
  return `${JSON.stringify({ model, text, heads: summaries }, undefined, 1)}\n`;
}
