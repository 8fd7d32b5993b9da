import type { Token } from './token';
import { visibleText } from './visibleText';
import { tokenLabel } from './tokenLabel';

/** A stretch of a text, and the tokens that stand for it: none between tokens, several where they share a character. */
export interface TextSegment {
  readonly text: string;
  readonly tokens: readonly number[];
}

/** A text with its tokens laid over it, every character once; a token that stands for no text has its label. */
export function textSegments(text: string, tokens: readonly Token[]): TextSegment[] {
  const segments: { text: string; tokens: number[] }[] = [];
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    const last = segments.at(-1);
    if (token.start === token.end) {
      segments.push({ text: tokenLabel(token, text), tokens: [index] });
      continue;
    }
    if (token.start > at) segments.push({ text: readableText(text.slice(at, token.start)), tokens: [] });
    if (token.end > at) {
      segments.push({ text: readableText(text.slice(Math.max(at, token.start), token.end)), tokens: [index] });
    } else last?.tokens.push(index);
    at = Math.max(at, token.end);
  }
  if (at < text.length) segments.push({ text: readableText(text.slice(at)), tokens: [] });
  return segments;
}

/** A text as it reads: spaces are spaces, a line breaks after its sign, tabs and what else is unseen have signs. */
function readableText(text: string): string {
  return text
    .split(/( +|\r?\n)/)
    .map((part, i) => (i % 2 === 0 ? visibleText(part) : part.endsWith('\n') ? '↵\n' : part))
    .join('');
}
