import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { safetensors } from '../../../core/export/safetensors';
import { bytesOf } from './exportedRuns';

const weights = Float32Array.from({ length: 24 }, (_, i) => Math.fround(i) / Math.fround(7));
const square = weights.filter((_, i) => i % 4 < 3);

describe('safetensors', () => {
  it('writes the file that the Python library writes', async () => {
    const file = await bytesOf(
      safetensors(
        [
          { name: 'cross.0', shape: [2, 3, 4], data: () => weights },
          { name: 'self.0', shape: [2, 3, 3], data: () => Promise.resolve(square) },
        ],
        { text: 'naïve "text"\n' },
      ),
    );
    assert.ok(file.equals(readFileSync('test/fixtures/export/weights.safetensors')));
  });

  it('refuses two tensors of one name, and a tensor that its shape does not fit', async () => {
    const tensor = { name: 'a', shape: [2, 2], data: () => new Float32Array(4) };
    await assert.rejects(bytesOf(safetensors([tensor, tensor])), /two tensors named a/);
    await assert.rejects(bytesOf(safetensors([{ ...tensor, name: '__metadata__' }])), RangeError);
    await assert.rejects(bytesOf(safetensors([{ ...tensor, shape: [3] }])), RangeError);
  });
});
