import assert from 'node:assert/strict';
import { alignSequences } from '../../../../core/attention/compare/alignSequences';
import { compareHeads } from '../../../../core/attention/compare/compareHeads';
import { jensenShannon } from '../../../../core/attention/measures/jensenShannon';
import { matchHeads } from '../../../../core/attention/compare/matchHeads';
import { layerOf, looksAt, matrixOf, near, randomHead } from '../measures/support/heads';

describe('compareHeads', () => {
  const same = (n: number) => Array.from({ length: n }, (_, i) => ({ one: i, other: i }));

  it('of one text: the numbers by hand', () => {
    const one = matrixOf([
      [1, 0],
      [0.5, 0.5],
    ]);
    const other = matrixOf([
      [1, 0],
      [1, 0],
    ]);
    const { byRow, jensenShannon: bits, cosine, sameStrongest, rows } = compareHeads(one, other, same(2), same(2));
    // Of (½, ½) and (1, 0): H(¾, ¼) − ½ H(½, ½) = 0.3113; the first row sees itself alone and does not count.
    assert.ok(near(byRow[0], 0) && near(byRow[1], 0.311278));
    assert.ok(near(bits, 0.311278));
    assert.equal(rows, 1);
    // (1·1 + ½·1) / √((1 + ¼ + ¼)(1 + 1))
    assert.ok(near(cosine, 1.5 / Math.sqrt(3)));
    assert.equal(sameStrongest, 1);
    assert.equal(compareHeads(looksAt([0, 0, 1]), looksAt([0, 1, 1]), same(3), same(3)).sameStrongest, 0.5);
  });

  it('of one text: the mean of the rows’ divergence over the queries that have a choice', () => {
    const { byRow, jensenShannon: mean } = compareHeads(looksAt([0, 0, 0]), looksAt([0, 1, 0]), same(3), same(3));
    assert.deepEqual([...byRow], [0, 1, 0]);
    assert.equal(mean, 0.5);
    const [one, other] = [randomHead(12, 1), randomHead(12, 2)];
    const rows = Array.from({ length: 11 }, (_, i) => [12 * (i + 1), 12 * (i + 2)]);
    const bits = rows.map(([from, to]) => jensenShannon(one.data.subarray(from, to), other.data.subarray(from, to)));
    assert.ok(
      near(compareHeads(one, other, same(12), same(12)).jensenShannon, bits.reduce((sum, x) => sum + x, 0) / 11, 1e-6),
    );
  });

  it('of two texts: a token that was put in counts as weight that the first does not give', () => {
    const places = alignSequences(['a', 'c'], ['a', 'b', 'c']);
    const { one, other, byRow, rows, sameStrongest } = compareHeads(
      looksAt([0, 0]),
      looksAt([0, 0, 1]),
      places,
      places,
    );
    assert.deepEqual([...one], [1, 0, 0, 0, 0, 0, 1, 0, 0]);
    assert.deepEqual([...other], [1, 0, 0, 1, 0, 0, 0, 1, 0]);
    assert.equal(byRow[0], 0);
    assert.ok(Number.isNaN(byRow[1]));
    assert.equal(byRow[2], 1);
    assert.equal(rows, 1);
    assert.equal(sameStrongest, 0);
  });

  it('over the tokens that two texts share: the very distance that heads are matched by', () => {
    const places = alignSequences(['a', 'b', 'c', 'd', 'e', 'f'], ['a', 'x', 'b', 'y', 'd', 'e', 'f']);
    const [one, other] = [randomHead(6, 1), randomHead(7, 2)];
    const { jensenShannon: bits, sharedJensenShannon: shared } = compareHeads(one, other, places, places);
    const [{ distance }] = matchHeads([layerOf(0, one)], [layerOf(0, other)], places, places).pairs;
    assert.ok(near(shared, distance, 1e-6), `${shared} against ${distance}`);
    assert.ok((bits ?? 0) > (shared ?? 0), 'weight on what only one has counts as lost');
    assert.equal(compareHeads(one, randomHead(6, 2), same(6), same(6)).sharedJensenShannon, undefined);
  });

  it('says nothing where no query is in both', () => {
    const places = alignSequences(['a'], ['b']);
    const { jensenShannon: bits, cosine, sameStrongest } = compareHeads(looksAt([0]), looksAt([0]), places, places);
    assert.deepEqual([bits, cosine, sameStrongest], [undefined, undefined, undefined]);
  });
});
