import type { HeadPlace } from '../../core/attention/compare/matchHeads';
import type { MassId } from '../../core/attention/measures/headMeasures';
import { isAboveChance } from '../../core/attention/measures/massOn';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import type { HeadOrder } from '../../core/protocol/attentionPanelProtocol';
import { count, formatWeight } from '../run/wording';
import type { GridPart } from './gridPart';
import { headLines, type OrderedHead } from './headOrder';
import { captionHeight, clamped, sortedLayout, type ThumbnailLayout } from './thumbnailLayout';

/** Name and value in one line. */
const wideCaptionHeight = 15;

/** Lays out the heads that are to be seen first: about twice as large, the more there are the less. */
export function largeLayout(room: number, heads: number, small: ThumbnailLayout): ThumbnailLayout {
  const gap = 3;
  const wanted = small.size * (heads <= 36 ? 2 : 1.5);
  const perLine = Math.max(1, Math.floor((room + gap) / (wanted + gap)));
  return {
    size: clamped(room, perLine, gap, small.size, wanted + 12),
    gap,
    perLine,
    caption: wanted >= 48 ? wideCaptionHeight : captionHeight,
  };
}

/** Sorted heads, those that are to be seen first apart from the rest. */
export interface BestHeads {
  readonly best: readonly OrderedHead[];
  readonly rest: readonly OrderedHead[];
  /** What chance gives on the text, where `best` are those above it; else they are just the first. */
  readonly chance?: number;
}

/**
 * Of sorted heads those above what chance gives on the measure, where it is one of how much lies on certain keys; of
 * another, the first.
 * @param first How many are the first.
 */
export function bestHeads(
  sorted: readonly OrderedHead[],
  order: HeadOrder,
  summaries: readonly HeadSummary[],
  first: number,
): BestHeads {
  const masses = new Map(summaries.map(({ layer, head, masses: own }) => [`${layer}.${head}`, own]));
  const massOf = ({ layer, head }: HeadPlace) => masses.get(`${layer}.${head}`)?.[order as MassId];
  const chance = massOf(sorted[0])?.chance;
  if (chance === undefined) return { best: sorted.slice(0, first), rest: sorted.slice(first) };
  const isBest = (head: HeadPlace) => {
    const mass = massOf(head);
    return mass !== undefined && isAboveChance(mass);
  };
  return { best: sorted.filter(isBest), rest: sorted.filter(head => !isBest(head)), chance };
}

/** Sorted heads in two parts: the best, larger, and the rest. */
export function sortedParts(
  sorted: readonly OrderedHead[],
  order: HeadOrder,
  summaries: readonly HeadSummary[],
  room: number,
  size: number | undefined,
): readonly GridPart[] {
  const small = sortedLayout(room, size);
  const { best, rest, chance } = bestHeads(sorted, order, summaries, 2 * largeLayout(room, 0, small).perLine);
  const large = largeLayout(room, best.length, small);
  const named = chance === undefined ? ['first', 'others'] : ['above chance', 'not above chance'];
  const parts = [
    {
      heading: {
        words: `${count(best.length)} ${named[0]}`,
        note: chance === undefined ? '' : `chance ${formatWeight(chance)} · more than 95 % of shuffled heads give`,
      },
      columns: [],
      lines: headLines(best, order, large.perLine),
      layout: large,
    },
    {
      heading: {
        words: `${count(rest.length)} ${named[1]}`,
        note: 'in the same order',
        hint: 'arrows move · Shift selects · + − size',
      },
      columns: [],
      lines: headLines(rest, order, small.perLine, best.length),
      layout: small,
    },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}
