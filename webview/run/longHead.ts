import { LruCache } from '../../core/cache/lruCache';
import type { HeadReading } from '../../core/run/explanation';
import type { HeadRegion, RegionWeights } from '../../core/attention/region/headRegion';
import { type HeadMatrix, type MatrixRegion, rowRegion } from './headMatrix';

/** Asks for a part of a head; gives up when the signal says so. */
export type FetchRegion = (address: HeadReading, region: HeadRegion, signal: AbortSignal) => Promise<RegionWeights>;

/** A head of more weights than this (8 MB) is not fetched whole to be looked at. */
const mostWeights = 2 ** 21;

/** The longer side of what is held of the whole. */
const overviewSide = 1024;

/** As many parts are held: what was asked for last. */
const mostParts = 64;

/** So long a part is waited for to stay the one that is wanted, in milliseconds. */
const pause = 40;

/** A part that could not be had is asked for again after so many milliseconds, then after twice as many, at most so often. */
const firstRetry = 1000;
const mostRetries = 4;

/** Whether a head is long: its matrix is then seen through a {@link LongHead}. */
export function isLong({ queries, keys }: { readonly queries: number; readonly keys: number }): boolean {
  return queries * keys > mostWeights;
}

/**
 * A head of a long text, or several in one, of which only what is looked at is fetched: all of it pooled to about a
 * thousand a side, the part that is zoomed into, single rows and columns, sums, the strongest weights.
 */
export class LongHead {
  matrix: HeadMatrix;
  private readonly all = new AbortController();
  private readonly parts = new LruCache<string, RegionWeights>(mostParts);
  private readonly wanted = new Map<string, { readonly key: string; readonly timer: ReturnType<typeof setTimeout> }>();
  private seen: boolean;
  private zoomed?: { readonly abort: AbortController; readonly region: HeadRegion };

  /** @param rough What there is from the start: the thumbnail, or pooled by a factor the whole. */
  constructor(
    readonly address: HeadReading,
    rough: HeadMatrix,
    private readonly fetch: FetchRegion,
    private readonly changed: (failure?: unknown) => void,
  ) {
    this.seen = rough.factor !== undefined;
    this.matrix = { ...rough, exact: false, part: (purpose, region) => this.part(purpose, region) };
  }

  /** Fetches what a part needs to be drawn in so many pixels, with some room around it, unless it is there. */
  see(region: MatrixRegion, width: number, height: number): void {
    const { queries, keys, detail } = this.matrix;
    const factor = this.matrix.factor ?? Math.ceil(Math.max(queries, keys) / overviewSide);
    if (!this.seen) {
      this.seen = true;
      this.ask({ firstQuery: 0, queries, firstKey: 0, keys, factor, unseen: true }, this.all.signal, weights => {
        this.matrix = { ...this.matrix, ...weights, factor };
      });
    }
    const needed = Math.max(1, Math.floor(Math.min(region.keys / width, region.queries / height)));
    if (needed >= factor) return;
    const covers = (part: HeadRegion | undefined) =>
      part !== undefined &&
      part.factor <= needed &&
      part.firstQuery <= region.query &&
      part.firstKey <= region.key &&
      part.firstQuery + part.queries >= Math.min(queries, region.query + region.queries) &&
      part.firstKey + part.keys >= Math.min(keys, region.key + region.keys);
    if (covers(detail) || covers(this.zoomed?.region)) return;
    const span = (at: number, length: number, whole: number) => {
      const first = Math.max(0, Math.floor(at - length / 2));
      return [first, Math.min(whole, Math.ceil(at + length * 1.5)) - first] as const;
    };
    const [firstQuery, someQueries] = span(region.query, region.queries, queries);
    const [firstKey, someKeys] = span(region.key, region.keys, keys);
    const part: HeadRegion = { firstQuery, queries: someQueries, firstKey, keys: someKeys, factor: needed };
    this.zoomed?.abort.abort();
    const abort = new AbortController();
    this.zoomed = { abort, region: part };
    this.ask(part, abort.signal, weights => {
      this.zoomed = undefined;
      this.matrix = { ...this.matrix, detail: { ...part, ...weights } };
    });
  }

  /** A weight, where the numbers that are there tell it. */
  weight(query: number, key: number): number | undefined {
    const row = this.parts.get(JSON.stringify(rowRegion(this.matrix, query)));
    if (row) return row.data[key];
    const { detail } = this.matrix;
    const [r, c] = detail ? [query - detail.firstQuery, key - detail.firstKey] : [-1, -1];
    if (detail?.factor !== 1 || r < 0 || c < 0 || r >= detail.rows || c >= detail.columns) return undefined;
    return detail.data[r * detail.columns + c];
  }

  /** Gives up what is under way. */
  dispose(): void {
    for (const { timer } of this.wanted.values()) clearTimeout(timer);
    this.all.abort();
    this.zoomed?.abort.abort();
  }

  private part(purpose: string, region: HeadRegion): RegionWeights | undefined {
    const key = JSON.stringify(region);
    const before = this.wanted.get(purpose);
    const held = this.parts.get(key);
    if (held || before?.key === key) return held;
    clearTimeout(before?.timer);
    const timer = setTimeout(
      () =>
        this.ask(
          region,
          this.all.signal,
          weights => {
            if (this.wanted.get(purpose)?.key === key) this.wanted.delete(purpose);
            this.parts.set(key, weights);
            // What is drawn is drawn again; a row is asked for anew.
            if (purpose !== 'row') this.matrix = { ...this.matrix };
          },
          () => this.wanted.get(purpose)?.key === key,
        ),
      pause,
    );
    this.wanted.set(purpose, { key, timer });
    return undefined;
  }

  /** @param wanted whether it is still to be asked for again, where it could not be had. */
  private ask(
    region: HeadRegion,
    signal: AbortSignal,
    take: (weights: RegionWeights) => void,
    wanted = () => true,
    retries = 0,
  ): void {
    const over = () => signal.aborted || this.all.signal.aborted;
    this.fetch(this.address, region, signal).then(
      weights => {
        if (over()) return;
        take(weights);
        this.changed();
      },
      (error: unknown) => {
        if (over()) return;
        this.changed(error);
        if (retries === mostRetries) return;
        setTimeout(
          () => {
            if (!over() && wanted()) this.ask(region, signal, take, wanted, retries + 1);
          },
          firstRetry * 2 ** retries,
        );
      },
    );
  }
}
