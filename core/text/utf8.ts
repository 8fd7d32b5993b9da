const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const ascii = /^[\x00-\x7f]*$/;

/**
 * The UTF-8 bytes of a text, one character (U+0000…U+00FF) a byte: strings of bytes are searched natively.
 * A lone surrogate gives the bytes of U+FFFD, as `TextEncoder` does.
 */
export function utf8Bytes(text: string): string {
  if (ascii.test(text)) return text;
  let bytes = '';
  for (const character of text) bytes += codePointBytes(character.codePointAt(0) ?? 0xfffd);
  return bytes;
}

/** The UTF-8 bytes of one code point, as {@link utf8Bytes} writes them. */
export function codePointBytes(codePoint: number): string {
  const point = codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
  if (point < 0x80) return String.fromCharCode(point);
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
  if (point < 0x10000) {
    return String.fromCharCode(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
  }
  return String.fromCharCode(
    0xf0 | (point >> 18),
    0x80 | ((point >> 12) & 0x3f),
    0x80 | ((point >> 6) & 0x3f),
    0x80 | (point & 0x3f),
  );
}

/** What a string of UTF-8 bytes reads as; U+FFFD where they are not whole characters. */
export function utf8Text(bytes: string): string {
  if (ascii.test(bytes)) return bytes;
  return decoder.decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)));
}

/** Whether the byte at an index goes on a character that began before it. */
export function isContinuation(bytes: string, index: number): boolean {
  const byte = bytes.charCodeAt(index);
  return byte >= 0x80 && byte < 0xc0;
}
