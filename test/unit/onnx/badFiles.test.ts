import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addAttention, findAttention, OnnxError, readModel } from '../../../core/onnx';
import { externalDataPlaces } from '../../../inference/models/externalDataPlaces';
import type { NewNode } from '../../../core/onnx/read/encodeOnnx';
import { modelBytes } from './support/modelBytes';
import { referenceCase } from './support/referenceModels';

/** Files that are no models, or broken ones: one clear sentence each. */
describe('bad files', function () {
  this.timeout(120_000);

  /** The one sentence a file is refused with. */
  function refusal(bytes: Uint8Array): string {
    try {
      readModel(bytes);
    } catch (error) {
      assert.ok(error instanceof OnnxError, String(error));
      assert.match(error.message, /^[A-Z][^\n]*\.$/);
      return error.message;
    }
    return assert.fail('The file was accepted.');
  }
  const encoder = new TextEncoder();

  for (const [sentence, ...files] of [
    ['The file is empty; download it again.', new Uint8Array(0)],
    ['The file is text, not an ONNX model; choose a file that ends in .onnx.', 'Once upon a time there was a model.\n'],
    [
      'The file is a web page, not an ONNX model; download the model file itself.',
      '<!DOCTYPE html>\n<html><body>404</body></html>',
      '\n  <html lang="en">',
    ],
    [
      'The file is a zip archive (or a PyTorch checkpoint), not an ONNX model; unpack it or choose a file that ends in .onnx.',
      'PK\x03\x04\x14\x00\x00\x00',
    ],
    [
      'The file is a safetensors file, not an ONNX model; choose a file that ends in .onnx.',
      '\x58\x00\x00\x00\x00\x00\x00\x00{"weight":{"dtype":"F32"}}',
    ],
    [
      'The file is a Git LFS pointer, not the model itself; run "git lfs pull" or download the file.',
      'version https://git-lfs.github.com/spec/v1\noid sha256:00',
    ],
    ['The file is a GGUF model, not an ONNX model; choose a file that ends in .onnx.', 'GGUF\x03\x00\x00\x00'],
    [
      'The file ends or breaks off inside a record, so it is truncated or not an ONNX model; download it again.',
      new Uint8Array(1000),
    ],
  ] as const) {
    it(`says: ${sentence}`, () => {
      for (const file of files) assert.equal(refusal(typeof file === 'string' ? encoder.encode(file) : file), sentence);
    });
  }

  for (const name of ['none_lstm/model.onnx', 'spelled_einsum/model.onnx']) {
    it(`${name} truncated at every length is refused, or is whole`, () => {
      const bytes = new Uint8Array(readFileSync(referenceCase(name).file));
      const whole = readModel(bytes).graph.nodes.length;
      let accepted = 0;
      for (let length = 0; length < bytes.length; length++) {
        try {
          assert.equal(readModel(bytes.subarray(0, length)).graph.nodes.length, whole);
          accepted++;
        } catch (error) {
          if (!(error instanceof OnnxError)) throw error;
        }
      }
      // Only what stands behind graph and operator sets can be missing.
      assert.ok(accepted <= 2, `${accepted} lengths were accepted`);
    });
  }

  const relu = (from: string, to: string) => ({ type: 'Relu', inputs: [from], outputs: [to] });

  it('names the value on a cycle', () => {
    assert.equal(
      refusal(
        modelBytes({
          nodes: [relu('x', 'a'), { type: 'Add', inputs: ['a', 'c'], outputs: ['b'] }, relu('b', 'c')],
          inputs: { x: [1] },
          outputs: ['c'],
        }),
      ),
      'The graph has a cycle through "b", so it cannot be run; export the model again.',
    );
    assert.match(refusal(modelBytes({ nodes: [relu('a', 'a')], outputs: ['a'] })), /a cycle through "a"/);
  });

  it('names what is defined twice', () => {
    const sentence = 'The graph defines "a" twice, so the file is not a valid ONNX model; export it again.';
    assert.equal(refusal(modelBytes({ nodes: [relu('x', 'a'), relu('x', 'a')], inputs: { x: [1] } })), sentence);
    assert.equal(refusal(modelBytes({ nodes: [relu('x', 'a')], inputs: { x: [1] }, constants: { a: [1] } })), sentence);
    assert.equal(refusal(modelBytes({ nodes: [relu('x', 'a')], inputs: { x: [1], a: [1] } })), sentence);
  });

  it('keeps a sentence on one line whatever names hold', () => {
    assert.equal(
      refusal(modelBytes({ nodes: [relu('a\nb', 'a\nb')], outputs: [] })),
      'The graph has a cycle through "a\\nb", so it cannot be run; export the model again.',
    );
    assert.ok(refusal(modelBytes({ nodes: [relu('y'.repeat(5000), 'y'.repeat(5000))] })).length < 300);
  });

  /** A layer of attention over x [1, 5, 8] with two heads. */
  const attention = (name: (part: string) => string): NewNode[] => [
    { type: 'MatMul', inputs: ['x', 'w'], outputs: [name('q')] },
    { type: 'MatMul', inputs: ['x', 'w'], outputs: [name('k')] },
    { type: 'Transpose', inputs: [name('k')], outputs: [name('kt')], attributes: { perm: { ints: [0, 2, 1] } } },
    { type: 'MatMul', inputs: [name('q'), name('kt')], outputs: [name('s')] },
    { type: 'Softmax', inputs: [name('s')], outputs: [name('p')], attributes: { axis: { int: -1 } } },
    { type: 'MatMul', inputs: [name('p'), 'x'], outputs: [name('y')] },
  ];

  it('reads names with newlines, and nodes in any order', () => {
    const nodes = attention(part => `a\nb "${part}" 🙂`);
    for (const order of [nodes, [...nodes].reverse()]) {
      const model = readModel(
        modelBytes({
          nodes: order,
          inputs: { x: [1, 5, 8] },
          outputs: [nodes[5].outputs[0]],
          constants: { w: [8, 8] },
        }),
      );
      const found = findAttention(model);
      assert.equal(found.summary, '1 layer × 1 head of self-attention');
      const again = findAttention(readModel(addAttention(model, found).bytes));
      assert.equal(again.summary, found.summary);
    }
  });

  it('reads 100,000 nodes in seconds', () => {
    const nodes = Array.from({ length: 99_994 }, (_, i) =>
      i % 2 ? { type: 'Add', inputs: [`v${i}`, `v${i - 1}`], outputs: [`v${i + 1}`] } : relu(`v${i}`, `v${i + 1}`),
    );
    const bytes = modelBytes({
      nodes: [...nodes, ...attention(p => p)],
      inputs: { v0: [1, 5, 8], x: [1, 5, 8] },
      outputs: ['y'],
      constants: { w: [8, 8] },
    });
    const start = performance.now();
    const model = readModel(bytes);
    const extended = addAttention(model, findAttention(model));
    assert.equal(extended.outputs.length, 1);
    assert.ok(performance.now() - start < 40_000);
  });

  it('100,000 softmaxes in a row end soon too', () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => ({
      type: 'Softmax',
      inputs: [`v${i}`],
      outputs: [`v${i + 1}`],
    }));
    const start = performance.now();
    assert.equal(
      findAttention(readModel(modelBytes({ nodes, inputs: { v0: [1, 4, 5, 5] }, outputs: ['v100000'] }))).attentions
        .length,
      0,
    );
    assert.ok(performance.now() - start < 60_000);
  });

  it('bodies within bodies end at a depth', () => {
    let graph = new Uint8Array([10, 0]);
    for (let i = 0; i < 2000; i++) {
      const wrap = (number: number, content: Uint8Array): Uint8Array => {
        const length: number[] = [];
        for (let n = content.length; ; n >>= 7) {
          length.push(n > 127 ? (n & 127) | 128 : n);
          if (n <= 127) break;
        }
        return new Uint8Array([number * 8 + 2, ...length, ...content]);
      };
      graph = new Uint8Array(wrap(1, wrap(5, wrap(6, graph))));
    }
    const model = new Uint8Array([
      ...modelBytes({ nodes: [] }).subarray(0, 2),
      58,
      ...[(graph.length & 127) | 128, ((graph.length >> 7) & 127) | 128, graph.length >> 14],
      ...graph,
    ]);
    assert.match(refusal(model), /too deeply/);
  });

  describe("weights outside the model's folder", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-external-'));
    });
    after(() => rmSync(folder, { recursive: true }));

    async function refused(location: string): Promise<string> {
      const model = readModel(
        modelBytes({
          nodes: [{ type: 'Identity', inputs: ['w'], outputs: ['y'] }],
          outputs: ['y'],
          external: { w: location },
        }),
      );
      assert.deepEqual(model.externalLocations, [location]);
      const error: unknown = await externalDataPlaces(model, folder).then(
        () => undefined,
        (e: unknown) => e,
      );
      assert.ok(error instanceof OnnxError, `${location} was read`);
      assert.match(error.message, /^[A-Z][^\n]*\.$/);
      return error.message;
    }

    it('are refused before anything is read', async () => {
      for (const location of [
        '../../etc/passwd',
        'a/../../b',
        '/etc/passwd',
        'C:\\Windows\\win.ini',
        '..\\x',
        '\\\\host\\share',
        'file:///etc/passwd',
      ]) {
        assert.match(
          await refused(location),
          /an absolute path|outside the folder|stream|device|dot or a space/,
          location,
        );
      }
      assert.match(await refused(''), /does not name it/);
      assert.match(await refused('missing.bin'), /is not beside it/);
    });

    it('are refused behind a symbolic link', async () => {
      symlinkSync('/etc/hostname', path.join(folder, 'link.bin'));
      symlinkSync('/etc', path.join(folder, 'dir'));
      assert.match(await refused('link.bin'), /a link to a file outside its folder/);
      assert.match(await refused('dir/hostname'), /a link to a file outside its folder/);
      assert.match(await refused('.'), /outside the folder/);
    });

    it('are read beside the model', async () => {
      writeFileSync(path.join(folder, 'w.bin'), new Uint8Array(16));
      const model = readModel(
        modelBytes({
          nodes: [{ type: 'Identity', inputs: ['w'], outputs: ['y'] }],
          outputs: ['y'],
          external: { w: './w.bin' },
        }),
      );
      assert.deepEqual(
        (await externalDataPlaces(model, folder)).map(place => [place.path, place.bytes]),
        [['./w.bin', 16]],
      );
    });
  });
});
