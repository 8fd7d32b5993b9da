import type { MechanismId } from './mechanisms';
import type { ReadDate } from './readDate';

/** What the four models make of a date. */
export interface MechanismAnswers {
  /** As it was read: in lower case. */
  readonly text: string;
  /** [n]: what the models read, a character each, with the marks at both ends. */
  readonly characters: readonly string[];
  /** Characters that no model knows. */
  readonly unknown: readonly string[];
  /** The right answer; undefined where Headlight cannot read the text as a date. */
  readonly right?: ReadDate;
  readonly answers: readonly MechanismAnswer[];
}

/** What one model writes, and where it looked. */
export interface MechanismAnswer {
  readonly id: MechanismId;
  /** A character a step. */
  readonly output: string;
  /** [step]: of the character that it wrote. */
  readonly probabilities: Float32Array;
  /** [step][n], row-major: of several layers and heads their mean. Absent without attention. */
  readonly alignment?: Float32Array;
  /** Layers and heads that the alignment is the mean of. */
  readonly heads?: { readonly layers: number; readonly heads: number };
  /** Without attention: the one vector that the encoder hands on. */
  readonly vector?: Float32Array;
  readonly parameters: number;
  /** Part of 2,000 unseen dates that it got right, as who trained it measured. */
  readonly exact: number;
  /** Milliseconds. */
  readonly time: number;
}

/** A part of the formula, in the model's own numbers. */
export interface ScorePart {
  /** As the formula calls it. */
  readonly symbol: string;
  readonly words: string;
  readonly numbers: Float32Array;
  /** Whether it is a list over the input's characters, and no vector. */
  readonly perCharacter?: boolean;
}

/** How one digit's look at one character was computed. */
export interface ScoreStep {
  readonly id: MechanismId;
  readonly step: number;
  readonly character: number;
  /** Which head of which layer, from 0; absent where there is one. */
  readonly head?: { readonly layer: number; readonly head: number };
  readonly parts: readonly ScorePart[];
}

/** Whether each character of an answer is that of the right one; undefined where no right one is known. */
export function rightCharacters({ output }: MechanismAnswer, right: ReadDate | undefined): boolean[] | undefined {
  return right && [...output].map((character, i) => character === right.iso[i]);
}

/** The character that a row of an alignment looks at most. */
export function strongestCharacter(alignment: Float32Array, step: number, length: number): number {
  const row = alignment.subarray(step * length, (step + 1) * length);
  return row.indexOf(Math.max(...row));
}
