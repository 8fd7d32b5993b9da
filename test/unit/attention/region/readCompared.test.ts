import assert from 'node:assert/strict';
import { alignSequences } from '../../../../core/attention/compare/alignSequences';
import { compareHeads } from '../../../../core/attention/compare/compareHeads';
import { readCompared } from '../../../../core/attention/region/readCompared';
import { poolRegion } from '../../../../core/attention/region/poolRegion';
import { randomHead } from '../measures/support/heads';

describe('readCompared', () => {
  const length = 13;
  const same = Array.from({ length }, (_, i) => ({ one: i, other: i }));
  const [one, other] = [randomHead(length, 1), randomHead(length, 2)];
  const all = { firstQuery: 0, queries: length, firstKey: 0, keys: length, factor: 1 };

  it('gives both heads and their difference as they are with a factor of 1', () => {
    const { rows, columns, data, compared } = readCompared(one, other, same, same, all);
    assert.deepEqual([rows, columns, compared?.distances], [length, length, undefined]);
    assert.deepEqual([data, compared?.other], [one.data, other.data]);
    assert.deepEqual(
      compared?.difference,
      one.data.map((weight, i) => weight - other.data[i]),
    );
  });

  it('pools each head as a region of it is pooled, whichever part is asked for', () => {
    for (const region of [
      { ...all, factor: 4 },
      { firstQuery: 3, queries: 7, firstKey: 5, keys: 100, factor: 3 },
    ]) {
      const { rows, columns, data, compared } = readCompared(one, other, same, same, region);
      assert.deepEqual({ rows, columns, data }, poolRegion(one, region));
      assert.deepEqual(compared?.other, poolRegion(other, region).data);
    }
  });

  it('of several differences keeps the one farthest from zero, with its sign', () => {
    const { data, compared } = readCompared(one, other, same, same, { ...all, factor: 4 });
    const cells = Math.ceil(length / 4);
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        const block: number[] = [];
        for (let query = row * 4; query < Math.min(length, row * 4 + 4); query++) {
          for (let key = column * 4; key < Math.min(length, column * 4 + 4); key++) {
            block.push(Math.fround(one.data[query * length + key] - other.data[query * length + key]));
          }
        }
        const farthest = block.reduce((most, apart) => (Math.abs(apart) > Math.abs(most) ? apart : most), 0);
        assert.equal(compared?.difference[row * cells + column], farthest, `${row}, ${column}`);
      }
    }
    assert.ok(compared!.difference.some(apart => apart < 0) && compared!.difference.some(apart => apart > 0));
    assert.equal(data.length, cells * cells, 'no more than the cells');
  });

  it('lays two texts on common axes, as compareHeads does, and tells its distances', () => {
    const places = alignSequences([...'abcdefghijklm'], [...'abcxefghijkmn']);
    const whole = compareHeads(one, other, places, places);
    const n = places.length;
    const read = readCompared(
      one,
      other,
      places,
      places,
      { firstQuery: 0, queries: n, firstKey: 0, keys: n, factor: 1 },
      true,
    );
    assert.deepEqual([read.rows, read.columns, read.data, read.compared?.other], [n, n, whole.one, whole.other]);
    const { one: left, other: right, ...distances } = whole;
    assert.ok(left.length === right.length && Number.isNaN(distances.byRow.find(bits => Number.isNaN(bits))));
    assert.deepEqual(read.compared?.distances, distances);
    const part = readCompared(one, other, places, places, {
      firstQuery: 2,
      queries: 4,
      firstKey: 3,
      keys: 5,
      factor: 1,
    });
    assert.deepEqual(
      part.data,
      poolRegion(
        { queries: n, keys: n, data: whole.one },
        { firstQuery: 2, queries: 4, firstKey: 3, keys: 5, factor: 1 },
      ).data,
    );
  });

  it('throws for what is no rectangle', () => {
    assert.throws(() => readCompared(one, other, same, same, { ...all, factor: 0 }), RangeError);
    assert.throws(() => readCompared(one, other, same, same, { ...all, firstKey: 0.5 }), RangeError);
  });
});
