/** Pieces of a file as one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Pieces of a file that come one after the other, as one. */
export async function joinParts(parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes: Uint8Array[] = [];
  for await (const part of parts) bytes.push(part);
  return joinBytes(bytes);
}
