import { existsSync } from 'node:fs';

/** What is said where Headlight's own files are no more; what is in memory already goes on. */
export const goneWords = 'Headlight was updated or removed while this window was open; reload the window to go on.';

/** Whether a file of Headlight's own is gone, as after an update or a removal while it runs. */
export function isGone(file: string): boolean {
  return !existsSync(file);
}
