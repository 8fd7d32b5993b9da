import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { inFloat32, readModel } from '../../../core/onnx';
import { DataType } from '../../../core/onnx/read/onnxModel';
import { floatNumbers } from '../../../inference/models/floatNumbers';
import { plainFeeds, someIds } from '../../bench/real/realModel';
import { writeRandomModel } from '../../bench/real/randomModel';

const fixtures = path.resolve('test/fixtures');

/** What a model says of a few tokens, by the outputs' names. */
async function outputsOf(bytes: Uint8Array) {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const outputs = await session.run(
    plainFeeds(
      session,
      someIds(6).map(id => id % 50),
    ),
  );
  await session.release();
  return outputs;
}

describe('a model of half precision in float32', () => {
  for (const [file, roundsTo] of [
    ['reference-models/gpt2/model_fp16.onnx', 0.02],
    ['reference-models/llama/model_fp16.onnx', 0.02],
    // Its activations are rounded to 8 bits.
    ['causal-exports/llama_q4f16.onnx', 0.05],
  ] as const) {
    it(`${file} says the same, but for rounding, under the same names`, async () => {
      const bytes = readFileSync(path.join(fixtures, file));
      const wide = inFloat32(readModel(bytes))!;
      const [half, whole] = [await outputsOf(bytes), await outputsOf(wide)];
      assert.deepEqual(Object.keys(whole), Object.keys(half));
      for (const [name, tensor] of Object.entries(whole)) {
        assert.equal(tensor.type, 'float32', name);
        assert.deepEqual(tensor.dims, half[name].dims);
        const [exact, rounded] = [floatNumbers(tensor)!, floatNumbers(half[name])!];
        const largest = exact.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
        exact.forEach((number, i) =>
          assert.ok(Math.abs(number - rounded[i]) <= roundsTo * largest, `${name}: ${number}, ${rounded[i]}`),
        );
        assert.ok(name !== 'logits' || exact.some((number, i) => number !== rounded[i]), 'nothing is rounded to half');
      }
      const { nodes, inputs, outputs, initializers } = readModel(wide).graph;
      for (const { name, type } of [...inputs, ...outputs]) assert.notEqual(type, DataType.float16, name);
      assert.ok(nodes.every(node => node.type !== 'Cast' || node.attributes.get('to')!.int !== DataType.float16));
      for (const { name, type } of initializers.values()) assert.ok(type !== DataType.float16 || /\/half$/.test(name));
    });
  }

  it('does not round activations to 8 bits, and leaves weights of 4 bits where they are', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-float32-'));
    try {
      const size = { layers: 1, heads: 2, keyValueHeads: 1, headSize: 16, width: 32, inner: 32 };
      writeRandomModel(folder, 'gqa', { ...size, vocabulary: 64, context: 16, namedCache: true });
      const onnx = path.join(folder, 'onnx');
      const file = readdirSync(onnx).find(name => name.endsWith('q4f16.onnx'))!;
      const model = readModel(readFileSync(path.join(onnx, file)));
      const wide = readModel(inFloat32(model)!);
      const products = ({ graph }: typeof model) => graph.nodes.filter(({ type }) => type === 'MatMulNBits');
      assert.ok(products(model).some(({ attributes }) => attributes.get('accuracy_level')?.int === 4));
      assert.equal(products(wide).length, products(model).length);
      for (const { attributes, inputs } of products(wide)) {
        assert.equal(attributes.get('accuracy_level'), undefined);
        assert.equal(attributes.get('bits')?.int, 4);
        const place = ({ graph }: typeof model) => graph.initializers.get(inputs[1]);
        assert.deepEqual(place(wide)?.external, place(model)?.external);
        assert.equal(place(wide)?.type, DataType.uint8);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is not made of a graph with branches', () => {
    const merged = path.join(fixtures, 'models/tiny-nllb/onnx/decoder_model_merged.onnx');
    assert.equal(inFloat32(readModel(readFileSync(merged))), undefined);
  });
});
