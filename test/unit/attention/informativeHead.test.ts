import assert from 'node:assert/strict';
import { informativeHead } from '../../../core/attention/informativeHead';
import { poolMaximum } from '../../../core/attention/poolMaximum';

type Weight = (query: number, key: number) => number;

function pooled(layer: number, n: number, heads: readonly Weight[]) {
  const thumbnails = heads.map(weight =>
    poolMaximum(
      Float32Array.from({ length: n * n }, (_, i) => weight(Math.floor(i / n), i % n)),
      n,
      n,
    ),
  );
  const { rows, columns } = thumbnails[0];
  return {
    layer,
    heads: heads.length,
    queries: n,
    keys: n,
    thumbnails: { rows, columns, data: new Float32Array(thumbnails.flatMap(({ data }) => Array.from(data))) },
  };
}

const first: Weight = (_, key) => (key === 0 ? 1 : 0);
const itself: Weight = (query, key) => (query === key ? 1 : 0);
const previous: Weight = (query, key) => (key === query - 1 ? 1 : 0);
const even: Weight = () => 0.02;
const far: Weight = (query, key) => (key === Math.floor(query / 2) ? 0.4 : 0.01);

describe('informativeHead', () => {
  for (const n of [12, 64, 200]) {
    it(`prefers what looks afar to sinks, diagonals and even rows, ${n} tokens`, () => {
      assert.deepEqual(
        informativeHead([pooled(3, n, [first, itself, previous]), pooled(5, n, [even, far, first])], true),
        { layer: 5, head: 1 },
      );
    });
  }

  it('counts the diagonal where queries and keys are different texts', () => {
    assert.deepEqual(informativeHead([pooled(0, 12, [even, itself])], false), { layer: 0, head: 1 });
  });

  it('takes the first head where nothing stands out, or there is nothing', () => {
    assert.deepEqual(informativeHead([pooled(2, 12, [first, first])], true), { layer: 2, head: 0 });
    assert.deepEqual(informativeHead([], true), { layer: 0, head: 0 });
  });
});
