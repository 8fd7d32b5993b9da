import type { MatrixScale } from '../attention/weightScale';
import type { HeadAddress, HeadReading } from '../run/explanation';
import type { PictureColors, Rgb } from './pictureColors';

/** What a panel shows that the process draws, and gives the numbers of, from what it knows of the run. */
export type Shown =
  /** One head, or several in one. */
  | { readonly kind: 'matrix'; readonly head: HeadReading; readonly title: string }
  /** Heads side by side; weights below the threshold have no line. */
  | {
      readonly kind: 'lines';
      readonly heads: readonly HeadReading[];
      readonly title: string;
      readonly threshold: number;
    }
  /** Two heads of the run, what is said beside their names, and all of them on a map or as a tree. */
  | {
      readonly kind: 'heads';
      readonly one: HeadAddress;
      readonly other: HeadAddress;
      readonly labels?: readonly [string, string];
      readonly selected: readonly HeadAddress[];
      readonly picture: 'map' | 'tree';
    }
  /** A head of the run and one of its partner. */
  | { readonly kind: 'runs'; readonly one: HeadAddress; readonly other: HeadAddress }
  /** What each layer would say; of a long text, around a position. */
  | { readonly kind: 'logitLens'; readonly query: number };

/** The colours that a theme gives to what is {@link Shown}. */
export interface ShownColors {
  readonly colors: PictureColors;
  readonly heat: { readonly colors: readonly Rgb[]; readonly scale: MatrixScale };
  /** Of a difference below zero. */
  readonly negative: Rgb;
  /** Of heads, one after the other: at least two. */
  readonly pens: readonly Rgb[];
}

/** What it is exported as: `distances` is a table of all heads as CSV. Matrix and lines are only drawn: their numbers are the run's. */
export type ShownFormat = 'svg' | 'html' | 'csv' | 'json' | 'distances';
