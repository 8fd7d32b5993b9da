import type { LogitLens, Prediction } from '../../core/run/explanation';

/** How many positions are asked for at once. */
const portion = 32;

/** Asks what each layer would say at some positions. */
export type AskLens = (first: number, count: number, signal: AbortSignal) => Promise<LogitLens>;

/** What each layer would say at the positions that were looked at, fetched a portion at a time. */
export class LensColumns {
  /** Why the model has no lens, or the numbers could not be had. */
  missing = '';
  failure = '';
  /** How many rows there are: the embedding and the layers; 0 while nothing is known. */
  rows = 0;
  private readonly portions = new Map<number, LogitLens['rows']>();
  private wanted: readonly number[] = [];
  private abort?: AbortController;

  constructor(
    private readonly ask: AskLens,
    private readonly changed: () => void,
  ) {}

  /** The likeliest tokens at a place, where they are known; row 0 is the embedding. */
  at(row: number, position: number): readonly Prediction[] | undefined {
    return this.portions.get(Math.floor(position / portion))?.[row]?.[position % portion];
  }

  /** Fetches what is seen: the positions from one to another, both included. What is on its way and no longer seen is given up. */
  see(first: number, last: number): void {
    const from = Math.floor(first / portion);
    this.wanted = Array.from({ length: Math.floor(last / portion) - from + 1 }, (_, i) => from + i);
    if (!this.abort) void this.fetch();
  }

  dispose(): void {
    this.wanted = [];
    this.abort?.abort();
  }

  private async fetch(): Promise<void> {
    const next = this.wanted.find(index => !this.portions.has(index));
    if (next === undefined || this.missing || this.failure) return;
    const abort = (this.abort = new AbortController());
    try {
      const { rows, missing } = await this.ask(next * portion, portion, abort.signal);
      if (abort.signal.aborted) return;
      this.missing = missing ?? '';
      this.rows = rows.length;
      this.portions.set(next, rows);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.abort = undefined;
    }
    this.changed();
    void this.fetch();
  }
}
