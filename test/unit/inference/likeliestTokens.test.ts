import assert from 'node:assert/strict';
import { likeliestTokens } from '../../../inference/text/likeliestTokens';

describe('likeliestTokens', () => {
  it('orders by logit and gives softmax over the whole row', () => {
    const logits = Float32Array.of(9, 9, 9, 9, /* row 1 */ Math.log(1), Math.log(4), Math.log(2), Math.log(3));
    const likely = likeliestTokens(logits, 1, 4, 3);
    assert.deepEqual(
      likely.map(({ id }) => id),
      [1, 3, 2],
    );
    likely.forEach(({ probability }, i) => assert.ok(Math.abs(probability - [0.4, 0.3, 0.2][i]) < 1e-6));
  });

  it('keeps the earlier of equal ones, and copes with a short row and large logits', () => {
    assert.deepEqual(
      likeliestTokens(Float32Array.of(1, 1, 1), 0, 3, 2).map(({ id }) => id),
      [0, 1],
    );
    assert.deepEqual(likeliestTokens(Float32Array.of(5), 0, 1, 5), [{ id: 0, probability: 1 }]);
    assert.equal(likeliestTokens(Float32Array.of(1e4, 0), 0, 2, 1)[0].probability, 1);
  });
});
