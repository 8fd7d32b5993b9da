import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { layerTensors, runMetadata, safetensors } from '../../../core/export/safetensors';
import { tokenText } from '../../../core/text/tokenLabel';
import { bytesOf, oddRun, referenceRun } from './exportedRuns';

const weights = Float32Array.from({ length: 24 }, (_, i) => Math.fround(i) / Math.fround(7));
const square = weights.filter((_, i) => i % 4 < 3);

interface Header {
  readonly __metadata__?: Record<string, string>;
  readonly [name: string]: unknown;
}

function readHeader(file: Buffer): { header: Header; start: number } {
  const length = Number(file.readBigUInt64LE(0));
  assert.equal(length % 8, 0);
  return { header: JSON.parse(file.toString('utf8', 8, 8 + length)) as Header, start: 8 + length };
}

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

  it('holds a run: its layers without gaps, its texts beside them', async () => {
    const { run, layers } = referenceRun();
    const file = await bytesOf(safetensors(layerTensors(layers), runMetadata(run)));
    const { header, start } = readHeader(file);
    assert.equal(header.__metadata__?.text, run.text);
    assert.deepEqual(
      JSON.parse(header.__metadata__?.tokens ?? ''),
      run.tokens.map(token => tokenText(token, run.text)),
    );
    let end = 0;
    for (const { layer, data } of layers) {
      const { shape, data_offsets: offsets } = header[`self.${layer}`] as { shape: number[]; data_offsets: number[] };
      assert.deepEqual(shape, [6, 24, 24]);
      assert.equal(offsets[0], end);
      end = offsets[1];
      const bytes = file.subarray(start + offsets[0], start + end);
      assert.deepEqual(new Float32Array(new Uint8Array(bytes).buffer), data.slice());
    }
    assert.equal(start + end, file.length);
  });

  it('holds texts that UTF-8 cannot, in other forms', async () => {
    const { run, layers } = oddRun();
    const { header } = readHeader(await bytesOf(safetensors(layerTensors(layers), runMetadata(run))));
    assert.doesNotMatch(JSON.stringify(header), /\\ud[89a-f]/i);
    assert.deepEqual(JSON.parse(header.__metadata__?.output_tokens ?? ''), ['a', ' b']);
  });

  it('refuses two tensors of one name, and a tensor that its shape does not fit', async () => {
    const tensor = { name: 'a', shape: [2, 2], data: () => new Float32Array(4) };
    await assert.rejects(bytesOf(safetensors([tensor, tensor])), /two tensors named a/);
    await assert.rejects(bytesOf(safetensors([{ ...tensor, name: '__metadata__' }])), RangeError);
    await assert.rejects(bytesOf(safetensors([{ ...tensor, shape: [3] }])), RangeError);
  });
});
