import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readWithin } from '../../core/files/readWithin';

/**
 * Reads a file whole, where it is not larger than what may be read.
 * @throws {FileTooLarge} with a sentence; what Node throws where it cannot be read.
 */
export function readLimited(
  file: string,
  most: number,
  remedy = 'put the original file back or choose another model',
): Promise<Uint8Array> {
  return readWithin(path.basename(file), most, remedy, {
    size: async () => (await stat(file)).size,
    read: () => readFile(file),
  });
}

/** The same, as text. */
export async function readLimitedText(file: string, most: number): Promise<string> {
  return new TextDecoder().decode(await readLimited(file, most));
}
