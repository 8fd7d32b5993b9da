import { graphemes } from '../../core/text/graphemes';
import type { Token } from '../../core/text/token';

/** A stretch of the text as it is drawn. */
export type TextPiece =
  /** Text that belongs to no token. */
  | { readonly kind: 'gap'; readonly text: string }
  /** One token; `text` is empty for one that stands for no text. */
  | { readonly kind: 'token'; readonly index: number; readonly text: string }
  /** Several tokens that share a character: the text once. */
  | { readonly kind: 'shared'; readonly indices: readonly number[]; readonly text: string };

/** Lays tokens over the text they came from, in the order of the text, so that every character stands there once. */
export function layOutText(text: string, tokens: readonly Token[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (let index = 0; index < tokens.length;) {
    const { start, end } = tokens[index];
    if (start === end) {
      pieces.push({ kind: 'token', index, text: '' });
      index++;
      continue;
    }
    if (start > at) pieces.push({ kind: 'gap', text: text.slice(at, start) });
    let sharedEnd = end;
    let next = index + 1;
    while (next < tokens.length && tokens[next].start < sharedEnd && tokens[next].end > start) {
      sharedEnd = Math.max(sharedEnd, tokens[next].end);
      next++;
    }
    const piece = text.slice(Math.max(at, start), sharedEnd);
    pieces.push(
      next === index + 1
        ? { kind: 'token', index, text: piece }
        : { kind: 'shared', indices: tokens.slice(index, next).map((_, i) => index + i), text: piece },
    );
    at = Math.max(at, sharedEnd);
    index = next;
  }
  if (at < text.length) pieces.push({ kind: 'gap', text: text.slice(at) });
  return pieces;
}

/** A run of characters that are drawn the same way. */
export interface TextRun {
  readonly kind: 'text' | 'space' | 'tab' | 'newline' | 'mark';
  readonly text: string;
}

/**
 * Parts a piece of text into what shows by itself and what needs a mark in its place. CR LF is one line break. A character
 * with joiners, selectors or combining marks is one: it is shown as it is.
 */
export function partText(text: string): TextRun[] {
  const runs: { kind: TextRun['kind']; text: string }[] = [];
  for (const { segment } of graphemes(text)) {
    const kind = kindOf(segment);
    const last = runs.at(-1);
    if (last?.kind === 'text' && kind === 'text') last.text += segment;
    else runs.push({ kind, text: segment });
  }
  return runs;
}

function kindOf(character: string): TextRun['kind'] {
  switch (character) {
    case ' ':
      return 'space';
    case '\t':
      return 'tab';
    case '\n':
    case '\r\n':
      return 'newline';
    default:
      return unseen.test(character) ? 'mark' : 'text';
  }
}

const unseen = /^[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}]+$/u;
