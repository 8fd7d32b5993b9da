import type { Token } from './token';

/** A text with its tokens. */
interface ReadText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/**
 * The token of an edited text that stands where a token of the other version stands: of the beginning and of the end that
 * both have, the one with the same characters; of what lies between, the one that starts at the same place.
 * @returns its index, or undefined where none does.
 */
export function tokenThere(index: number, from: ReadText, to: ReadText): number | undefined {
  const token = from.tokens[index] as Token | undefined;
  if (!token) return undefined;
  if (token.start === token.end) {
    // A special token: the same one at the same place from the beginning or from the end.
    const same = (place: number) => (to.tokens[place] as Token | undefined)?.text === token.text;
    if (same(index)) return index;
    const fromEnd = index - from.tokens.length + to.tokens.length;
    return same(fromEnd) ? fromEnd : undefined;
  }
  const begin = commonBeginning(from.text, to.text);
  const end = commonEnd(from.text, to.text, begin);
  const moved = token.start >= from.text.length - end ? to.text.length - from.text.length : 0;
  const starts = (one: Token) => one.start === token.start + moved && one.part?.index === token.part?.index;
  const exact = to.tokens.findIndex(one => starts(one) && one.end === token.end + moved);
  const found = exact >= 0 ? exact : to.tokens.findIndex(one => starts(one) && one.end > one.start);
  return found >= 0 ? found : undefined;
}

/** How many elements two sequences have in common from the start: code units of texts, or words. */
export function commonBeginning(one: ArrayLike<unknown>, other: ArrayLike<unknown>): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[count] === other[count]) count++;
  return count;
}

/** How many they have in common at the end, of what lies behind their common beginning. */
export function commonEnd(one: ArrayLike<unknown>, other: ArrayLike<unknown>, beginning: number): number {
  const most = Math.min(one.length, other.length) - beginning;
  let count = 0;
  while (count < most && one[one.length - 1 - count] === other[other.length - 1 - count]) count++;
  return count;
}
