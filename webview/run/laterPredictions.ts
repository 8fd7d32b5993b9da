import type { Prediction } from '../../core/run/explanation';

/** So many positions are asked for at once: the next tokens are there when one moves on. */
export const positionsAtOnce = 32;
/** Milliseconds for which a position must be looked at, so that a pointer on its way asks nothing. */
export const restingTime = 100;

type Predictions = readonly (readonly Prediction[])[];

/** What a model says at each position of a long text, asked for where one looks. */
export class LaterPredictions {
  /** By the first position of those that were asked for together; undefined while they are on their way, empty where that failed. */
  private readonly known = new Map<number, Predictions | undefined>();
  private wanted?: number;
  private timer?: ReturnType<typeof setTimeout>;

  /**
   * @param fetch asks for some positions.
   * @param changed is told when there are more.
   * @param fail is told why there are none; they are not asked for again.
   */
  constructor(
    private readonly fetch: (first: number, count: number) => Promise<Predictions>,
    private readonly changed: () => void,
    private readonly fail: (error: unknown) => void,
  ) {}

  /** Likeliest first; undefined where they are not there yet. */
  at(position: number): readonly Prediction[] | undefined {
    const first = firstOf(position);
    return this.known.get(first)?.[position - first];
  }

  /** One looks at a position: what is not known there is asked for. */
  look(position: number): void {
    const first = firstOf(position);
    if (this.wanted === first) return;
    this.wanted = first;
    clearTimeout(this.timer);
    if (this.known.has(first)) return;
    this.timer = setTimeout(() => {
      this.known.set(first, undefined);
      this.fetch(first, positionsAtOnce).then(
        predictions => {
          this.known.set(first, predictions);
          this.changed();
        },
        (error: unknown) => {
          this.known.set(first, Array<readonly Prediction[]>(positionsAtOnce).fill([]));
          this.fail(error);
        },
      );
    }, restingTime);
  }

  /** Asks nothing more. */
  dispose(): void {
    clearTimeout(this.timer);
  }
}

function firstOf(position: number): number {
  return position - (position % positionsAtOnce);
}
