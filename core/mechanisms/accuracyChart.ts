import { accuracyBins, type AccuracyBin, type MeasuredAxis, type MeasuredDates } from './measuredDates';
import { mechanismIds, type MechanismId } from './mechanisms';

/** The chart's size and its edges, in pixels. */
export const chartSize = { width: 340, height: 196, left: 34, right: 12, top: 8, bottom: 24 } as const;

/** Which of five pens each model's line is drawn with: neighbours in the legend are far apart in colour. */
export const chartPens: Readonly<Record<MechanismId, number>> = { none: 1, bahdanau: 0, luong: 3, transformer: 4 };

/** A model's line: the middle of each bin, and its 95 % intervals as a closed band. */
export interface ChartLine {
  readonly id: MechanismId;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly band: readonly (readonly [x: number, y: number])[];
}

/** What is drawn, in pixels. */
export interface AccuracyChart {
  readonly bins: readonly AccuracyBin[];
  readonly lines: readonly ChartLine[];
  /** Percent, with their heights. */
  readonly levels: readonly { readonly percent: number; readonly y: number }[];
  /** Where bins stand, with their names where there is room. */
  readonly places: readonly { readonly x: number; readonly name: string }[];
}

/** Accuracy over length or distance as lines. */
export function accuracyChart(measured: MeasuredDates, axis: MeasuredAxis): AccuracyChart {
  const { width, height, left, right, top, bottom } = chartSize;
  const bins = accuracyBins(measured, axis);
  const inner = width - left - right - 24;
  const [first, last] = [bins[0]?.from ?? 0, bins[bins.length - 1]?.from ?? 0];
  // Where bins are missing, there is a gap.
  const x = (i: number) => left + 12 + (first === last ? inner / 2 : ((bins[i].from - first) / (last - first)) * inner);
  const y = (part: number) => top + (1 - part) * (height - top - bottom);
  const round = (a: number, b: number) => [Math.round(a * 10) / 10, Math.round(b * 10) / 10] as const;
  return {
    bins,
    lines: mechanismIds.map(id => ({
      id,
      points: bins.map(({ accuracy }, i) => round(x(i), y(accuracy[id].part))),
      band: [
        ...bins.map(({ accuracy }, i) => round(x(i), y(accuracy[id].high))),
        ...bins.map(({ accuracy }, i) => round(x(i), y(accuracy[id].low))).reverse(),
      ],
    })),
    levels: [0, 25, 50, 75, 100].map(percent => ({ percent, y: y(percent / 100) })),
    places: bins.map((bin, i) => ({ x: x(i), name: binName(bin) })),
  };
}

/** “12–15”. */
export function binName({ from, to }: AccuracyBin): string {
  return from === to ? String(from) : `${from}–${to}`;
}
