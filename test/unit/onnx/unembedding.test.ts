import assert from 'node:assert/strict';
import { Tensor, type TypedTensor } from 'onnxruntime-node';
import { addAttention, cutModel, findAttention, findUnembedding } from '../../../core/onnx';
import { feedsOf, largestDifference, open, referenceCases, withLogits } from './support/referenceModels';

/** Logits of some positions alone, of the reference models in whose own graph the unembedding stands. */
describe('the unembedding', function () {
  this.timeout(60_000);
  const withUnembedding: string[] = [];

  for (const reference of referenceCases) {
    it(`${reference.name}: gives the logits of the positions asked for, and of its hidden states later; or is not found`, async () => {
      const attention = findAttention(withLogits(reference));
      const unembedding = findUnembedding(attention);
      if (!unembedding) return;
      withUnembedding.push(reference.name);
      const { bytes, logits } = addAttention(attention.model, attention, { logitPositions: unembedding });
      const session = await open(reference, bytes);
      const at = async (positions: readonly number[]) =>
        session.run(
          {
            ...feedsOf(reference),
            [logits!.positions]: new Tensor('int64', BigInt64Array.from(positions, BigInt), [positions.length]),
          },
          ['logits', logits!.hidden],
        );
      const length = (await at([0]))[logits!.hidden].dims[1];
      const all = (await at(Array.from({ length }, (_, i) => i))).logits as TypedTensor<'float32'>;
      assert.equal(all.dims[1], length);
      const [, , columns] = all.dims;
      const rows = (...places: number[]) =>
        places.flatMap(place => Array.from(all.data.subarray(place * columns, (place + 1) * columns), Number));
      const two = await at([-1, 0]);
      assert.deepEqual(two.logits.dims, [1, 2, columns]);
      // One row is multiplied by other code than many are: float16 is rounded elsewhere.
      const allowed = reference.name.includes('fp16') ? 2e-2 : 1e-5;
      const numbers = (tensor: Tensor) => Array.from((tensor as TypedTensor<'float32'>).data, Number);
      assert.ok(largestDifference(numbers(two.logits), rows(length - 1, 0)) <= allowed);
      // All hidden states are given, whatever positions are asked for.
      const { data, dims, type } = two[logits!.hidden] as TypedTensor<'float32'>;
      assert.equal(dims[1], length);
      const cut = cutModel(attention.graph, [{ from: unembedding.from, to: unembedding.logits }]);
      const [{ input, output }] = cut.spans;
      const later = await open(reference, cut.bytes);
      const said = await later.run({ [input]: new Tensor(type, data.slice(dims[2], 2 * dims[2]), [1, 1, dims[2]]) });
      assert.ok(largestDifference(numbers(said[output]), rows(1)) <= allowed);
      await Promise.all([session.release(), later.release()]);
    });
  }

  it('is found in causal models of one graph, not where activations are quantized by the largest of all', () => {
    const causal = referenceCases
      .filter(({ name }) => /^(gemma2|gpt2|llama)/.test(name) && !/merged|quantized|int8/.test(name))
      .map(({ name }) => name);
    assert.deepEqual(withUnembedding, causal);
  });
});
