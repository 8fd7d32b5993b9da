import type { SeparatedTexts } from '../../core/text/pairSeparator';
import type { TextPart } from '../../core/text/textPair';
import type { Token } from '../../core/text/token';
import type { TextModel } from '../models/textModel';
import { beginningOf, longestText } from './longestText';
import type { PairTemplate, SpecialPiece } from './pairTemplate';
import type { ModelInput } from './tokenize';

/** What stands between two texts of their own in the text that is shown. */
const lineBreak = '\n';

/** Two texts that stand apart as the parts of one. */
export function joinedTexts(a: string, b: string): { readonly text: string; readonly places: SeparatedTexts } {
  const text = a + lineBreak + b;
  const at = (start: number, end = start) => ({ start, end });
  const beginsB = a.length + lineBreak.length;
  return {
    text,
    places: {
      a: at(0, a.length),
      b: at(beginsB, text.length),
      before: at(0),
      between: at(a.length),
      after: at(text.length),
    },
  };
}

/**
 * The tokens of two texts with the special tokens that the model expects around and between them, and their types. Where
 * they are more than the context, the ends of the texts are left out, of the longer one first.
 * @param align finds a text's tokens in it.
 */
export function tokenizePair(
  { tokenizer, info }: Pick<TextModel, 'tokenizer' | 'info'>,
  text: string,
  { a, b, before, between, after }: SeparatedTexts,
  template: PairTemplate,
  align: (text: string, ids: readonly number[]) => Token[],
): ModelInput {
  const begun = [a, b].map(({ start, end }) => beginningOf(text.slice(start, end), longestText(info.contextLength)));
  const all = begun.map(part => tokenizer.encode(part, { add_special_tokens: false }));
  const around = [template.before, template.between, template.after].reduce((sum, { length }) => sum + length, 0);
  const counts = keptOf(
    all.map(({ length }) => length),
    Math.max(0, info.contextLength - around),
  );
  const own = all.map((ids, i) =>
    align(begun[i], ids.slice(0, counts[i])).map(token => ({
      ...token,
      start: token.start + [a, b][i].start,
      end: token.end + [a, b][i].start,
    })),
  );
  const endOf = (i: 0 | 1) =>
    counts[i] < all[i].length || begun[i].length < [a, b][i].end - [a, b][i].start
      ? own[i].reduce((most, { end }) => Math.max(most, end), [a, b][i].start)
      : [a, b][i].end;
  const ends = [endOf(0), endOf(1)];
  const first = special(template.before, before, a.start);
  const middle = special(template.between, between, ends[0]);
  const last = special(template.after, after, ends[1]);
  const left = all.reduce((sum, ids, i) => sum + ids.length - counts[i], 0);
  const kept = [...first, ...own[0], ...middle, ...own[1], ...last];
  const types = [
    ...template.before.map(({ type }) => type),
    ...own[0].map(() => template.typeOfA),
    ...template.between.map(({ type }) => type),
    ...own[1].map(() => template.typeOfB),
    ...template.after.map(({ type }) => type),
  ];
  return {
    text: left > 0 ? text.slice(0, ends[1]) : text,
    tokens: kept,
    types,
    pair: {
      a: { start: a.start, end: ends[0] },
      b: { start: b.start, end: ends[1] },
      tokensOfB: first.length + own[0].length + middle.length,
    },
    ...(left > 0 && { cut: { tokensKept: kept.length, tokensLeftOut: left } }),
  };
}

/** How many tokens of each of two texts are kept: of the longer one fewer, until both fit. */
function keptOf([a, b]: readonly number[], room: number): [number, number] {
  if (a + b <= room) return [a, b];
  const half = Math.floor(room / 2);
  if (a <= half) return [a, room - a];
  return b <= room - half ? [room - b, b] : [half, room - half];
}

/** Special tokens in the place where they are written, the last of them where fewer are; else without one, at `at`. */
function special(pieces: readonly SpecialPiece[], written: TextPart, at: number): Token[] {
  const isWritten = written.end > written.start;
  return pieces.map(({ id, piece }, i) => ({
    id,
    text: piece,
    start: isWritten ? (i === 0 ? written.start : written.end) : at,
    end: isWritten ? written.end : at,
    special: true,
  }));
}
