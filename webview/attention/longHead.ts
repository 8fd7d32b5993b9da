import type { HeadAddress, HeadRegion, RegionWeights } from '../../core/protocol/explanation';
import type { HeadMatrix } from './headMatrix';
import type { MatrixRegion } from './regionPainter';

/** Asks for a part of a head; gives up when the signal says so. */
export type FetchRegion = (address: HeadAddress, region: HeadRegion, signal: AbortSignal) => Promise<RegionWeights>;

/** A head of more weights than this (8 MB) is not fetched whole to be looked at as a matrix. */
const mostWeights = 2 ** 21;

/** The longer side of what is held of the whole. */
const overviewSide = 1024;

/** As many rows are held: what was pointed at last. */
const mostRows = 64;

/** So long a row is waited for to stay the one that is pointed at, in milliseconds. */
const pause = 40;

/** Whether a head is long: its matrix is then seen through a {@link LongHead}. */
export function isLong({ queries, keys }: { readonly queries: number; readonly keys: number }): boolean {
  return queries * keys > mostWeights;
}

/**
 * A head of a long text, of which only what is looked at is fetched: all of it pooled to about a thousand a side, the part
 * that is zoomed into, and single rows.
 */
export class LongHead {
  private readonly rows = new Map<number, Float32Array>();
  private readonly all = new AbortController();
  private part?: { readonly abort: AbortController; readonly region: HeadRegion };
  private wanted?: number;
  private timer?: ReturnType<typeof setTimeout>;

  /** @param matrix What there is from the start: the thumbnail. */
  constructor(
    readonly address: HeadAddress, public matrix: HeadMatrix, private readonly fetch: FetchRegion, private readonly changed: (failure?: unknown) => void,
  ) {
    const { queries, keys } = matrix;
    const factor = Math.ceil(Math.max(queries, keys) / overviewSide);
    this.ask({ firstQuery: 0, queries, firstKey: 0, keys, factor }, this.all.signal, ({ rows, columns, data }) => {
      this.matrix = { queries, keys, rows, columns, data, factor, exact: false, detail: this.matrix.detail };
    });
  }

  /** Fetches what a part needs to be drawn in so many pixels, with some room around it, unless it is there. */
  see(region: MatrixRegion, width: number, height: number): void {
    const { queries, keys, factor = Infinity, detail } = this.matrix;
    const needed = Math.max(1, Math.floor(Math.min(region.keys / width, region.queries / height)));
    if (needed >= factor) return;
    const covers = (part: HeadRegion | undefined) => part !== undefined && part.factor <= needed
      && part.firstQuery <= region.query && part.firstKey <= region.key
      && part.firstQuery + part.queries >= Math.min(queries, region.query + region.queries)
      && part.firstKey + part.keys >= Math.min(keys, region.key + region.keys);
    if (covers(detail) || covers(this.part?.region)) return;
    const span = (at: number, length: number, whole: number) => {
      const first = Math.max(0, Math.floor(at - length / 2));
      return [first, Math.min(whole, Math.ceil(at + length * 1.5)) - first] as const;
    };
    const [firstQuery, someQueries] = span(region.query, region.queries, queries);
    const [firstKey, someKeys] = span(region.key, region.keys, keys);
    const part: HeadRegion = { firstQuery, queries: someQueries, firstKey, keys: someKeys, factor: needed };
    this.part?.abort.abort();
    const abort = new AbortController();
    this.part = { abort, region: part };
    this.ask(part, abort.signal, weights => {
      this.part = undefined;
      this.matrix = { ...this.matrix, detail: { ...part, ...weights } };
    });
  }

  /** A query's weights, one for each key; undefined while they are on their way. */
  row(query: number): Float32Array | undefined {
    const row = this.rows.get(query);
    if (row || this.wanted === query) return row;
    this.wanted = query;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.ask({ firstQuery: query, queries: 1, firstKey: 0, keys: this.matrix.keys, factor: 1 }, this.all.signal, ({ data }) => {
        if (this.wanted === query) this.wanted = undefined;
        this.rows.set(query, data);
        const [oldest] = this.rows.keys();
        if (this.rows.size > mostRows) this.rows.delete(oldest);
      });
    }, pause);
    return undefined;
  }

  /** A weight, where the numbers that are there tell it. */
  weight(query: number, key: number): number | undefined {
    const row = this.rows.get(query);
    if (row) return row[key];
    const { detail } = this.matrix;
    const [r, c] = detail ? [query - detail.firstQuery, key - detail.firstKey] : [-1, -1];
    if (detail?.factor !== 1 || r < 0 || c < 0 || r >= detail.rows || c >= detail.columns) return undefined;
    return detail.data[r * detail.columns + c];
  }

  /** Gives up what is under way. */
  dispose(): void {
    clearTimeout(this.timer);
    this.all.abort();
    this.part?.abort.abort();
  }

  private ask(region: HeadRegion, signal: AbortSignal, take: (weights: RegionWeights) => void): void {
    this.fetch(this.address, region, signal).then(weights => {
      if (signal.aborted || this.all.signal.aborted) return;
      take(weights);
      this.changed();
    }, (error: unknown) => {
      if (signal.aborted || this.all.signal.aborted) return;
      if (this.part?.region === region) this.part = undefined;
      this.changed(error);
    });
  }
}
