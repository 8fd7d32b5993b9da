/**
 * The printable character that byte-level vocabularies write for each byte, as GPT-2 chose them (`bytes_to_unicode`):
 * printable Latin-1 stands for itself, every other byte is moved up from U+0100 in order.
 */
const byteAlphabet: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let moved = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : moved++));
})();

const byteOf = new Map(byteAlphabet.map((character, byte) => [character, byte]));

/** The bytes that a byte-level piece stands for, one character (U+0000…U+00FF) a byte; undefined if it is written otherwise. */
export function byteLevelBytes(piece: string): string | undefined {
  let bytes = '';
  for (const character of piece) {
    const byte = byteOf.get(character);
    if (byte === undefined) return undefined;
    bytes += String.fromCharCode(byte);
  }
  return bytes;
}
