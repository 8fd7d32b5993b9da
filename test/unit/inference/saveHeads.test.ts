import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { headsFile, type HeadsInParts, type StreamedFormat } from '../../../core/export/headsFile';
import { saveHeads } from '../../../inference/export/saveHeads';
import { bytesOf, inParts, referenceRun } from '../export/exportedRuns';

describe('saveHeads', () => {
  const { run, layers } = referenceRun();
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'headlight-heads-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const save = (format: StreamedFormat, source: HeadsInParts, tell: (part: number) => void = () => undefined) =>
    saveHeads({ format, run, source, kind: 'self', file: path.join(folder, 'heads') }, tell);

  it('writes the file, and tells how far it is', async () => {
    for (const format of ['safetensors', 'npyHeads'] as const) {
      const told: number[] = [];
      await save(format, inParts(layers), part => told.push(part));
      assert.deepEqual(await readdir(folder), ['heads']);
      const expected = await bytesOf(headsFile(format, run, inParts(layers), 'self'));
      assert.ok((await readFile(path.join(folder, 'heads'))).equals(expected));
      assert.ok(told.length >= layers.length && told.every((part, i) => i === 0 || part >= told[i - 1]));
      assert.equal(told.at(-1), 1);
    }
  });

  it('leaves nothing where it is stopped half way, and what lay there as it was', async () => {
    await save('npyHeads', inParts(layers));
    const before = await readFile(path.join(folder, 'heads'));
    let given = 0;
    const stopped: HeadsInParts = {
      ...inParts(layers),
      async *parts(kind) {
        for await (const part of inParts(layers).parts(kind)) {
          if (++given === 3) throw new Error('Cancelled.');
          yield part;
        }
      },
    };
    await assert.rejects(save('safetensors', stopped), /Cancelled/);
    assert.deepEqual(await readdir(folder), ['heads']);
    assert.ok((await readFile(path.join(folder, 'heads'))).equals(before));
  });

  it('says in a sentence where it cannot write, and where layers are no one array', async () => {
    const nowhere = { format: 'npyHeads', run, source: inParts(layers), kind: 'self' } as const;
    await assert.rejects(
      saveHeads({ ...nowhere, file: path.join(folder, 'missing', 'heads') }, () => undefined),
      /heads cannot be written \(ENOENT.*\); choose another place, or make room for \d+ KB\./,
    );
    const source = inParts(layers);
    const uneven = { ...source, layers: source.layers.map((layer, i) => ({ ...layer, heads: 6 - (i % 2) })) };
    await assert.rejects(
      save('npyHeads', uneven),
      /differ in shape, so they are no one array; save them as safetensors/,
    );
    assert.deepEqual(await readdir(folder), []);
  });
});
