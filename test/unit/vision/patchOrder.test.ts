import assert from 'node:assert/strict';
import { patchOrder } from '../../../core/vision/patchOrder';

describe('patches of picture tokens', () => {
  const tokens = { rows: 2, columns: 3 };

  it('lie row by row, a block of them for each token', () => {
    const order = patchOrder(tokens, 24, { blocks: false })!;
    assert.deepEqual([order.rows, order.columns], [4, 6]);
    assert.deepEqual(order.ofToken(4), [14, 15, 20, 21]);
    assert.equal(order.at(14), 14);
  });

  it('or token by token', () => {
    const order = patchOrder(tokens, 24, { blocks: true })!;
    assert.deepEqual(order.ofToken(4), [16, 17, 18, 19]);
    assert.deepEqual(
      order.ofToken(4).map(patch => order.at(patch)),
      [14, 15, 20, 21],
    );
  });

  it('or window by window, the last ones cut', () => {
    const order = patchOrder(tokens, 24, { blocks: true, window: 2 })!;
    // Windows hold the tokens 0, 1, 3, 4 and 2, 5.
    assert.deepEqual(order.ofToken(3), [8, 9, 10, 11]);
    assert.deepEqual(order.ofToken(2), [16, 17, 18, 19]);
    assert.deepEqual(
      Array.from({ length: 24 }, (_, patch) => order.at(patch)).sort((a, b) => a - b),
      Array.from({ length: 24 }, (_, patch) => patch),
    );
  });

  it('are none where their number does not fit', () => {
    assert.equal(patchOrder(tokens, 25, { blocks: false }), undefined);
    assert.equal(patchOrder(tokens, 3, { blocks: false }), undefined);
  });
});
