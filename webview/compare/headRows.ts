import { headColumn, type HeadNumber } from '../../core/attention/measures/headColumns';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';

/** How the table is sorted. */
export interface HeadSorting {
  readonly column: 'head' | 'label' | HeadNumber;
  readonly descending: boolean;
}

/**
 * The heads that a filter leaves, in order. The filter's words must all be in the head's name or label; a word such as
 * `first>0.5` or `entropy<0.3` compares a column. What cannot be measured comes last.
 */
export function headRows(
  summaries: readonly HeadSummary[],
  filter: string,
  { column, descending }: HeadSorting,
): HeadSummary[] {
  const tests = filter
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
    .map(testOf);
  return summaries
    .filter(summary => tests.every(test => test(summary)))
    .sort((a, b) => {
      const byPlace = a.layer - b.layer || a.head - b.head;
      if (column === 'head') return descending ? -byPlace : byPlace;
      if (column === 'label') {
        const [x, y] = [a.label?.name, b.label?.name];
        if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || byPlace;
        return (descending ? y.localeCompare(x) : x.localeCompare(y)) || byPlace;
      }
      const [x, y] = [a, b].map(summary => headColumn(column)?.of(summary));
      if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || byPlace;
      return (descending ? y - x : x - y) || byPlace;
    });
}

function testOf(word: string): (summary: HeadSummary) => boolean {
  const [, name, sign, bound] = /^([a-z]+)([<>])(\d*\.?\d+)$/.exec(word) ?? [];
  if (name) {
    return summary => {
      const value = headColumn(name)?.of(summary);
      return value !== undefined && (sign === '>' ? value > Number(bound) : value < Number(bound));
    };
  }
  return ({ layer, head, label }) =>
    `${layer}.${head}`.startsWith(word) || (label?.name.toLowerCase().includes(word) ?? false);
}
