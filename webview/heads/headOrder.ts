import { headColumn, measureColumns } from '../../core/attention/measures/headColumns';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type { HeadOrder } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, LayerAttention } from '../../core/run/explanation';
import type { HeadPlace } from '../../core/attention/compare/matchHeads';

/** A head in the overview. */
export interface OrderedHead extends HeadPlace {
  /** Where its thumbnail is. */
  readonly of: LayerAttention;
  /** What it is sorted by, where that is a measure and can be had. */
  readonly value?: number;
}

/** A line of the overview: a layer, or, where heads are sorted by a measure, the next ones. */
export interface HeadLine {
  readonly label: string;
  /** For the ear and as a hint. */
  readonly title: string;
  readonly heads: readonly OrderedHead[];
}

/** What heads can be sorted by, and how it is called. */
export const headOrders: readonly { readonly order: HeadOrder; readonly name: string }[] = [
  { order: 'layer', name: 'layer' },
  ...measureColumns.map(({ id, name, leastFirst }) => ({
    order: id,
    name: leastFirst ? `${name}, least first` : name,
  })),
];

/**
 * The overview's lines. By layer: one for each. By a measure: the largest first (of entropy, the least: the heads that
 * look at one thing), equal ones in the model's order, those that cannot be measured last, as many to a line as the
 * largest layer has.
 * @param summaries Undefined while they are not there: then by layer.
 */
export function headLines(
  { layers }: AttentionGroup,
  order: HeadOrder,
  summaries: readonly HeadSummary[] | undefined,
): HeadLine[] {
  const lines = layers.map(of => ({
    label: String(of.layer),
    title: `Layer ${of.layer}`,
    heads: Array.from({ length: of.heads }, (_, head): OrderedHead => ({ layer: of.layer, head, of })),
  }));
  const column = headColumn(order);
  if (!column || !summaries) return lines;
  const values = new Map(summaries.map(summary => [`${summary.layer}.${summary.head}`, column.of(summary)]));
  const sign = column.leastFirst ? 1 : -1;
  const place = (value: number | undefined) => (value === undefined ? Infinity : sign * value);
  const sorted = lines
    .flatMap(line => line.heads)
    .map(head => ({ ...head, value: values.get(`${head.layer}.${head.head}`) }))
    .sort((a, b) => (place(a.value) === place(b.value) ? 0 : place(a.value) - place(b.value)));
  const perLine = Math.max(1, ...layers.map(({ heads }) => heads));
  return Array.from({ length: Math.ceil(sorted.length / perLine) }, (_, i) => {
    const heads = sorted.slice(i * perLine, (i + 1) * perLine);
    return {
      label: String(i * perLine + 1),
      title: `Heads ${i * perLine + 1} to ${i * perLine + heads.length} by ${nameOf(order)}`,
      heads,
    };
  });
}

function nameOf(order: HeadOrder): string {
  return headOrders.find(one => one.order === order)?.name ?? order;
}
