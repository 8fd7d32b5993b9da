import { byteLevelBytes } from './byteAlphabet';
import type { TokenizerFamily } from './tokenizerFamily';
import { utf8Bytes, utf8Text } from './utf8';

const fallbackByte = /^<0x([0-9A-Fa-f]{2})>$/;

/** The UTF-8 bytes that an ordinary piece stands for, one character a byte, without the vocabulary's marks. */
export function pieceBytes(piece: string, family: TokenizerFamily): string {
  if (family.added.has(piece)) return utf8Bytes(piece);
  if (family.byteLevel) return withoutWordEnd(byteLevelBytes(piece) ?? utf8Bytes(piece), family);
  const byte = fallbackByte.exec(piece);
  if (byte) return String.fromCharCode(parseInt(byte[1], 16));
  let text = withoutWordEnd(piece, family);
  if (family.continuing && text.startsWith(family.continuing) && text.length > family.continuing.length) {
    text = text.slice(family.continuing.length);
  }
  if (family.space) text = text.replaceAll(family.space, ' ');
  return utf8Bytes(text);
}

/** What a piece reads as by itself (a prediction, say): U+FFFD where it holds a part of a character only. */
export function pieceText(piece: string, family: TokenizerFamily): string {
  return utf8Text(pieceBytes(piece, family)) || piece;
}

function withoutWordEnd(text: string, { wordEnd }: TokenizerFamily): string {
  return wordEnd && text.endsWith(wordEnd) && text.length > wordEnd.length ? text.slice(0, -wordEnd.length) : text;
}
