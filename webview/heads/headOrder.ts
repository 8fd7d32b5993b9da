import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import { fileColumns, headColumn } from '../../core/attention/measures/headColumns';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type { HeadOrder } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, LayerAttention } from '../../core/run/explanation';

/** A head in the overview. */
export interface OrderedHead extends HeadPlace {
  /** Where its thumbnail is. */
  readonly of: LayerAttention;
  /** What it is sorted or coloured by, where that is a measure and can be had. */
  readonly value?: number;
}

/** A line of the overview: a layer, or, where heads are sorted by a measure, the next ones. */
export interface HeadLine {
  readonly label: string;
  /** For the ear and as a hint. */
  readonly title: string;
  readonly heads: readonly OrderedHead[];
}

/** The heads by their place in the model, in lines and in columns. */
export interface HeadTable {
  readonly lines: readonly HeadLine[];
  readonly columns: readonly HeadLine[];
}

/** What heads can be sorted by, and how it is called. */
export const headOrders: readonly { readonly order: HeadOrder; readonly name: string }[] = [
  { order: 'layer', name: 'layer' },
  ...fileColumns.map(({ id, name, leastFirst }) => ({
    order: id,
    name: leastFirst ? `${name}, least first` : name,
  })),
];

/**
 * The overview's lines. By layer: one for each. By a measure: the largest first (of entropy, the least: the heads that
 * look at one thing), equal ones in the model's order, those that cannot be measured last.
 * @param summaries Undefined while they are not there: then by layer, as where no head has the measure.
 * @param perLine How many sorted heads a line has; as many as the largest layer where that is left out.
 */
export function headLines(
  group: AttentionGroup,
  order: HeadOrder,
  summaries: readonly HeadSummary[] | undefined,
  perLine = largestLayer(group),
): readonly HeadLine[] {
  const lines = layerLines(group);
  const column = headColumn(order);
  const values = column && valuesOf(order, summaries);
  if (!values?.size) return lines;
  const sign = column?.leastFirst ? 1 : -1;
  const place = (value: number | undefined) => (value === undefined ? Infinity : sign * value);
  const sorted = lines
    .flatMap(line => line.heads)
    .map(head => ({ ...head, value: values.get(`${head.layer}.${head.head}`) }))
    .sort((a, b) => (place(a.value) === place(b.value) ? 0 : place(a.value) - place(b.value)));
  return Array.from({ length: Math.ceil(sorted.length / perLine) }, (_, i) => {
    const heads = sorted.slice(i * perLine, (i + 1) * perLine);
    return {
      label: String(i * perLine + 1),
      title: `Heads ${i * perLine + 1} to ${i * perLine + heads.length} by ${nameOf(order)}`,
      heads,
    };
  });
}

/**
 * The heads by their place in the model, each with a measure where one is given.
 * @param across Whether layers are the columns, where all of them have as many heads.
 */
export function headTable(
  group: AttentionGroup,
  across: boolean,
  measure?: HeadOrder,
  summaries?: readonly HeadSummary[],
): HeadTable {
  const values = measure && valuesOf(measure, summaries);
  const layers = layerLines(group).map(line => ({
    ...line,
    heads: line.heads.map(head => ({ ...head, value: values?.get(`${head.layer}.${head.head}`) })),
  }));
  const heads = Array.from({ length: largestLayer(group) }, (_, head): HeadLine => ({
    label: `.${head}`,
    title: `Head ${head} of each layer`,
    heads: layers.flatMap(line => line.heads.filter(one => one.head === head)),
  }));
  const even = layers.every(line => line.heads.length === heads.length);
  return across && even ? { lines: heads, columns: layers } : { lines: layers, columns: heads };
}

/** How many heads the largest layer has. */
export function largestLayer({ layers }: AttentionGroup): number {
  return Math.max(1, ...layers.map(({ heads }) => heads));
}

function layerLines({ layers }: AttentionGroup): HeadLine[] {
  return layers.map(of => ({
    label: String(of.layer),
    title: `Layer ${of.layer}`,
    heads: Array.from({ length: of.heads }, (_, head): OrderedHead => ({ layer: of.layer, head, of })),
  }));
}

/** The measure of each head that has it. */
function valuesOf(order: HeadOrder, summaries: readonly HeadSummary[] = []): Map<string, number> {
  const column = headColumn(order);
  return new Map(
    summaries.flatMap(summary => {
      const value = column?.of(summary);
      return value === undefined ? [] : [[`${summary.layer}.${summary.head}`, value] as const];
    }),
  );
}

function nameOf(order: HeadOrder): string {
  return headOrders.find(one => one.order === order)?.name ?? order;
}
