import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { addAttention, configHints, findAttention, readModel, type FoundAttention } from '../../../core/onnx';
import { feedsOf, floats, largestDifference, type ReferenceFile } from './support/referenceModels';

const folder = path.join('test', 'fixtures', 'faults');

interface Layer {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Models whose attention was read wrongly once, against what PyTorch says (`reference.json`, `.bin`). */
describe('attention that was read wrongly once', () => {
  it('heads that pass through a convolution in the batch (MViT v2)', async () => {
    const [layers, expected] = [await run('timm_mvitv2'), reference('timm_mvitv2')];
    assert.deepEqual(
      layers.map(({ shape }) => shape),
      [
        [1, 2, 256, 16],
        [1, 4, 64, 64],
      ],
    );
    sameNumbers(layers, expected);
  });

  it('weights that are the model’s own output, with no values behind them', async () => {
    const [layers, expected] = [await run('custom_weights_are_output'), reference('custom_weights_are_output')];
    assert.equal(found('custom_weights_are_output').summary, '2 layers × 4 heads of self-attention');
    sameNumbers(layers, expected);
  });

  it('windows of several sizes: those of one size are one attention, each over its own keys', async () => {
    const [layers, expected] = [await run('qwen2_5_vl_vision_uneven'), reference('qwen2_5_vl_vision_uneven')];
    assert.deepEqual(
      layers.map(({ shape }) => shape),
      [
        [4, 4, 16, 16],
        [2, 4, 8, 8],
        [1, 4, 80, 80],
      ],
    );
    assert.equal(
      found('qwen2_5_vl_vision_uneven').summary,
      '2 layers × 4 heads of self-attention, 1 of them in 2 parts',
    );
    // The reference has each window by itself, in their order.
    sameNumbers(
      [{ shape: [], data: Float32Array.from(layers.flatMap(({ data }) => [...data])) }],
      [{ shape: [], data: Float32Array.from(expected.flatMap(({ data }) => [...data])) }],
    );
  });

  it('blocks with keys of their own, local and global ones in one softmax (BigBird)', async () => {
    const [layers, expected] = [await run('big_bird_sparse'), reference('big_bird_sparse')];
    assert.equal(found('big_bird_sparse').summary, '2 layers × 4 heads of self-attention, 2 of them in 3 parts');
    assert.deepEqual(
      layers.map(({ shape }) => shape),
      [0, 1].flatMap(() => [
        [2, 4, 4, 48],
        [2, 4, 4, 20],
        [8, 4, 4, 24],
      ]),
    );
    // Which block of queries each part is; A row holds what the whole row does; a key that is picked at random may stand there twice.
    const blocks = [[0, 11], [1, 10], Array.from({ length: 8 }, (_, i) => i + 2)];
    layers.forEach(({ shape: [, heads, rows, columns], data }, i) => {
      const whole = expected[Math.floor(i / 3)].data;
      for (const [part, block] of blocks[i % 3].entries()) {
        for (let row = 0; row < heads * rows; row++) {
          const [head, query] = [Math.floor(row / rows), block * rows + (row % rows)];
          const at = (part * heads * rows + row) * columns;
          const own = data.subarray(at, at + columns);
          const right = whole.subarray((head * 48 + query) * 48, (head * 48 + query + 1) * 48);
          const holds = (value: number, among: Float32Array) => among.some(other => Math.abs(value - other) < 1e-5);
          assert.ok(
            own.every(value => holds(value, right)) && right.every(value => value < 1e-5 || holds(value, own)),
            `part ${i}, block ${block}, row ${row}`,
          );
        }
      }
    });
  });

  it('sliding windows and global tokens, told by how the graph computes them (Longformer)', async () => {
    const { attentions, summary } = found('longformer');
    assert.equal(
      summary,
      '2 layers × 4 heads of sliding-window self-attention, 2 layers × 4 heads of global self-attention',
    );
    assert.deepEqual(
      attentions.map(({ span, causal }) => [span, causal]),
      [
        ['band', false],
        ['global', false],
        ['band', false],
        ['global', false],
      ],
    );
    const layers = await run('longformer', 'disabled');
    assert.deepEqual(
      layers.map(({ shape }) => shape),
      [
        [1, 4, 24, 10],
        [1, 4, 1, 24],
        [1, 4, 24, 10],
        [1, 4, 1, 24],
      ],
    );
  });
});

function found(name: string): FoundAttention {
  const config = path.join(folder, name, 'config.json');
  const hints = existsSync(config) ? configHints(JSON.parse(readFileSync(config, 'utf8'))) : {};
  return findAttention(readModel(readFileSync(path.join(folder, name, 'model.onnx'))), hints);
}

async function run(
  name: string,
  graphOptimizationLevel: InferenceSession.SessionOptions['graphOptimizationLevel'] = 'all',
): Promise<Layer[]> {
  const attention = found(name);
  const { bytes, outputs } = addAttention(attention.model, attention);
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    graphOptimizationLevel,
  });
  const results = await session.run(feedsOf(given(name)));
  await session.release();
  return outputs.map(output => ({ shape: results[output.name].dims, data: floats(results[output.name]) }));
}

function given(name: string): Pick<ReferenceFile, 'inputs'> {
  const file = ['reference.json', 'inputs.json'].map(f => path.join(folder, name, f)).find(existsSync)!;
  const parsed = JSON.parse(readFileSync(file, 'utf8')) as ReferenceFile;
  return parsed.inputs ? parsed : { inputs: parsed as unknown as ReferenceFile['inputs'] };
}

function reference(name: string): Layer[] {
  const { attentions } = given(name) as ReferenceFile;
  const numbers = new Float32Array(new Uint8Array(readFileSync(path.join(folder, name, 'reference.bin'))).buffer);
  return attentions.map(({ shape, offset }) => ({
    shape,
    data: numbers.subarray(offset, offset + shape.reduce((a, b) => a * b, 1)),
  }));
}

function sameNumbers(layers: readonly Layer[], expected: readonly Layer[]): void {
  assert.equal(layers.length, expected.length);
  layers.forEach(({ data }, i) => {
    const difference = largestDifference(data, expected[i].data);
    assert.ok(difference < 1e-5, `layer ${i} differs by ${difference}`);
  });
}
