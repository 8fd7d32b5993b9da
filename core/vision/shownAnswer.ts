import type { ImageRegion } from '../images/image';
import type { ImageAnswer, ImageTurn, WordAttention, WordWish } from './imageAnswer';

/** What is shown of an answer, to be drawn or saved. */
export interface ShownAnswer {
  /** The image's path in the workspace. */
  readonly title: string;
  readonly turns: readonly ImageTurn[];
  readonly answer: ImageAnswer;
  readonly wish: WordWish;
  /** Which parts of the picture the heat is of. */
  readonly shown: 'tiles' | 'thumbnail' | 'both';
  readonly attention: WordAttention;
  /** What was covered, and what that did to the words. */
  readonly covers: readonly {
    readonly name: string;
    readonly regions: readonly ImageRegion[];
    readonly changes: readonly number[];
  }[];
  /** The image as the panel shows it. */
  readonly png: Uint8Array;
}
