import { WireType } from './wireCursor';

/** A message as pieces to be written one after the other: parts of the original file and new bytes. */
export type Pieces = Uint8Array[];

/** The total size of pieces. */
export function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** The pieces as one run of bytes. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(sizeOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** A length-delimited field around pieces that are not copied. */
export function field(number: number, content: readonly Uint8Array[]): Pieces {
  return [new Uint8Array([...varint(number * 8 + WireType.bytes), ...varint(sizeOf(content))]), ...content];
}

/** A string field. */
export function textField(number: number, text: string): Uint8Array {
  return concat(field(number, [encoder.encode(text)]));
}

/** An integer field; negative numbers take ten bytes, as int64 does. */
export function intField(number: number, value: number): Uint8Array {
  return new Uint8Array([...varint(number * 8 + WireType.varint), ...varint(value)]);
}

/** A 32-bit float field. */
export function floatField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return new Uint8Array([...varint(number * 8 + WireType.fixed32), ...bytes]);
}

/** A base-128 varint. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  // Most are small: without 64-bit integers that is many times faster.
  if (value >= 0 && value < 2 ** 31) {
    let small = value;
    while (small >= 128) {
      bytes.push((small & 127) | 128);
      small >>>= 7;
    }
    bytes.push(small);
    return bytes;
  }
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

const encoder = new TextEncoder();
