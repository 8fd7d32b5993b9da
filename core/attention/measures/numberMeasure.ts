import type { AttentionMatrix } from '../attentionMatrix';

/** A measure of a head that is one number and needs nothing but its attention. */
export interface NumberMeasure<Id extends string = string> {
  /** Its name in files and filters. */
  readonly id: Id;
  readonly name: string;
  /** What it is, in words. */
  readonly note: string;
  /** Whether heads that have least of it come first where they are sorted by it. */
  readonly leastFirst?: boolean;
  /** The number as it is written. */
  readonly format: (value: number) => string;
  /** What it says of a head, as a part of a sentence; absent where it lies between 0 and 1 and is drawn as a bar. */
  readonly say?: (value: number) => string;
  /** The measure itself; undefined where it cannot be had of a head. */
  readonly of: (matrix: AttentionMatrix) => number | undefined;
}
