import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { npy, npyHeader } from '../../../core/export/npy';
import { bytesOf } from './exportedRuns';

const weights = Float32Array.from({ length: 24 }, (_, i) => Math.fround(i) / Math.fround(7));

describe('npy', () => {
  it('writes the file that NumPy writes', async () => {
    assert.ok(
      (await bytesOf(npy([2, 3, 4], [weights.subarray(0, 12), weights.subarray(12)]))).equals(
        readFileSync('test/fixtures/export/weights.npy'),
      ),
    );
    assert.ok(
      (await bytesOf(npy([4], [weights.subarray(0, 4)]))).equals(readFileSync('test/fixtures/export/vector.npy')),
    );
  });

  it('has a header by the specification', () => {
    for (const shape of [[1], [4, 6, 24, 24], [12, 12, 4096, 4096], []]) {
      const header = Buffer.from(npyHeader(shape));
      assert.deepEqual([...header.subarray(0, 8)], [0x93, ...Buffer.from('NUMPY'), 1, 0]);
      assert.equal(header.length % 64, 0);
      assert.equal(header.readUInt16LE(8), header.length - 10);
      assert.match(
        header.toString('latin1', 10),
        /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+,|\d+(, \d+)+)?\), \} *\n$/,
      );
    }
  });

  it('takes version 2.0 for a header that is too long for 1.0', () => {
    const header = Buffer.from(npyHeader(Array<number>(30_000).fill(1)));
    assert.deepEqual([...header.subarray(6, 8)], [2, 0]);
    assert.equal(header.length % 64, 0);
    assert.equal(header.readUInt32LE(8), header.length - 12);
  });

  it('refuses more or fewer numbers than the shape has', async () => {
    await assert.rejects(bytesOf(npy([2, 3], [weights])), RangeError);
    await assert.rejects(bytesOf(npy([5, 5], [weights])), RangeError);
  });
});
