import assert from 'node:assert/strict';
import { headOf } from '../../../../core/attention/attentionMatrix';
import { headDistances } from '../../../../core/attention/measures/headDistances';
import { jensenShannon, jensenShannonByRow } from '../../../../core/attention/measures/jensenShannon';
import { layerOf, looksAt, matrixOf, near, randomHead } from './support/heads';
import { gpt2Examples } from './support/recordings';

describe('jensenShannon', () => {
  it('by hand: 0 for equal rows, 1 for rows without a common key, 0.3113 for (1, 0) and (½, ½)', () => {
    const one = matrixOf(
      [
        [1, 0],
        [1, 0],
      ],
      false,
    );
    assert.equal(jensenShannon(one, one), 0);
    assert.equal(
      jensenShannon(
        one,
        matrixOf(
          [
            [0, 1],
            [0, 1],
          ],
          false,
        ),
      ),
      1,
    );
    // H(¾, ¼) − ½ H(½, ½) = 0.8113 − 0.5.
    assert.ok(
      near(
        jensenShannon(
          one,
          matrixOf(
            [
              [0.5, 0.5],
              [0.5, 0.5],
            ],
            false,
          ),
        ),
        0.311278,
        1e-6,
      ),
    );
  });

  it('is the mean over the queries that have a choice', () => {
    const [one, other] = [looksAt([0, 0, 0]), looksAt([0, 1, 0])];
    assert.deepEqual([...jensenShannonByRow(one, other)], [0, 1, 0]);
    assert.equal(jensenShannon(one, other), 0.5);
  });

  it('is symmetric, between 0 and 1, and less between like heads than unlike ones', () => {
    for (let seed = 1; seed < 9; seed++) {
      const [one, other] = [randomHead(8, seed, seed % 2 === 0), randomHead(8, seed + 20, seed % 2 === 0)];
      const distance = jensenShannon(one, other);
      assert.ok(near(distance, jensenShannon(other, one), 1e-9));
      assert.ok(distance > 0 && distance < 1);
      const between = { ...one, data: one.data.map((x, i) => 0.9 * x + 0.1 * other.data[i]) };
      assert.ok(jensenShannon(one, between) < distance);
    }
  });

  it('refuses heads of different shapes', () =>
    assert.throws(() => jensenShannon(looksAt([0]), looksAt([0, 0])), RangeError));
});

describe('headDistances', () => {
  it('agrees with the exact distance on all pairs of GPT-2', () => {
    const { layers } = gpt2Examples()[3];
    const { heads, data, queries } = headDistances(layers);
    assert.equal(heads.length, 144);
    assert.equal(queries, 6);
    for (let a = 0; a < 144; a += 5) {
      for (let b = 0; b < 144; b += 3) {
        const exact = jensenShannon(
          headOf(layers[heads[a].layer], heads[a].head),
          headOf(layers[heads[b].layer], heads[b].head),
        );
        assert.ok(near(data[a * 144 + b], exact, 1e-4), `${a}, ${b}: ${data[a * 144 + b]}, ${exact}`);
        assert.equal(data[a * 144 + b], data[b * 144 + a]);
      }
      assert.equal(data[a * 144 + a], 0);
    }
  });

  it('compares fewer queries where all would take too long, and stays near', () => {
    const layer = layerOf(
      0,
      randomHead(96, 1),
      randomHead(96, 2),
      looksAt(Array.from({ length: 96 }, (_, i) => Math.max(i - 1, 0))),
    );
    const all = headDistances([layer]);
    const some = headDistances([layer], 5000);
    assert.equal(all.queries, 95);
    assert.ok(some.queries >= 10 && some.queries < 48, `${some.queries}`);
    some.data.forEach((x, i) => assert.ok(Math.abs(x - all.data[i]) < 0.05));
  });

  it('takes no heads, and one token', () => {
    assert.deepEqual(headDistances([]).heads, []);
    assert.deepEqual([...headDistances([layerOf(0, looksAt([0]), looksAt([0]))]).data], [0, 0, 0, 0]);
  });

  it('refuses layers of different lengths', () =>
    assert.throws(() => headDistances([layerOf(0, looksAt([0, 0])), layerOf(1, looksAt([0]))]), /differ/));
});
