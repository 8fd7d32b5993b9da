import assert from 'node:assert/strict';
import { treeCut } from '../../../../core/attention/compare/treeCut';

describe('treeCut', () => {
  // 3 and 1 are nearest, then 0 and 4, then those with 3 and 1, then 2.
  const tree = {
    heads: [0, 1, 2, 3, 4].map(head => ({ layer: 0, head })),
    order: [2, 3, 1, 4, 0],
    merges: [
      { left: 3, right: 1, height: 0.1 },
      { left: 4, right: 0, height: 0.2 },
      { left: 5, right: 6, height: 0.4 },
      { left: 2, right: 7, height: 0.7 },
    ],
  };
  const groups = (count: number) => treeCut(tree, count).map(({ heads }) => heads.join(' '));

  it('leaves as many groups as asked for, in the tree’s order, each of heads side by side', () => {
    assert.deepEqual(groups(1), ['2 3 1 4 0']);
    assert.deepEqual(groups(2), ['2', '3 1 4 0']);
    assert.deepEqual(groups(3), ['2', '3 1', '4 0']);
    assert.deepEqual(groups(5), ['2', '3', '1', '4', '0']);
    assert.deepEqual(groups(12), groups(5));
    for (let count = 1; count <= 5; count++) {
      let place = 0;
      for (const { first, heads } of treeCut(tree, count)) {
        assert.equal(first, place);
        place += heads.length;
      }
    }
  });

  it('tells how far apart the two were that were joined last', () => {
    assert.deepEqual(
      treeCut(tree, 3).map(({ height }) => height),
      [0, 0.1, 0.2],
    );
  });
});
