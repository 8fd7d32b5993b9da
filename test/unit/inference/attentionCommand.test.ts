import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { imageReference } from '../support/imageModel';

const models = 'test/fixtures/reference-models';

/** Runs the command line as a script does. */
function attention(...words: string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/support/command.mjs', 'attention', ...words], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, error: stderr };
}

describe('the command line', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'headlight-attention-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('writes the attention of a model for the inputs of a reference', () => {
    const out = path.join(folder, 'bert');
    const { code, error } = attention(
      `${models}/bert/model_eager.onnx`,
      '--inputs',
      `${models}/bert/reference.json`,
      '--out',
      out,
    );
    assert.deepEqual({ code, error }, { code: 0, error: '' });
    const { attentions, added, found } = JSON.parse(readFileSync(path.join(out, 'attention.json'), 'utf8')) as {
      attentions: { kind: string; layer: number; shape: number[]; offset: number }[];
      added: unknown[];
      found: string;
    };
    const reference = JSON.parse(readFileSync(`${models}/bert/reference.json`, 'utf8')) as {
      attentions: { kind: string; layer: number; shape: number[]; offset: number }[];
    };
    assert.deepEqual(
      attentions.map(({ kind, layer, shape, offset }) => ({ kind, layer, shape, offset })),
      reference.attentions.map(({ kind, layer, shape, offset }) => ({ kind, layer, shape, offset })),
    );
    assert.equal(added.length, attentions.length);
    assert.match(found, /attention/);
    const floats = (file: string) => new Float32Array(new Uint8Array(readFileSync(file)).buffer);
    const given = floats(path.join(out, 'attention.bin'));
    const expected = floats(`${models}/bert/reference.bin`);
    const last = attentions[attentions.length - 1];
    assert.equal(given.length, last.offset + last.shape.reduce((product, size) => product * size, 1));
    given.forEach((weight, i) =>
      assert.ok(Math.abs(weight - expected[i]) <= 1e-5, `${i}: ${weight} against ${expected[i]}`),
    );
  });

  it('takes a picture that the inputs name, and tells how it was read and the grid', () => {
    const [out, inputs] = [path.join(folder, 'picture'), path.join(folder, 'picture.json')];
    copyFileSync('test/fixtures/image-models/oblong.png', path.join(folder, 'oblong.png'));
    writeFileSync(inputs, JSON.stringify({ image: 'oblong.png' }));
    const model = 'test/fixtures/image-models/vit_oblong';
    const { code, error } = attention(`${model}/onnx/model.onnx`, '--inputs', inputs, '--out', out);
    assert.deepEqual({ code, error }, { code: 0, error: '' });
    const { picture, grid } = JSON.parse(readFileSync(path.join(out, 'attention.json'), 'utf8')) as {
      picture: string;
      grid: object;
    };
    assert.match(
      picture,
      /^oblong\.png was read at 64 × 32 pixels, mean 0\.5 and deviation 0\.5 \(as preprocessor_config/,
    );
    assert.deepEqual(grid, { rows: 4, columns: 4, before: 1 });
    const floats = (file: string) => new Float32Array(new Uint8Array(readFileSync(file)).buffer);
    const given = floats(path.join(out, 'attention.bin'));
    const { data } = imageReference('vit_oblong').tensor('self', 0);
    data.forEach((weight, i) => assert.ok(Math.abs(weight - given[i]) < 1e-4));

    writeFileSync(inputs, JSON.stringify({ image: 'none.png' }));
    const missing = attention(`${model}/onnx/model.onnx`, '--inputs', inputs, '--out', out);
    assert.deepEqual([missing.code, missing.error], [1, 'The inputs name none.png, which is not beside them.\n']);
  });

  it('lists what it found without running', () => {
    const { code, out, error } = attention(`${models}/bert/model_eager.onnx`, '--list');
    assert.deepEqual({ code, error }, { code: 0, error: '' });
    assert.match(out, /self/);
  });

  it('runs what ONNX Runtime cannot optimize, says so, and names sliding windows and global tokens', () => {
    const [model, out] = ['test/fixtures/faults/longformer', path.join(folder, 'longformer')];
    const { code, error } = attention(`${model}/model.onnx`, '--inputs', `${model}/inputs.json`, '--out', out);
    assert.deepEqual({ code, error }, { code: 0, error: '' });
    const { attentions, note } = JSON.parse(readFileSync(path.join(out, 'attention.json'), 'utf8')) as {
      attentions: { shape: number[] }[];
      note: string;
    };
    assert.deepEqual(
      attentions.map(({ shape }) => shape),
      [
        [1, 4, 24, 10],
        [1, 4, 1, 24],
        [1, 4, 24, 10],
        [1, 4, 1, 24],
      ],
    );
    assert.match(note, /cannot optimize this graph/);
    const list = attention(`${model}/model.onnx`, '--list');
    assert.match(list.out, /self 0, 4 heads, sliding window: .*\n.*self 1, 4 heads, global: /);
    assert.doesNotMatch(list.out, /causal/);
  });

  it('gives all parts that a graph computes side by side', () => {
    const [model, out] = ['test/fixtures/faults/patchtst', path.join(folder, 'patchtst')];
    const { code } = attention(`${model}/model.onnx`, '--inputs', `${model}/reference.json`, '--out', out);
    assert.equal(code, 0);
    const [given, right] = [path.join(out, 'attention.bin'), `${model}/reference.bin`].map(
      file => new Float32Array(new Uint8Array(readFileSync(file)).buffer),
    );
    assert.equal(given.length, right.length);
    given.forEach((weight, i) => assert.ok(Math.abs(weight - right[i]) < 1e-6, `${i}`));
  });

  it('ends with 3 and one sentence where there is no attention', () => {
    for (const words of [
      ['--list'],
      ['--inputs', `${models}/none_lstm/reference.json`, '--out', path.join(folder, 'none')],
    ]) {
      const { code, error } = attention(`${models}/none_lstm/model.onnx`, ...words);
      assert.equal(code, 3);
      assert.match(error, /^model\.onnx: [^\n]+\.\n$/);
    }
  });

  it('fills masks, positions and an empty cache as the panel does, and gives the whole batch', () => {
    const [inputs, out] = [path.join(folder, 'inputs.json'), path.join(folder, 'filled')];
    writeFileSync(
      inputs,
      JSON.stringify({
        input_ids: [
          [5, 6, 7],
          [8, 9, 10],
        ],
      }),
    );
    const given = attention('media/models/tiny-code-gpt/onnx/model_fp16.onnx', '--inputs', inputs, '--out', out);
    assert.deepEqual({ code: given.code, error: given.error }, { code: 0, error: '' });
    const { attentions } = JSON.parse(readFileSync(path.join(out, 'attention.json'), 'utf8')) as {
      attentions: { shape: number[] }[];
    };
    assert.ok(attentions.every(({ shape: [batch, , queries, keys] }) => `${batch} ${queries} ${keys}` === '2 3 3'));
  });

  it('says in its own words what is wrong with inputs, and keeps the runtime’s in a file', () => {
    const inputs = path.join(folder, 'long.json');
    writeFileSync(inputs, JSON.stringify({ input_ids: Array<number>(600).fill(5) }));
    const out = path.join(folder, 'long');
    const { code, error } = attention(`${models}/bert/model_eager.onnx`, '--inputs', inputs, '--out', out);
    assert.deepEqual(
      { code, error },
      {
        code: 1,
        error:
          '“input_ids” is 600 long along axis 1 (“sequence_length”), and model_eager.onnx reads at most 64; give it 64 or fewer.\n',
      },
    );
    assert.match(readFileSync(path.join(out, 'error.txt'), 'utf8'), /Attempting to broadcast/);
  });

  it('ends with 1 and one sentence for any other fault', () => {
    const text = path.join(folder, 'text.onnx');
    writeFileSync(text, 'not a model\n');
    for (const words of [
      [text, '--list'],
      [path.join(folder, 'nowhere.onnx'), '--list'],
      [],
      [`${models}/bert/model_eager.onnx`, '--inputs', text, '--out', path.join(folder, 'out')],
    ]) {
      const { code, error } = attention(...words);
      assert.equal(code, 1, words.join(' '));
      assert.match(error, /^[^\n]+\.?\n$/, words.join(' '));
    }
  });
});
