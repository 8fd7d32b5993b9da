import assert from 'node:assert/strict';
import { branchTowards, treeLayout } from '../../../core/attention/compare/treeLayout';

const heads = [0, 1, 2, 3].map(head => ({ layer: 0, head }));
/** 0 and 2 are nearest, 1 and 3 next, and the two pairs are far from each other. */
const twoPairs = {
  heads,
  order: [0, 2, 1, 3],
  merges: [
    { left: 0, right: 2, height: 0.1 },
    { left: 3, right: 1, height: 0.2 },
    { left: 4, right: 5, height: 0.4 },
  ],
};

describe('the tree of heads', () => {
  it('is brackets over the heads in its own order, each as high as its groups are apart', () => {
    const branches = treeLayout(twoPairs);
    assert.deepEqual(
      branches.map(({ height }) => height),
      [0.25, 0.5, 1],
    );
    assert.deepEqual(branches[0], { height: 0.25, heights: [0, 0], middles: [0.5, 1.5], heads: [0, 2] });
    assert.deepEqual(branches[1].middles, [2.5, 3.5], 'the upper group first, whichever the merge names first');
    assert.deepEqual(branches[2], { height: 1, heights: [0.25, 0.5], middles: [1, 3], heads: [0, 2, 1, 3] });
  });

  it('is nothing for one head', () =>
    assert.deepEqual(treeLayout({ heads: heads.slice(0, 1), order: [0], merges: [] }), []));

  it('is walked by arrow keys: left towards the branch that joins all, right to the higher of its two, up and down as drawn', () => {
    const branches = treeLayout(twoPairs);
    const walk = (...keys: string[]) =>
      keys.reduce<number | undefined>((at, key) => branchTowards(branches, at, key), undefined);
    assert.equal(walk('ArrowDown'), 2, 'starts where all are joined');
    assert.equal(walk('ArrowDown', 'ArrowRight'), 1);
    assert.equal(walk('ArrowDown', 'ArrowRight', 'ArrowRight'), 1, 'two single heads below it');
    assert.equal(walk('ArrowDown', 'ArrowRight', 'ArrowLeft'), 2);
    assert.equal(walk('ArrowDown', 'ArrowUp'), 0);
    assert.equal(walk('ArrowDown', 'ArrowUp', 'ArrowUp'), 0, 'none above it');
    assert.equal(walk('ArrowDown', 'ArrowLeft'), 2);
    assert.equal(branchTowards([], undefined, 'ArrowDown'), undefined);
  });
});
