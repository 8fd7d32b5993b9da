/** The left column, of tokens that look, or the right one, of tokens that are looked at. */
export type Side = 'query' | 'key';

/** A token of one of the columns. */
export interface ColumnToken {
  readonly side: Side;
  readonly index: number;
}

/** One column: where its rows are. CSS pixels. */
export interface Column {
  readonly count: number;
  /** From row to row. */
  readonly pitch: number;
  /** Above the first row. */
  readonly top: number;
  readonly labelWidth: number;
}

/** Where everything is, in CSS pixels. */
export interface LinesLayout {
  readonly query: Column;
  readonly key: Column;
  /** Of all rows, also those that are scrolled out of sight. */
  readonly height: number;
  /** Numbers beside a token: one for each head, or their mean where there is no room for more. */
  readonly numbers: number;
  /** Of the numbers beside a token. */
  readonly numbersWidth: number;
  /** The room for the lines: from the left edge, and its width. */
  readonly left: number;
  readonly width: number;
}

/** From row to row; the shorter column's rows at most so many times as far apart. */
const pitches = { least: 15, most: 22, stretch: 2 };
const labelWidths = { least: 64, most: 170, padding: 6 };
const numberWidth = 44;
/** The room for the lines; `spare`: beyond their least, before numbers of several heads take room from them. */
const between = { least: 140, most: 520, spare: 100 };

/**
 * Lays out two columns of tokens with lines between them. Rows shrink until they fit; where they still do not, they
 * scroll. The shorter column is spread out, so that texts that run in step (a translation) stay side by side.
 * @param labels The longest label of either column.
 */
export function layOutLines({
  width,
  height,
  queries,
  keys,
  heads,
  labels,
}: {
  width: number;
  height: number;
  queries: number;
  keys: number;
  heads: number;
  labels: Readonly<Record<Side, number>>;
}): LinesLayout {
  const longer = Math.max(1, queries, keys);
  const base = Math.min(pitches.most, Math.max(pitches.least, Math.floor(height / longer)));
  const total = base * longer;
  const roomFor = (numbers: number) =>
    Math.floor((width - between.least) / 2) - numbers * numberWidth - 2 * labelWidths.padding;
  const longest = Math.min(labelWidths.least + 24, Math.max(labels.query, labels.key));
  const numbers = heads > 1 && roomFor(heads) - between.spare / 2 >= longest ? heads : 1;
  const most = Math.min(labelWidths.most, Math.max(labelWidths.least, roomFor(numbers)));
  const column = (count: number, label: number): Column => {
    const pitch = Math.min(base * pitches.stretch, total / Math.max(1, count));
    return {
      count,
      pitch,
      top: total <= height ? (total - pitch * count) / 2 : 0,
      labelWidth: Math.ceil(Math.min(most, label)) + 2 * labelWidths.padding,
    };
  };
  const [query, key] = [column(queries, labels.query), column(keys, labels.key)];
  const numbersWidth = numbers * numberWidth;
  const room = width - query.labelWidth - key.labelWidth - 2 * numbersWidth;
  const lines = Math.max(40, Math.min(between.most, room));
  return {
    query,
    key,
    height: total,
    numbers,
    numbersWidth,
    width: lines,
    left: Math.max(0, Math.floor((room - lines) / 2)) + numbersWidth + query.labelWidth,
  };
}

/** The middle of a row. */
export function rowMiddle({ top, pitch }: Column, index: number): number {
  return top + (index + 0.5) * pitch;
}

/** The rows that lie, at least in part, between two heights: the first, and the one after the last. */
export function rowsBetween({ top, pitch, count }: Column, from: number, to: number): readonly [number, number] {
  const first = Math.max(0, Math.floor((from - top) / pitch));
  return [Math.min(count, first), Math.max(0, Math.min(count, Math.ceil((to - top) / pitch)))];
}

/** How far a head's lines begin below the middle of their token, so that those of several heads do not cover each other. */
export function laneOffset(head: number, heads: number, pitch: number): number {
  return heads < 2 ? 0 : (head - (heads - 1) / 2) * Math.min(3, (pitch * 0.6) / (heads - 1));
}
