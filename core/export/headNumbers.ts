import { fileColumns } from '../attention/measures/headColumns';
import type { HeadSummary } from '../attention/measures/summarizeHeads';
import { csv } from '../tables/csv';

/** The table of heads as CSV (RFC 4180): layer, head, label, then each measure, the effect in bits, the part of the logit and what patching does; empty where it is not known. */
export function headsCsv(summaries: readonly HeadSummary[]): string {
  const lines = summaries.map(summary => [
    summary.layer,
    summary.head,
    summary.label?.name ?? '',
    ...fileColumns.map(({ of }) => of(summary) ?? ''),
  ]);
  return csv([['layer', 'head', 'label', ...fileColumns.map(({ id }) => id)], ...lines]);
}

/** The same as JSON, with the chance of each measure and the label's evidence. */
export function headsJson(model: string, text: string, summaries: readonly HeadSummary[]): string {
  return `${JSON.stringify({ model, text, heads: summaries }, undefined, 1)}\n`;
}
