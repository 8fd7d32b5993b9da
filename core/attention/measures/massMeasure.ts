import type { AttentionShape } from '../attentionMatrix';
import { oneKeyEach, targetKeys, type KeyRanges, type TargetKeys } from '../targetKeys';
import type { TextFacts } from '../textFacts';

/** What a measure of how much of a row lies on certain keys is called. */
interface MassNames<Id extends string> {
  /** Its name in files and filters. */
  readonly id: Id;
  /** The name of a head that has it, in the middle of a sentence. */
  readonly name: string;
  /** Its name where there is little room, if another. */
  readonly short?: string;
  /** What it counts, to follow "of a row lies on". */
  readonly on: string;
}

/** A measure of how much of a row lies on certain keys. */
export interface MassMeasure<Id extends string = string> extends MassNames<Id> {
  /** Whether it is about what the text says, so that a head's distances alone explain a part of it. */
  readonly ofContent: boolean;
  /** Which keys count on a text. */
  targets(this: void, facts: TextFacts, shape: AttentionShape): TargetKeys;
}

/** A measure of the weight on one key of each query, whatever the text says there. @param keyOf as {@link oneKeyEach} takes it. */
export function placeMeasure<Id extends string>(
  names: MassNames<Id>,
  keyOf: (query: number, shape: AttentionShape) => number,
): MassMeasure<Id> {
  const keys = (shape: AttentionShape) => oneKeyEach(shape, query => keyOf(query, shape));
  return { ...names, ofContent: false, targets: (_, shape) => targetKeys(shape, keys(shape), false) };
}

/** A measure of the weight on keys that count for what the text says, see {@link targetKeys} on which are left out of them. */
export function contentMeasure<Id extends string>(
  names: MassNames<Id>,
  keysOf: (facts: TextFacts, shape: AttentionShape) => KeyRanges,
): MassMeasure<Id> {
  return { ...names, ofContent: true, targets: (facts, shape) => targetKeys(shape, keysOf(facts, shape), true) };
}
