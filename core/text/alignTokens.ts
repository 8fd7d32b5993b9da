import { byteStream, type ByteStream } from './byteStream';
import { characterBounds, type CharacterBounds } from './characterBounds';
import type { Piece } from './piece';
import { pieceText } from './pieceBytes';
import { pieceSpans, type PieceSpan } from './pieceSpans';
import type { Token } from './token';
import type { TokenizerFamily } from './tokenizerFamily';
import { isContinuation, utf8Text } from './utf8';

export type { Piece } from './piece';

/**
 * Finds where the tokens of a text lie in it. The tokens may cover only its beginning.
 *
 * A range is made of whole characters, as a reader counts them (grapheme clusters, see {@link characterBounds}): a token
 * that holds any part of a character has all of it in its range, beside whatever else it holds. Where several tokens
 * hold parts of one character (bytes of an emoji; a letter and its accent; what `½` was changed into), each of them says
 * by `part` which of them it is, in their order; a token that shares its first and its last character with others counts
 * itself within the first. A token that shares no character has no `part`.
 *
 * Starts and ends never decrease from token to token. White space that the tokenizer dropped belongs to no token. A
 * token that stands for no text, or cannot be found, has an empty range where the one before it ends (between two that
 * share a character, that character's).
 *
 * `text` is what the vocabulary says, without its marks (lower case where the tokenizer lowers); a part of a code point
 * reads as that code point. Takes time linear in the text and the tokens.
 */
export function alignTokens(text: string, pieces: readonly Piece[], family: TokenizerFamily): Token[] {
  const stream = byteStream(text, family);
  const spans = pieceSpans(stream, pieces, family);
  const bounds = characterBounds(text);
  const ranges = sourceRanges(stream, spans, bounds);
  const parts = sharedParts(ranges, bounds);
  return pieces.map(({ id, piece, special }, i) => {
    const token = { id, text: shownText(piece, special, spans[i], stream, family), ...ranges[i], special };
    return parts[i] ? { ...token, part: parts[i] } : token;
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function sourceRanges(stream: ByteStream, spans: readonly PieceSpan[], bounds: CharacterBounds): Range[] {
  let last: Range = { start: 0, end: 0 };
  const held = spans.map(({ from, to }) => {
    if (from === to || stream.end[to - 1] <= stream.start[from]) return undefined;
    const start = Math.max(bounds.start[stream.start[from]], last.start);
    last = { start, end: Math.max(bounds.end[stream.end[to - 1] - 1], last.end) };
    return last;
  });
  let next = Infinity;
  const following = held.map(() => next);
  for (let i = held.length - 1; i >= 0; i--) {
    following[i] = next;
    next = held[i]?.start ?? next;
  }
  let end = 0;
  // A token without text between two that share a character cannot be empty without breaking the order: it shares it too.
  return held.map((range, i) => {
    end = range?.end ?? end;
    return range ?? { start: Math.min(end, following[i]), end };
  });
}

/** For each token: which part it is of the first character that it shares with others, if it shares one. */
function sharedParts(ranges: readonly Range[], bounds: CharacterBounds): Token['part'][] {
  const counts = new Int32Array(bounds.start.length);
  const places = ranges.map(({ start, end }) => {
    if (start === end) return undefined;
    const first = bounds.start[start];
    const last = bounds.start[end - 1];
    return { first, firstIndex: counts[first]++, last, lastIndex: last === first ? 0 : counts[last]++ };
  });
  return places.map(place => {
    if (!place) return undefined;
    if (counts[place.first] > 1) return { index: place.firstIndex, count: counts[place.first] };
    return counts[place.last] > 1 ? { index: place.lastIndex, count: counts[place.last] } : undefined;
  });
}

function shownText(
  piece: string,
  special: boolean,
  span: PieceSpan,
  { bytes }: ByteStream,
  family: TokenizerFamily,
): string {
  if (special || family.added.has(piece) || piece === family.unknown?.piece) return piece;
  if (!span.exact || span.to === span.from) return pieceText(piece, family);
  let { from, to } = span;
  while (from > 0 && isContinuation(bytes, from)) from--;
  while (to < bytes.length && isContinuation(bytes, to)) to++;
  return utf8Text(bytes.slice(from, to));
}
