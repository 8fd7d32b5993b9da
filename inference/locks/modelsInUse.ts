import { randomUUID } from 'node:crypto';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { HeldFile, isHeldElsewhere } from './heldFile';

/** What lies in a downloaded model's folder. */
export const manifestName = 'headlight.json';

/**
 * After so many milliseconds without a sign of life a model is not in use, though a process of that number runs: it is
 * another. A process that runs a model gives none while ONNX Runtime holds it up.
 */
const silent = 10 * 60_000;

/**
 * Says to other windows that a downloaded model is open here: beside its folder lies a {@link HeldFile} for each process
 * that has it open. Other models, and storage that cannot be written, are passed over.
 * @returns what to call once it is closed.
 */
export async function useModelFolder(folder: string): Promise<() => Promise<void>> {
  const nothing = () => Promise.resolve();
  try {
    await access(path.join(folder, manifestName));
    const held = await HeldFile.make(`${markOf(folder)}${randomUUID()}`);
    return held ? () => held.release().catch(() => undefined) : nothing;
  } catch {
    return nothing;
  }
}

/** Whether a process of another window has a downloaded model open. @param window as of {@link isHeldElsewhere}. */
export async function isUsedElsewhere(folder: string, window: number): Promise<boolean> {
  const names = await readdir(path.dirname(folder)).catch(() => []);
  const marks = names.filter(name => name.startsWith(path.basename(markOf(folder))));
  const used = await Promise.all(
    marks.map(mark => isHeldElsewhere(path.join(path.dirname(folder), mark), window, silent)),
  );
  return used.includes(true);
}

function markOf(folder: string): string {
  return `${folder}.in-use-`;
}
