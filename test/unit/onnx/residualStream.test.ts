import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Tensor } from 'onnxruntime-node';
import { cutModel, findAttention, findResidualStream, readModel } from '../../../core/onnx';
import { extend, feedsOf, largestDifference, open, referenceCases } from './support/referenceModels';

/** The residual stream of the reference models that have one, and what is said of the others. */
describe('the residual stream', function () {
  this.timeout(60_000);
  let found = 0;

  for (const reference of referenceCases) {
    it(`${reference.name}: norm and unembedding, cut out and run on its end, give the model's logits; or it says why not`, async () => {
      const attention = findAttention(readModel(readFileSync(reference.file)));
      const stream = findResidualStream(attention);
      if (typeof stream === 'string') {
        assert.match(stream, /^[a-z].*[^.]$/);
        return;
      }
      found++;
      const ends = [stream.embedded, ...stream.layers].map(value => value.name);
      assert.equal(stream.layers.length, attention.attentions.length);
      assert.equal(new Set(ends).size, ends.length);
      const session = await open(reference, extend(reference, { exposed: ends }).bytes);
      const results = await session.run(feedsOf(reference), ['logits', ...ends]);
      const cut = cutModel(attention.graph, stream.layers[stream.layers.length - 1], stream.logits);
      const tail = await open(reference, cut.bytes);
      const logits = (await tail.run({ [cut.input]: results[ends[ends.length - 1]] }, [cut.output]))[cut.output];
      const allowed = reference.name.includes('fp16') ? 2e-2 : 1e-4;
      assert.ok(largestDifference(numbers(logits), numbers(results.logits)) <= allowed);
      await Promise.all([session.release(), tail.release()]);
    });
  }

  it('is found in several families', () => assert.ok(found >= 3, `${found}`));
});

function numbers(tensor: Tensor): ArrayLike<number> {
  return tensor.data as ArrayLike<number>;
}
