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
  /** What its label stands for, where the line shows a part of that. */
  readonly all?: readonly OrderedHead[];
}

/** Heads by their place in the model, in lines and in columns. */
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
 * The heads by a measure: the largest first (of entropy, the least: the heads that look at one thing), equal ones in the
 * model's order, those that cannot be measured last.
 * @returns undefined where no head has the measure, or it is not there yet.
 */
export function sortedHeads(
  group: AttentionGroup,
  order: HeadOrder,
  summaries: readonly HeadSummary[] | undefined,
): readonly OrderedHead[] | undefined {
  const column = headColumn(order);
  const values = column && valuesOf(order, summaries);
  if (!values?.size) return undefined;
  const sign = column?.leastFirst ? 1 : -1;
  const place = (value: number | undefined) =>
    value === undefined ? Infinity : sign * (column?.signed ? Math.abs(value) : value);
  return layerLines(group)
    .flatMap(line => line.heads)
    .map(head => ({ ...head, value: values.get(`${head.layer}.${head.head}`) }))
    .sort((a, b) => (place(a.value) === place(b.value) ? 0 : place(a.value) - place(b.value)));
}

/** Sorted heads in lines of so many. @param from the place of the first. */
export function headLines(
  heads: readonly OrderedHead[],
  order: HeadOrder,
  perLine: number,
  from = 0,
): readonly HeadLine[] {
  return Array.from({ length: Math.ceil(heads.length / perLine) }, (_, i) => {
    const own = heads.slice(i * perLine, (i + 1) * perLine);
    const first = from + i * perLine + 1;
    return {
      label: String(first),
      title: `Heads ${first} to ${first + own.length - 1} by ${nameOf(order)}`,
      heads: own,
    };
  });
}

/**
 * The heads by their place in the model, each with a measure where one is given.
 * @param across Whether layers are the columns, where all of them have as many heads.
 * @param perLine How many columns stand beside each other: of more, the table is in parts, one below the other.
 */
export function headTable(
  group: AttentionGroup,
  across: boolean,
  perLine = Infinity,
  measure?: HeadOrder,
  summaries?: readonly HeadSummary[],
): readonly HeadTable[] {
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
  const [lines, columns] = across && isEven(group) ? [heads, layers] : [layers, heads];
  if (columns.length <= perLine) return [{ lines, columns }];
  return Array.from({ length: Math.ceil(columns.length / perLine) }, (_, i) => {
    const [from, to] = [i * perLine, (i + 1) * perLine];
    return {
      columns: columns.slice(from, to),
      lines: lines.flatMap(line =>
        line.heads.length > from ? [{ ...line, heads: line.heads.slice(from, to), all: line.heads }] : [],
      ),
    };
  });
}

/** How many heads the largest layer has. */
export function largestLayer({ layers }: AttentionGroup): number {
  return Math.max(1, ...layers.map(({ heads }) => heads));
}

/** Whether all layers have as many heads. */
export function isEven(group: AttentionGroup): boolean {
  return group.layers.every(({ heads }) => heads === group.layers[0].heads);
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
