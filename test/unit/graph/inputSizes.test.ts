import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileLimits } from '../../../core/files/fileLimits';
import { FileTooLarge, readWithin } from '../../../core/files/readWithin';
import { parseInputs } from '../../../core/graph/graphInputs';
import { readNpy } from '../../../core/graph/readNpy';
import { npyHeader } from '../../../core/export/npy';
import { readJson } from '../../../inference/models/readJson';

const inputs = [{ name: 'x', type: 'float32', shape: ['batch', 'n'] }];
const parse = (json: string) => parseInputs(json, inputs, () => assert.fail('a file was read'));

describe('the sizes of what is read', () => {
  it('a file that is too large is refused by its size, and not read', async () => {
    const file = (size: number, bytes: number) => ({
      size: () => Promise.resolve(size),
      read: () => (bytes < 0 ? assert.fail('it was read') : Promise.resolve(new Uint8Array(bytes))),
    });
    const says = (error: Error) => {
      assert.ok(error instanceof FileTooLarge);
      assert.equal(error.message, 'a.json has 20 MB, and 16 MB are read at most; name NPY files.');
      return true;
    };
    await assert.rejects(readWithin('a.json', 16e6, 'name NPY files', file(20e6, -1)), says);
    await assert.rejects(readWithin('a.json', 16e6, 'name NPY files', file(0, 20e6)), says, 'its size is not told');
    assert.equal((await readWithin('a.json', 16e6, 'name NPY files', file(5, 5))).length, 5);
  });

  it('a model’s JSON that is too large is refused in a sentence, and not read', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-large-'));
    try {
      // A file with a hole: as large as it says, and nothing on the disk.
      writeFileSync(path.join(folder, 'config.json'), '{');
      truncateSync(path.join(folder, 'config.json'), fileLimits.modelJson + 1);
      await assert.rejects(
        readJson({ id: 'big', folder, dtype: 'q8' }, 'config.json'),
        /^Error: big: config\.json has 268 MB, and 268 MB are read at most; put the original file back/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('an array of NPY takes as much as its file, and a shape that is none is a sentence', () => {
    const file = Buffer.concat([npyHeader([3]), new Uint8Array(Float32Array.of(1, 2, 3).buffer)]);
    const { data, shape } = readNpy(file, 'a.npy');
    assert.ok(data instanceof Float32Array);
    assert.deepEqual([[...data], shape], [[1, 2, 3], [3]]);
    file.write('(x,)', file.indexOf('(3,)'));
    assert.throws(() => readNpy(file, 'a.npy'), /a\.npy has the shape \(x,\), which no array has/);
  });

  it('what is nested a million deep, or no list of words or numbers, is a sentence', async () => {
    const deep = '['.repeat(1e6) + ']'.repeat(1e6);
    const wrong: [string, RegExp][] = [
      [`{"x":${deep}}`, /“x” is nested 1,000,000 deep; no input has more than 32 axes\./],
      [`{"x":[[1,${deep}]]}`, /“x” holds a list, which is no number\./],
      [`{"x":{"shape":[{}],"data":[1]}}`, /“x” has the shape \[\{\}\]; give a list of whole numbers\./],
      [`{"x":{"shape":${deep},"data":[1]}}`, /“x” has the shape a list; give a list of whole numbers\./],
      [`{"x":[[1,2]],"labels":[{},"b"]}`, /“labels” holds \{\}; give words\./],
      [`{"x":[[1,2]],"vocabulary":{"1":{"a":1}}}`, /“vocabulary” holds \{"a":1\}; give words\./],
      [`{"x":[["${'y'.repeat(1e5)}"]]}`, /“x” holds "y{59}…, which is no number\./],
    ];
    for (const [json, says] of wrong) {
      await assert.rejects(parse(json), (error: Error) => {
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /call stack|\[object/);
        return true;
      });
    }
  });
});
