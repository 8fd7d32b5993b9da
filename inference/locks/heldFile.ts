import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm, rmdir, stat, utimes, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const windows = process.platform === 'win32';

/** Milliseconds between two signs of life of a process that holds a file. */
const beat = 2000;

/** How patiently one waits for a held file. */
export interface HoldOptions {
  /** Milliseconds between two looks. */
  readonly interval: number;
  /**
   * So many looks without a sign of life, and it is taken over though a process of that number runs: it is another one, or
   * was stopped. Counted in looks, since the clock may jump and the machine may sleep.
   */
  readonly looks: number;
}
const patience: HoldOptions = { interval: 500, looks: 40 };

/** What a held file says. */
interface Holder {
  readonly pid: number;
  /** The process that started it: processes of one window have one. */
  readonly window: number;
  readonly host: string;
  /** Of this holding and no other. */
  readonly id: string;
}

/** A held file as it is found. */
interface Found {
  /** Absent while it is being written. */
  readonly holder?: Holder;
  /** When it last gave a sign of life, in milliseconds since 1970. */
  readonly beaten: number;
}

/**
 * A file that is there as long as this process is at what it stands for, so that another process (of another window) leaves
 * that alone. It says who holds it and is touched every two seconds. Of a process that died it stays, and is taken over at
 * once; where the number of the dead belongs to another process now, after twenty seconds without a sign of life.
 */
export class HeldFile {
  private readonly lostNow = new AbortController();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly file: string,
    private readonly holder: Holder,
  ) {
    this.timer = setInterval(() => void this.beat(), beat);
    this.timer.unref();
  }

  /** Aborted where another process took it over, since this one gave no sign of life for long. */
  get lost(): AbortSignal {
    return this.lostNow.signal;
  }

  /** Lets another process have it. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    const found = await find(this.file);
    if (found?.holder?.id === this.holder.id) await rm(this.file, { force: true });
  }

  /** Holds a file that is not there; undefined where it is there. @throws where it cannot be written; then none is left. */
  static async make(file: string): Promise<HeldFile | undefined> {
    await mkdir(path.dirname(file), { recursive: true });
    const holder: Holder = { pid: process.pid, window: process.ppid, host: os.hostname(), id: randomUUID() };
    let handle: FileHandle;
    try {
      handle = await open(file, 'wx');
    } catch (error) {
      // Windows refuses the name of a file that is being deleted.
      if (isCode(error, 'EEXIST', ...(windows ? ['EPERM', 'EBUSY', 'EACCES'] : []))) {
        return undefined;
      }
      throw error;
    }
    try {
      await handle.writeFile(JSON.stringify(holder));
    } catch (error) {
      // On a full disk an empty file is made, which others would take for held.
      await handle.close();
      await rm(file, { force: true });
      throw error;
    }
    await handle.close();
    return new HeldFile(file, holder);
  }

  private async beat(): Promise<void> {
    const found = await find(this.file).catch(() => 'unreadable' as const);
    if (found === 'unreadable') return;
    if (found?.holder?.id !== this.holder.id) {
      clearInterval(this.timer);
      this.lostNow.abort();
      return;
    }
    const now = new Date();
    await utimes(this.file, now, now).catch(() => undefined);
  }
}

/**
 * Holds a file, once no other process does.
 * @param wait is called while another holds it, again and again.
 * @throws as `signal` says where it is aborted first.
 */
export async function hold(
  file: string,
  signal: AbortSignal,
  wait: () => unknown = () => {},
  { interval, looks }: HoldOptions = patience,
): Promise<HeldFile> {
  let seen: string | undefined;
  let same = 0;
  for (;;) {
    signal.throwIfAborted();
    const mine = await HeldFile.make(file);
    if (mine) return mine;
    const found = await find(file);
    if (!found) continue;
    const state = `${found.holder?.id} ${found.beaten}`;
    same = state === seen ? same + 1 : 0;
    seen = state;
    if ((found.holder && isDead(found.holder)) || same >= looks) {
      await takeAway(file, found.holder?.id);
      continue;
    }
    await wait();
    await delay(interval, undefined, { signal });
  }
}

/**
 * Whether a process of another window holds a file. What the dead left is taken away.
 * @param window the process that started those of this window.
 * @param silent milliseconds without a sign of life after which nobody does, though a process of that number runs.
 */
export async function isHeldElsewhere(file: string, window: number, silent: number): Promise<boolean> {
  const found = await find(file);
  if (!found) return false;
  const { holder, beaten } = found;
  if ((holder && isDead(holder)) || Math.abs(Date.now() - beaten) > silent) {
    await takeAway(file, holder?.id);
    return false;
  }
  return !(holder?.window === window && holder.host === os.hostname());
}

async function find(file: string): Promise<Found | undefined> {
  try {
    const { mtimeMs } = await stat(file);
    return { holder: holderIn(await readFile(file, 'utf8')), beaten: mtimeMs };
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, window, host, id } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) && pid > 0 && typeof id === 'string' ? { pid, window, host, id } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether its process is certainly no more. Of another machine's one cannot tell. */
function isDead({ pid, host }: Holder): boolean {
  if (host !== os.hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it runs, and is another user's.
    return isCode(error, 'ESRCH');
  }
}

/**
 * Removes what one holding left, and never what another process holds since: of those that try one does it at a time, and
 * looks again.
 */
async function takeAway(file: string, id: string | undefined): Promise<void> {
  const taking = `${file}.taking`;
  try {
    await mkdir(taking);
  } catch (error) {
    if (!isCode(error, 'EEXIST', ...(windows ? ['EPERM', 'EBUSY', 'EACCES'] : []))) throw error;
    // What takes a moment only: one died meanwhile.
    const since = await stat(taking).catch(() => undefined);
    if (since && Math.abs(Date.now() - since.mtimeMs) > 10 * beat) await rmdir(taking).catch(() => undefined);
    return;
  }
  try {
    if ((await find(file))?.holder?.id === id) await rm(file, { force: true });
  } finally {
    await rmdir(taking).catch(() => undefined);
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
