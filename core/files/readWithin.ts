import { formatBytes } from '../models/formatBytes';

/** A file that was not read since it is larger than what is read; the message is a sentence for the user. */
export class FileTooLarge extends Error {}

/**
 * Reads a file that may be so large, by its size before and after: it may grow meanwhile, or have no size that is known.
 * @param name what the sentence calls it.
 * @param remedy what the user can do, as the end of that sentence.
 * @throws {FileTooLarge}; and what `size` and `read` throw.
 */
export async function readWithin(
  name: string,
  most: number,
  remedy: string,
  file: { size(): PromiseLike<number>; read(): PromiseLike<Uint8Array> },
): Promise<Uint8Array> {
  const check = (size: number): void => {
    if (size > most) {
      throw new FileTooLarge(`${name} has ${formatBytes(size)}, and ${formatBytes(most)} are read at most; ${remedy}.`);
    }
  };
  check(await file.size());
  const bytes = await file.read();
  check(bytes.length);
  return bytes;
}
