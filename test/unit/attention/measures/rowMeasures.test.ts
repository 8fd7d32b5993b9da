import assert from 'node:assert/strict';
import { meanDistance } from '../../../../core/attention/measures/meanDistance';
import { rowEntropy } from '../../../../core/attention/measures/rowEntropy';
import { looksAt, matrixOf, near } from './support/heads';
import { gpt2Examples } from './support/recordings';

const uniform = (n: number, causal: boolean) =>
  matrixOf(
    Array.from({ length: n }, (_, q) =>
      Array.from({ length: n }, (_, k) => (causal ? (k <= q ? 1 / (q + 1) : 0) : 1 / n)),
    ),
    causal,
  );

describe('rowEntropy', () => {
  it('is 1 for rows that look everywhere alike, 0 for rows that look at one key', () => {
    assert.ok(near(rowEntropy(uniform(7, true)), 1));
    assert.ok(near(rowEntropy(uniform(7, false)), 1));
    assert.equal(rowEntropy(looksAt([0, 0, 1, 2])), 0);
  });

  it('counts bits by what a row can see, by hand', () => {
    // Row 1: all of 1 bit. Row 2: 1.5 bits of log2(3). Row 3: 1 bit of 2.
    const head = matrixOf([
      [1, 0, 0, 0],
      [0.5, 0.5, 0, 0],
      [0.5, 0.25, 0.25, 0],
      [0.5, 0, 0, 0.5],
    ]);
    assert.ok(near(rowEntropy(head), (1 + 1.5 / Math.log2(3) + 0.5) / 3));
  });

  it('is not measurable on one token', () => assert.equal(rowEntropy(matrixOf([[1]])), undefined));

  it('finds next to none in GPT-2’s head 4.11', () => {
    for (const { layers } of gpt2Examples()) {
      const { queries, keys, data, causal, sameSequence } = layers[4];
      assert.ok(
        (rowEntropy({ queries, keys, causal, sameSequence, data: data.subarray(11 * queries * keys) }) ?? 1) < 0.01,
      );
    }
  });
});

describe('meanDistance', () => {
  it('counts tokens, by hand', () => {
    assert.equal(meanDistance(looksAt([0, 1, 2, 3])), 0);
    assert.equal(meanDistance(looksAt([0, 0, 1, 2])), 1);
    assert.equal(meanDistance(looksAt([3, 2, 1, 0], false)), (3 + 1 + 1 + 3) / 4);
    assert.ok(
      near(
        meanDistance(
          matrixOf([
            [1, 0, 0],
            [0.5, 0.5, 0],
            [0.2, 0.5, 0.3],
          ]),
        ),
        (0.5 + 0.9) / 2,
      ),
    );
  });

  it('is not measurable between two sequences', () =>
    assert.equal(meanDistance(matrixOf([[0.5, 0.5]], false, false)), undefined));
});
