import type { Token } from '../../core/text/token';

/** Code of short lines and so many tokens; every piece is one. */
export function codeOf(length: number): { text: string; tokens: Token[] } {
  const pieces = [
    'function',
    ' add',
    '(',
    'left',
    ',',
    ' right',
    ')',
    ' {',
    '\n ',
    ' return',
    ' left',
    ' +',
    ' right',
    ';',
    '\n',
    '}',
    '\n',
  ];
  let text = '';
  const tokens = Array.from({ length }, (_, i) => {
    const piece = pieces[i % pieces.length];
    const start = text.length;
    text += piece;
    return { id: i % pieces.length, text: piece, start, end: text.length, special: false };
  });
  return { text, tokens };
}
