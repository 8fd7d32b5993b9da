import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fsPromises from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hold, HeldFile, isHeldElsewhere } from '../../../inference/locks/heldFile';

const never = new AbortController().signal;
/** The number of a process that has ended. */
const deadPid = Number(execFileSync(process.execPath, ['-p', 'process.pid']));
const minute = 60_000;

describe('a file that a process holds', function () {
  this.timeout(20_000);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-held-'));
    file = path.join(folder, 'below', 'q8.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** As a process left it that gives no sign of life any more. */
  async function left(holder: object): Promise<void> {
    await (await HeldFile.make(file))!.release();
    writeFileSync(file, JSON.stringify({ pid: deadPid, window: 1, host: os.hostname(), id: 'theirs', ...holder }));
  }

  it('is had by one at a time, whoever asks, also where a dead one left it', async () => {
    await left({});
    let having = 0;
    let most = 0;
    let had = 0;
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        const held = await hold(file, new AbortController().signal, undefined, { interval: 5, looks: 1000 });
        most = Math.max(most, ++having);
        had++;
        await delay(10);
        having--;
        await held.release();
      }),
    );
    assert.deepEqual([had, most], [12, 1]);
    assert.deepEqual(readdirSync(path.dirname(file)), []);
  });

  it('is not left empty by a disk that is full: others would take it for held', async () => {
    mkdirSync(path.dirname(file));
    const handle = await fsPromises.open(folder);
    const prototype = Object.getPrototypeOf(handle) as { writeFile: unknown };
    await handle.close();
    const { writeFile } = prototype;
    prototype.writeFile = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    try {
      await assert.rejects(hold(file, never), { code: 'ENOSPC' });
    } finally {
      prototype.writeFile = writeFile;
    }
    assert.deepEqual(readdirSync(path.dirname(file)), []);
  });

  it('of a dead process is taken over at once', async () => {
    await left({});
    let waited = false;
    const held = await hold(file, never, () => (waited = true));
    assert.equal(waited, false);
    await held.release();
  });

  it('is taken over from a process without a sign of life, since its number may be another’s now; what gives one keeps it', async () => {
    for (const holder of [{ pid: process.pid }, { host: 'another machine' }, undefined]) {
      if (holder) await left(holder);
      // Written by halves: a process died as it began.
      else writeFileSync(file, '{"pid"');
      let looks = 0;
      const held = await hold(file, never, () => looks++, { interval: 5, looks: 10 });
      assert.ok(looks >= 10, `${looks}`);
      await held.release();
    }
    await left({ pid: process.pid });
    const stop = new AbortController();
    let looks = 0;
    await assert.rejects(
      hold(
        file,
        stop.signal,
        () => {
          // Whatever the clock says, as long as it is not the same.
          utimesSync(file, looks, looks);
          if (++looks > 30) stop.abort();
        },
        { interval: 5, looks: 10 },
      ),
      { name: 'AbortError' },
    );
  });

  it('tells a process that stood still that another has it now, and is not taken from that one', async () => {
    const held = (await HeldFile.make(file))!;
    writeFileSync(file, JSON.stringify({ pid: process.pid, window: 1, host: os.hostname(), id: 'theirs' }));
    await new Promise(resolve => held.lost.addEventListener('abort', resolve, { once: true }));
    await held.release();
    assert.match(readFileSync(file, 'utf8'), /theirs/);
  });

  it('gives a sign of life every two seconds', async () => {
    const held = (await HeldFile.make(file))!;
    utimesSync(file, 1, 1);
    await delay(2500);
    assert.ok(await isHeldElsewhere(file, 1, minute));
    await held.release();
    assert.ok(!existsSync(file));
  });

  it('counts as held elsewhere where a living process of another window holds it', async () => {
    assert.equal(await isHeldElsewhere(file, 1, minute), false);
    const held = (await HeldFile.make(file))!;
    assert.equal(await isHeldElsewhere(file, 1, minute), true);
    assert.equal(await isHeldElsewhere(file, process.ppid, minute), false);
    await held.release();
    await left({ pid: process.pid });
    utimesSync(file, 1, 1);
    assert.equal(await isHeldElsewhere(file, 2, minute), false);
    assert.ok(!existsSync(file), 'what the dead left is taken away');
  });
});
