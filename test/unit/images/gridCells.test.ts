import assert from 'node:assert/strict';
import { gridCells } from '../../../core/images/gridCells';

describe('the grid of a vision encoder', () => {
  it('is the square at the end of its positions: behind ViT’s class token, DeiT’s two, or none', () => {
    assert.deepEqual([64, 197, 198, 50, 577].map(gridCells), [
      { rows: 8, columns: 8, before: 0 },
      { rows: 14, columns: 14, before: 1 },
      { rows: 14, columns: 14, before: 2 },
      { rows: 7, columns: 7, before: 1 },
      { rows: 24, columns: 24, before: 1 },
    ]);
  });
});
