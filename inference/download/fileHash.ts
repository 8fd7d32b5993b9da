import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { HubFile } from '../../core/protocol/downloadProtocol';

/**
 * The hash of a file as the hub names it: SHA-256 of its bytes, or git's name of a blob, SHA-1 of `blob <size>\0` and the bytes.
 * @returns hexadecimal.
 */
export async function fileHash(
  file: string,
  size: number,
  algorithm: HubFile['hash']['algorithm'],
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (algorithm === 'git-sha1') hash.update(`blob ${size}\0`);
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash, { signal });
  return hash.digest('hex');
}
