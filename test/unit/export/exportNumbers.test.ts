import assert from 'node:assert/strict';
import { exportNumbers } from '../../../core/export/exportNumbers';
import type { NumbersFormat } from '../../../core/export/weightFormats';
import { inParts, referenceRun } from './exportedRuns';

describe('exportNumbers', () => {
  const { run, layers } = referenceRun();

  /** The file, and what was asked for to make it. */
  async function write(format: NumbersFormat) {
    const asked: string[] = [];
    const [first] = layers;
    const size = first.queries * first.keys;
    const file = await exportNumbers(
      format,
      run,
      { title: 'sample.ts' },
      {
        head: () => {
          asked.push('head');
          return Promise.resolve({ ...first, heads: [1], data: first.data.subarray(size, 2 * size) });
        },
        all: () => {
          asked.push('all');
          return Promise.resolve(layers);
        },
        inParts: () => {
          asked.push('parts');
          return Promise.resolve(inParts(layers));
        },
      },
    );
    return { file, asked };
  }

  it('asks for one head where the format holds one, else for all, a part at a time where the file is written so', async () => {
    for (const format of ['csv', 'npy'] as const) assert.deepEqual((await write(format)).asked, ['head'], format);
    for (const format of ['json', 'bertviz', 'html'] as const) {
      assert.deepEqual((await write(format)).asked, ['all'], format);
    }
    for (const format of ['safetensors', 'npyHeads'] as const) {
      assert.deepEqual((await write(format)).asked, ['parts'], format);
    }
  });

  it('gives text for formats of text, bytes for those of bytes', async () => {
    const csv = (await write('csv')).file;
    assert.ok(typeof csv === 'string');
    assert.equal(csv.trim().split('\r\n').length, 1 + layers[0].queries * layers[0].keys);
    const npy = (await write('npy')).file;
    assert.ok(npy instanceof Uint8Array);
    assert.equal(Buffer.from(npy.subarray(1, 6)).toString(), 'NUMPY');
    assert.match((await write('html')).file as string, /<title>sample\.ts/);
  });
});
