import assert from 'node:assert/strict';
import { gridCells } from '../../../core/images/gridCells';

describe('the grid of a vision encoder', () => {
  const square = { width: 224, height: 224 };

  it('without the size of a patch is of even cells at the end of the positions: behind ViT’s class token, DeiT’s two, or none', () => {
    assert.deepEqual(
      [64, 197, 198, 50, 577].map(positions => gridCells(positions, square)),
      [
        { rows: 8, columns: 8, before: 0 },
        { rows: 14, columns: 14, before: 1 },
        { rows: 14, columns: 14, before: 2 },
        { rows: 7, columns: 7, before: 1 },
        { rows: 24, columns: 24, before: 1 },
      ],
    );
    assert.deepEqual(gridCells(97, { width: 96, height: 64 }), { rows: 8, columns: 12, before: 1 });
    assert.deepEqual(gridCells(12 * 16 + 5, { width: 640, height: 480 }), { rows: 12, columns: 16, before: 5 });
    assert.equal(gridCells(7, { width: 640, height: 480 }), undefined);
  });

  const patch = (height: number, width = height) => ({ height, width });
  for (const [what, positions, pixels, size, expected] of [
    ['patches that are no squares', 25, { width: 64, height: 48 }, patch(8, 16), [6, 4, 1]],
    ['a class token and four registers', 53, { width: 64, height: 48 }, patch(8), [6, 8, 5]],
    ['patches that leave pixels out at the rim', 41, { width: 128, height: 89 }, patch(16), [5, 8, 1]],
    ['two stages of a Swin', 96, { width: 96, height: 64 }, patch(4), [8, 12, 0]],
    ['four stages of a Donut', 4800, { width: 1920, height: 2560 }, patch(4), [80, 60, 0]],
    ['stages whose rows are filled up', 35, { width: 112, height: 72 }, patch(4), [5, 7, 0]],
  ] as const) {
    it(`is of patches where their size is known: ${what}`, () => {
      const { rows, columns, before } = gridCells(positions, pixels, size)!;
      assert.deepEqual([rows, columns, before], expected);
    });
  }
});
