import assert from 'node:assert/strict';
import { lineGroups, sumByGroup, wordGroups } from '../../../../core/attention/sumByGroup';
import { textFacts } from '../../../../core/attention/textFacts';
import { matrixOf, near, randomHead, tokensOf } from './support/heads';

const { text, tokens } = tokensOf('⟨s⟩', 'an', 'imal', '.', '\n', 'x');
const facts = textFacts(text, tokens);

describe('sumByGroup', () => {
  it('groups words; what belongs to none stands alone', () => {
    const { of, first } = wordGroups(facts);
    assert.deepEqual([...of], [0, 1, 1, 2, 3, 4]);
    assert.deepEqual([...first], [0, 1, 3, 4, 5]);
  });

  it('groups lines', () => {
    assert.deepEqual([...lineGroups(facts).of], [0, 1, 1, 1, 1, 2]);
  });

  it('by hand: sums keys, averages queries', () => {
    const matrix = matrixOf([
      [1, 0, 0],
      [0.4, 0.6, 0],
      [0.2, 0.3, 0.5],
    ]);
    const groups = { of: Int32Array.of(0, 1, 1), first: Int32Array.of(0, 1) };
    const { queries, keys, data } = sumByGroup(matrix, groups);
    assert.deepEqual([queries, keys], [2, 2]);
    [1, 0, 0.3, 0.7].forEach((wanted, i) => assert.ok(near(data[i], wanted)));
  });

  it('keeps rows that sum to 1', () => {
    const grouped = sumByGroup(randomHead(6, 2), lineGroups(facts));
    for (let row = 0; row < 3; row++) {
      assert.ok(
        near(
          grouped.data.subarray(row * 3, row * 3 + 3).reduce((a, b) => a + b, 0),
          1,
        ),
      );
    }
  });

  it('groups queries and keys of two sequences each by its own', () => {
    const cross = matrixOf(
      [
        [0.1, 0.2, 0.7],
        [0.3, 0.3, 0.4],
      ],
      false,
      false,
    );
    const { data } = sumByGroup(
      cross,
      { of: Int32Array.of(0, 0), first: Int32Array.of(0) },
      { of: Int32Array.of(0, 0, 1), first: Int32Array.of(0, 2) },
    );
    assert.ok(near(data[0], 0.45) && near(data[1], 0.55));
  });

  it('refuses groups of another text', () =>
    assert.throws(() => sumByGroup(randomHead(3, 1), lineGroups(facts)), RangeError));
});
