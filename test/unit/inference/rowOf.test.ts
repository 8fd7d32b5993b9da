import assert from 'node:assert/strict';
import type { AttentionKind } from '../../../core/attention/attentionKind';
import type { RowReduction } from '../../../core/protocol/runProtocol';
import { KeptAttention } from '../../../inference/runs/keptAttention';
import { rowOf } from '../../../inference/runs/rowOf';
import { noModel } from '../support/keptLayers';

describe('rowOf', () => {
  const layer = (number: number, heads: number[][][], kind: 'self' | 'cross' = 'self') => ({
    kind,
    layer: number,
    causal: true,
    heads: heads.length,
    queries: heads[0].length,
    keys: heads[0][0].length,
    data: Float32Array.from(heads.flat(2)),
  });
  const layers = [
    layer(0, [
      [
        [1, 0],
        [0.5, 0.5],
      ],
      [
        [1, 0],
        [0.25, 0.75],
      ],
    ]),
    layer(1, [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [0.25, 0.75],
      ],
    ]),
    layer(
      0,
      [
        [
          [0.5, 0, 0.5],
          [0, 0, 1],
        ],
      ],
      'cross',
    ),
  ];
  const attention = new KeptAttention(layers);
  const row = (kind: AttentionKind, query: number, reduce: RowReduction) =>
    rowOf(attention, kind, query, reduce, noModel);

  it('leaves the first token out, of a mean in the mean', async () => {
    const without = (kind: AttentionKind, reduce: RowReduction) => rowOf(attention, kind, 1, reduce, noModel, true);
    assert.deepEqual([...(await without('self', { layer: 0, head: 0 }))], [0, 1]);
    assert.deepEqual([...(await without('self', 'mean'))], [0, 1]);
    assert.deepEqual([...(await without('self', 'maximum'))], [0, 1]);
    assert.deepEqual([...(await rowOf(attention, 'cross', 0, 'mean', noModel, true))], [0, 0, 1]);
  });

  it('gives one head’s row, as a copy', async () => {
    const own = await row('self', 1, { layer: 0, head: 1 });
    assert.deepEqual([...own], [0.25, 0.75]);
    own[0] = 9;
    assert.equal(layers[0].data[6], 0.25);
  });

  it('gives the mean and the maximum over all heads of its kind', async () => {
    assert.deepEqual([...(await row('self', 1, 'mean'))], [0.25, 0.75]);
    assert.deepEqual([...(await row('self', 1, 'maximum'))], [0.5, 1]);
    assert.deepEqual([...(await row('cross', 0, 'mean'))], [0.5, 0, 0.5]);
  });

  it('says what there is not', async () => {
    await assert.rejects(row('self', 1, { layer: 2, head: 0 }), /no head 2\.0/);
    await assert.rejects(row('self', 1, { layer: 0, head: 2 }), /head 0\.2/);
    await assert.rejects(row('self', 2, 'mean'), /no row 2 of self attention/);
    await assert.rejects(row('encoder', 0, 'maximum'), /encoder attention/);
  });
});
