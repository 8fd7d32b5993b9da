import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { clearModels, removeDownload, removeModel } from '../../../inference/download/removeModels';

const name = { id: 'headlight/gpt', dtype: 'q8' };

describe('models that are deleted', () => {
  let storage: string;
  beforeEach(() => {
    storage = mkdtempSync(path.join(os.tmpdir(), 'headlight-remove-'));
    for (const folder of ['models/headlight/gpt/q8', 'models/headlight/other/q8', 'downloads/headlight/gpt/q8@1']) {
      mkdirSync(path.join(storage, folder), { recursive: true });
      writeFileSync(path.join(storage, folder, 'headlight.json'), '{}');
    }
  });
  afterEach(() => rmSync(storage, { recursive: true, force: true }));

  const there = (folder: string) => existsSync(path.join(storage, folder));

  /** While the system refuses to change what lies below a folder. */
  async function refused<Result>(code: string, below: string, work: () => Promise<Result>): Promise<Result> {
    const patched = fsPromises as unknown as Record<'rename' | 'rm', (file: string, ...rest: unknown[]) => unknown>;
    const { rename, rm } = patched;
    const refuse =
      (real: typeof rename) =>
      (file: string, ...rest: unknown[]) =>
        file.startsWith(path.join(storage, below)) && existsSync(file)
          ? Promise.reject(Object.assign(new Error(`${code}: said by the system`), { code }))
          : real(file, ...rest);
    Object.assign(patched, { rename: refuse(rename), rm: refuse(rm) });
    try {
      return await work();
    } finally {
      Object.assign(patched, { rename, rm });
    }
  }

  for (const code of ['EROFS', 'EIO', ...(process.platform === 'win32' ? [] : ['EACCES', 'EPERM', 'EBUSY'])]) {
    it(`say in a sentence that the system refuses (${code}), and are there whole`, async () => {
      const says = new RegExp(
        `^headlight/gpt \\(q8\\) cannot be deleted from .+ \\(${code}\\); allow changes there, or bring that disk back, and delete it again\\.$`,
      );
      await refused(code, 'models', () => assert.rejects(removeModel(storage, name, 1), { message: says }));
      await refused(code, 'downloads', () => assert.rejects(removeDownload(storage, name, 1), { message: says }));
      assert.ok(
        there('models/headlight/gpt/q8/headlight.json') && there('downloads/headlight/gpt/q8@1/headlight.json'),
      );
    });
  }

  it('are cleared but for those that the system refuses, which are named', async () => {
    const kept = await refused('EROFS', 'models/headlight/gpt', () => clearModels(storage, 1));
    assert.deepEqual(kept, [{ ...name, why: 'denied' }]);
    assert.ok(there('models/headlight/gpt/q8') && !there('models/headlight/other/q8'));
    assert.ok(!there('downloads/headlight/gpt/q8@1'));
  });

  it('are gone without a word where somebody removed them, or the whole storage, before', async () => {
    rmSync(storage, { recursive: true });
    await removeModel(storage, name, 1);
    await removeDownload(storage, name, 1);
    assert.deepEqual(await clearModels(storage, 1), []);
  });
});
