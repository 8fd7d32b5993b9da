import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import {
  addAttention,
  cutModel,
  type CutModel,
  findAttention,
  findResidualStreams,
  readModel,
  streamPlaces,
} from '../../../core/onnx';
import { isSkipNorm, skipSum } from '../../../core/onnx/residual/skipNorm';
import {
  feedsOf,
  largestDifference,
  open,
  referenceCase,
  referenceCases,
  run,
  withLogits,
} from './support/referenceModels';
import path from 'node:path';

/** The residual stream of the reference models that have one, and what is said of the others. */
/** A cut of one part. */
const only = (cut: CutModel) => ({ ...cut, ...cut.spans[0] });

describe('the residual stream', function () {
  this.timeout(60_000);
  const withStream: string[] = [];

  for (const reference of referenceCases) {
    it(`${reference.name}: norm and unembedding, cut out and run on its end, give the model's logits; or it says why not`, async () => {
      const attention = findAttention(withLogits(reference));
      const streams = findResidualStreams(attention);
      if (typeof streams === 'string') {
        assert.match(streams, /^[a-z].*[^.]$/);
        return;
      }
      withStream.push(reference.name);
      const [stream] = streams;
      assert.equal(stream.layers.length, attention.attentions.length);
      const { bytes, exposed: ends } = addAttention(attention.model, attention, { exposed: streamPlaces(streams) });
      assert.equal(new Set(ends).size, ends.length);
      assert.equal(ends.length, stream.layers.length + 1);
      const session = await open(reference, bytes);
      const results = await session.run(feedsOf(reference), ['logits', ...ends]);
      const cut = only(
        cutModel(attention.graph, [{ from: stream.layers[stream.layers.length - 1], to: stream.logits }]),
      );
      const tail = await open(reference, cut.bytes);
      const logits = (await tail.run({ [cut.input]: results[ends[ends.length - 1]] }, [cut.output]))[cut.output];
      const allowed = reference.name.includes('fp16') ? 2e-2 : 1e-4;
      assert.ok(largestDifference(numbers(logits), numbers(results.logits)) <= allowed);
      const [, length] = stream.layers[0].shape ?? [];
      if (typeof length !== 'number') {
        // Some positions alone give their rows; where activations are quantized by the largest among them, about.
        const {
          data,
          dims: [, , width],
          type,
        } = results[ends[ends.length - 1]] as TypedTensor<'float32'>;
        const two = (
          await tail.run({ [cut.input]: new Tensor(type, data.slice(0, 2 * width), [1, 2, width]) }, [cut.output])
        )[cut.output];
        assert.deepEqual(two.dims.slice(0, 2), [1, 2]);
        assert.ok(
          largestDifference(numbers(two), numbers(results.logits).slice(0, two.size)) <=
            (reference.name.includes('quantized') ? 5e-2 : allowed),
        );
      }
      await Promise.all([session.release(), tail.release()]);
    });
  }

  it('is found in every causal model that gives logits, in one file with and without a cache too', () => {
    const causal = referenceCases.filter(({ name }) => /^(gemma2|gpt2|llama)/.test(name)).map(({ name }) => name);
    assert.deepEqual(withStream, causal);
  });

  for (const name of ['gpt2', 'gpt_neo', 'opt']) {
    it(`${name}, as transformers exports it: norm and unembedding give the model's logits, of some positions, too`, async () => {
      const model = readModel(readFileSync(path.join('test', 'fixtures', 'causal-exports', `${name}.onnx`)));
      const attention = findAttention(model);
      const streams = findResidualStreams(attention);
      if (typeof streams === 'string') throw new Error(streams);
      const { bytes, exposed } = addAttention(model, attention, { exposed: streamPlaces(streams) });
      const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
      const feeds = {
        input_ids: new Tensor('int64', BigInt64Array.from([3, 9, 4, 11], BigInt), [1, 4]),
        attention_mask: new Tensor('int64', new BigInt64Array(4).fill(1n), [1, 4]),
      };
      const results = await session.run(feeds, ['logits', ...exposed]);
      assert.deepEqual(
        exposed.map(output => results[output].dims),
        [0, 1, 2].map(() => [1, 4, 8]),
      );
      const cut = only(cutModel(attention.graph, [{ from: streams[0].layers[1], to: streams[0].logits }]));
      const tail = await InferenceSession.create(cut.bytes, { logSeverityLevel: 4 });
      for (const [first, count] of [
        [0, 4],
        [2, 1],
      ]) {
        const part = new Tensor('float32', numbers(results[exposed[2]]).slice(first * 8, (first + count) * 8), [
          1,
          count,
          8,
        ]);
        const said = (await tail.run({ [cut.input]: part }, [cut.output]))[cut.output];
        assert.ok(
          largestDifference(numbers(said), numbers(results.logits).slice(first * 13, (first + count) * 13)) <= 1e-5,
        );
      }
      await Promise.all([session.release(), tail.release()]);
    });
  }

  it('is found where sums stand inside of fused norms, the last without an output of its own: the same as in the file before fusion', async () => {
    const [plain, fused] = await Promise.all(
      ['gpt2/model_eager.onnx', 'gpt2/model_fused.onnx'].map(async name => {
        const reference = referenceCase(name);
        const attention = findAttention(withLogits(reference));
        const streams = findResidualStreams(attention);
        if (typeof streams === 'string') throw new Error(`${name}: ${streams}`);
        const { bytes, exposed } = addAttention(attention.model, attention, { exposed: streamPlaces(streams) });
        const results = await run(reference, bytes, feedsOf(reference), ['logits', ...exposed]);
        const cut = only(
          cutModel(attention.graph, [{ from: streams[0].layers[streams[0].layers.length - 1], to: streams[0].logits }]),
        );
        const said = (
          await run(reference, cut.bytes, { [cut.input]: results[exposed[exposed.length - 1]] }, [cut.output])
        )[cut.output];
        assert.ok(largestDifference(numbers(said), numbers(results.logits)) <= 1e-4);
        return exposed.map(output => numbers(results[output]));
      }),
    );
    assert.equal(plain.length, 3);
    assert.equal(fused.length, 3);
    plain.forEach((values, i) => assert.ok(largestDifference(values, fused[i]) <= 1e-4, `${i}`));
  });

  for (const name of ['gpt2/model_fused.onnx', 't5/model_fused.onnx']) {
    it(`${name}: a fused norm, cut out after its sum, is the norm alone`, async () => {
      const reference = referenceCase(name);
      const attention = findAttention(readModel(readFileSync(reference.file)));
      const output = attention.graph.root.outputs.find(value => value.name === 'output')!;
      const norm = attention.graph.ops.filter(isSkipNorm).at(-1)!;
      const sum = skipSum(norm)!;
      const { bytes, exposed } = addAttention(attention.model, attention, { exposed: [[sum]] });
      const results = await run(reference, bytes, feedsOf(reference), ['output', ...exposed]);
      const cut = only(cutModel(attention.graph, [{ from: sum, to: output }]));
      const given = await run(reference, cut.bytes, { [cut.input]: results[exposed[0]] }, [cut.output]);
      assert.ok(largestDifference(numbers(given[cut.output]), numbers(results.output)) <= 1e-4);
    });
  }
});

function numbers(tensor: Tensor): Float32Array {
  return tensor.data as Float32Array;
}
