/**
 * A file, damaged in one of the ways that disks, networks and people do.
 * @param next gives whole numbers below a limit.
 * @param front the bytes that most bits flip within: what stands there says what all the others are.
 */
export function damaged(original: Uint8Array, next: (limit: number) => number, front = 20_000): Uint8Array {
  const bytes = original.slice();
  switch (next(6)) {
    case 0:
      return bytes.subarray(0, next(bytes.length));
    case 1: {
      // A piece is missing.
      const at = next(bytes.length);
      const length = 1 + next(64);
      return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    }
    case 2: {
      // A piece stands somewhere else.
      bytes.copyWithin(next(bytes.length), next(bytes.length), next(bytes.length));
      return bytes;
    }
    case 3: {
      bytes.fill(next(2) ? 0xff : 0, next(bytes.length), next(bytes.length));
      return bytes;
    }
    default: {
      const within = next(3) ? Math.min(bytes.length, front) : bytes.length;
      for (let i = 1 + next(8); i > 0; i--) bytes[next(within)] ^= 1 << next(8);
      return bytes;
    }
  }
}
