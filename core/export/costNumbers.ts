import { csv } from '../tables/csv';
import type { PictureTable } from './pictureHtml';
import type { FileFormat } from './fileFormat';
import { costFits, type CostFits } from '../cost/costFits';
import {
  bytesOf,
  cacheRows,
  crossingWords,
  formatCount,
  formatRange,
  formatTime,
  formulaOf,
  methodWords,
  three,
} from '../cost/costWords';
import { cacheBytes, scoreBytes, type LengthCost, type MeasuredCost } from '../cost/lengthCost';

/** What it can be saved as. */
export type CostFormat = Extract<FileFormat, 'svg' | 'html' | 'csv' | 'json'>;

/** As CSV (RFC 4180): a row a length; times in milliseconds, each with its quartiles. */
export function costCsv({ plan, points }: MeasuredCost): string {
  const header =
    'length,runs,attention_ms,attention_low,attention_high,rest_ms,rest_low,rest_high,whole_ms,whole_low,whole_high,attention_nodes,rest_nodes,attention_bytes,rest_bytes,scores_bytes_computed,cache_bytes_computed';
  return csv([
    header.split(','),
    ...points.map(({ length, runs, attention, rest, whole, nodes, memory }) => [
      length,
      runs,
      ...[attention, rest, whole].flatMap(({ median, low, high }) => [median, low, high]),
      nodes.attention,
      nodes.rest,
      memory?.attention ?? '',
      memory?.rest ?? '',
      scoreBytes(plan, length),
      typeof plan.cache === 'string' ? '' : cacheBytes(plan.cache, length),
    ]),
  ]);
}

/** The same as JSON, with the fits, where they cross, the cache, and how it was measured. */
export function costJson(model: string, measured: MeasuredCost): string {
  const { plan, points } = measured;
  return `${JSON.stringify({ model, ...plan, method: methodWords(measured), fits: costFits(points), points }, undefined, 1)}\n`;
}

/** The columns of {@link lengthRow}. */
export const lengthColumns = [
  'tokens',
  'attention',
  'quartiles',
  'the rest',
  'quartiles',
  'share',
  'whole',
  'memory, attention',
  'the rest',
  'scores',
] as const;

/** A length in a table. */
export function lengthRow(point: LengthCost, { plan }: Pick<MeasuredCost, 'plan'>): readonly string[] {
  const { length, attention, rest, whole, memory } = point;
  return [
    formatCount(length),
    formatTime(attention.median),
    formatRange(attention),
    formatTime(rest.median),
    formatRange(rest),
    `${Math.round((100 * attention.median) / (attention.median + rest.median))} %`,
    formatTime(whole.median),
    memory ? bytesOf(memory.attention) : '—',
    memory ? bytesOf(memory.rest) : '—',
    bytesOf(scoreBytes(plan, length)),
  ];
}

/** The columns of {@link fitRows}. */
export const fitColumns = ['of', 'fit', 'milliseconds', 'R²', 'left out'] as const;

/** Both fits of both parts in a table; "left out" is by what part a fit misses a length that it was not fitted to. */
export function fitRows(fits: CostFits): readonly (readonly string[])[] {
  return (['attention', 'rest'] as const).flatMap(part =>
    (['quadratic', 'linear'] as const).flatMap(kind => {
      const fit = fits[part][kind];
      if (!fit) return [];
      return [
        [
          part === 'rest' ? 'the rest' : part,
          kind,
          formulaOf(fit),
          Number.isNaN(fit.rSquared) ? '—' : fit.rSquared.toFixed(4),
          Number.isNaN(fit.leftOut) ? '—' : `${three(100 * fit.leftOut)} %`,
        ],
      ];
    }),
  );
}

/** The tables below the picture on a page. */
export function costTables(measured: MeasuredCost, now: number): readonly PictureTable[] {
  const { plan, points } = measured;
  const fits = costFits(points);
  return [
    { caption: 'Over the length', columns: lengthColumns, rows: points.map(point => lengthRow(point, measured)) },
    {
      caption: fits.crossing ? crossingWords(fits.crossing, plan) : 'Fits',
      columns: fitColumns,
      rows: fitRows(fits),
    },
    {
      caption: 'KV cache',
      columns: ['for', 'bytes'],
      rows: typeof plan.cache === 'string' ? [['', plan.cache]] : cacheRows(plan, now),
    },
    { caption: 'How it was measured', columns: [''], rows: methodWords(measured).map(words => [words]) },
  ];
}
