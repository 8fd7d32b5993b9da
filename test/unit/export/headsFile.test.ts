import assert from 'node:assert/strict';
import { headsFile, type HeadsInParts } from '../../../core/export/headsFile';
import { tokenText } from '../../../core/text/tokenLabel';
import { bytesOf, inParts, oddRun, referenceRun } from './exportedRuns';

interface Header {
  readonly __metadata__?: Record<string, string>;
  readonly [name: string]: unknown;
}

function readHeader(file: Buffer): { header: Header; start: number } {
  const length = Number(file.readBigUInt64LE(0));
  assert.equal(length % 8, 0);
  return { header: JSON.parse(file.toString('utf8', 8, 8 + length)) as Header, start: 8 + length };
}

describe('headsFile', () => {
  it('safetensors: layers without gaps, its texts beside them', async () => {
    const { run, layers } = referenceRun();
    const file = await bytesOf(headsFile('safetensors', run, inParts(layers), 'self'));
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

  it('safetensors: texts that UTF-8 cannot are in other forms', async () => {
    const { run, layers } = oddRun();
    const { header } = readHeader(await bytesOf(headsFile('safetensors', run, inParts(layers), 'self')));
    assert.doesNotMatch(JSON.stringify(header), /\\ud[89a-f]/i);
    assert.deepEqual(JSON.parse(header.__metadata__?.output_tokens ?? ''), ['a', ' b']);
  });

  it('NPY: one array of a kind, layer by layer', async () => {
    const { run, layers } = referenceRun();
    const file = await bytesOf(headsFile('npyHeads', run, inParts(layers), 'self'));
    const length = file.readUInt16LE(8);
    assert.match(file.toString('latin1', 10, 10 + length), new RegExp(`'shape': \\(${layers.length}, 6, 24, 24\\)`));
    const numbers = new Float32Array(new Uint8Array(file.subarray(10 + length)).buffer);
    layers.forEach(({ data }, i) => assert.deepEqual(numbers.subarray(i * data.length, (i + 1) * data.length), data));
  });

  it('is the same however the weights are cut', async () => {
    const { run, layers } = referenceRun();
    const whole = inParts(layers);
    const cut: HeadsInParts = {
      layers: whole.layers,
      async *parts(kind) {
        for await (const part of whole.parts(kind)) {
          for (let at = 0; at < part.length; at += 1000) yield part.subarray(at, at + 1000);
        }
      },
    };
    for (const format of ['safetensors', 'npyHeads'] as const) {
      assert.ok(
        (await bytesOf(headsFile(format, run, whole, 'self'))).equals(
          await bytesOf(headsFile(format, run, cut, 'self')),
        ),
      );
    }
  });

  it('refuses layers of two shapes in one array, and weights that are missing', async () => {
    const { run, layers } = referenceRun();
    const whole = inParts(layers);
    const { layers: shapes } = whole;
    const other = [shapes[0], { ...shapes[1], heads: 5 }];
    await assert.rejects(bytesOf(headsFile('npyHeads', run, { ...whole, layers: other }, 'self')), RangeError);
    const short = { ...whole, layers: shapes.slice(0, 1) };
    await assert.rejects(bytesOf(headsFile('safetensors', run, short, 'self')), /weights of self attention, not/);
  });
});
