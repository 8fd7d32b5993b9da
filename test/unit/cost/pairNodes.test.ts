import assert from 'node:assert/strict';
import { pairNodes, type RanNode } from '../../../core/cost/pairNodes';

/** Nodes as they run at a length: 32 is also the size of a head, 13 the other length. */
function nodesAt(n: number): RanNode[] {
  return [
    {
      key: 'scores',
      type: 'MatMul',
      shapes: [
        [1, 4, n, 32],
        [1, 4, 32, n],
        [1, 4, n, n],
      ],
    },
    { key: 'mask', type: 'Where', shapes: [[n, n], [], [1, 1, n, n]] },
    {
      key: 'weights × values',
      type: 'FusedMatMul',
      shapes: [
        [4, n, n],
        [4, n, 32],
        [4, n, 32],
      ],
    },
    {
      key: 'fused',
      type: 'GroupQueryAttention',
      shapes: [
        [1, n, 128],
        [1, n, 128],
      ],
    },
    {
      key: 'projection',
      type: 'MatMul',
      shapes: [
        [1, n, 128],
        [128, 128],
        [1, n, 128],
      ],
    },
    // As long as the text at 32, and square.
    {
      key: 'rotation',
      type: 'MatMul',
      shapes: [
        [1, n, 32],
        [32, 32],
        [1, n, 32],
      ],
    },
    {
      key: 'head',
      type: 'Transpose',
      shapes: [
        [1, n, 4, 32],
        [1, 4, n, 32],
      ],
    },
  ];
}

describe('pairNodes', () => {
  const fused = new Set(['GroupQueryAttention']);
  const expected = ['scores', 'mask', 'weights × values', 'fused'];

  it('finds what has a number for each pair of positions, and fused attention', () => {
    const found = pairNodes(nodesAt(48), 48, { nodes: nodesAt(13), length: 13 }, fused);
    assert.deepEqual([...found], expected);
  });

  it('takes no other size for the length, where it equals it', () => {
    const found = pairNodes(nodesAt(32), 32, { nodes: nodesAt(13), length: 13 }, fused);
    assert.deepEqual([...found], expected);
  });

  it('of a node that the other run lacks, goes by the length alone', () => {
    const found = pairNodes(nodesAt(48), 48, { nodes: [], length: 13 }, fused);
    assert.deepEqual([...found], expected);
  });
});
