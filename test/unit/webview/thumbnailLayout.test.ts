import assert from 'node:assert/strict';
import { nextSize } from '../../../webview/heads/nextSize';
import { largeLayout } from '../../../webview/heads/sortedParts';
import { rowHeight, sortedLayout, stripLayout, thumbnailLayout } from '../../../webview/heads/thumbnailLayout';

describe('thumbnailLayout', () => {
  it('fits 1 to 64 columns into the room, none smaller than 24 pixels', () => {
    for (const room of [190, 340, 574, 1300]) {
      for (const columns of [1, 4, 6, 9, 12, 16, 30, 32, 64]) {
        const { size, gap, perLine } = thumbnailLayout(room, columns);
        assert.ok(perLine * (size + gap) - gap <= room, `${columns} in ${room}`);
        assert.ok(size >= 24 && size <= 40, `${columns} in ${room}: ${size}`);
      }
    }
  });

  it('leaves 3 px between up to 8 heads, 2 between more', () => {
    assert.deepEqual(
      [1, 8, 9, 64].map(heads => thumbnailLayout(190, heads).gap),
      [3, 3, 2, 2],
    );
  });

  it('30 layers at 620 pixels stand in two parts as wide as the panel, equally long', () => {
    assert.deepEqual(thumbnailLayout(574, 30), { size: 36, gap: 2, perLine: 15 });
    assert.deepEqual(thumbnailLayout(1000, 30), { size: 31, gap: 2, perLine: 30 });
    assert.deepEqual(thumbnailLayout(574, 32), { size: 34, gap: 2, perLine: 16 });
  });

  it('has the size that was chosen, also a smaller one', () => {
    assert.deepEqual(thumbnailLayout(574, 30, 16), { size: 16, gap: 2, perLine: 30 });
    assert.deepEqual(thumbnailLayout(574, 30, 64), { size: 64, gap: 2, perLine: 8 });
    assert.equal(nextSize(29, 1), 32);
    assert.equal(nextSize(29, -1), 28);
    assert.equal(nextSize(64, 1), undefined);
    assert.equal(nextSize(16, -1), undefined);
  });

  it('sorted, leaves room for name and value below each, and the first are about twice as large', () => {
    for (const room of [190, 400, 574]) {
      const small = sortedLayout(room);
      const large = largeLayout(room, 18, small);
      for (const { size, gap, perLine } of [small, large]) assert.ok(perLine * (size + gap) - gap <= room, `${room}`);
      assert.ok(small.size >= 28 && large.size >= 1.8 * small.size, `${small.size} ${large.size}`);
      assert.ok(largeLayout(room, 200, small).size < large.size);
      assert.ok(rowHeight(small) === small.size + small.gap + 25);
    }
    assert.equal(sortedLayout(574, 16).caption, undefined, 'names would run into each other');
  });

  it('folded, fits 30 layers of 9 heads, and is not high', () => {
    const { size, height = 0 } = stripLayout(560, 30, 9);
    assert.ok(30 * (size + 1) <= 561 && size >= 16, `${size}`);
    assert.ok(9 * (height + 1) <= 66 && height >= 5, `${height}`);
    assert.deepEqual(stripLayout(560, 4, 6), { size: 40, height: 9, gap: 1, perLine: 4 });
  });
});
