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

  it('counts a look two tokens away, and none at the neighbour', () => {
    const at =
      (distance: number): Weight =>
      (query, key) =>
        key === query + distance ? 1 : 0;
    for (const side of [-1, 1]) {
      assert.deepEqual(informativeHead([pooled(0, 12, [at(side), at(2 * side)])], true), { layer: 0, head: 1 });
      assert.deepEqual(informativeHead([pooled(0, 12, [itself, at(side)])], true), { layer: 0, head: 0 });
    }
  });

  it('counts two cells away in a pooled picture, too', () => {
    // Of 128 tokens a cell of the picture stands for two.
    const at =
      (cells: number): Weight =>
      (query, key) =>
        Math.floor(key / 2) === Math.floor(query / 2) - cells ? 0.5 : 0;
    assert.deepEqual(informativeHead([pooled(0, 128, [at(0), at(1), at(2)])], true), { layer: 0, head: 2 });
    assert.deepEqual(informativeHead([pooled(0, 128, [at(0), at(1)])], true), { layer: 0, head: 0 });
  });

  it('finds a faint head where no other stands out', () => {
    const faint: Weight = (query, key) => (key === Math.floor(query / 2) ? 0.03 : 0.02);
    assert.deepEqual(informativeHead([pooled(0, 12, [first, even, faint])], true), { layer: 0, head: 2 });
  });

  it('takes the first of heads that stand out alike', () => {
    assert.deepEqual(informativeHead([pooled(0, 12, [even, far, far]), pooled(1, 12, [far])], true), {
      layer: 0,
      head: 1,
    });
  });

  it('takes the first head where nothing stands out, or there is nothing', () => {
    assert.deepEqual(informativeHead([pooled(2, 12, [first, first])], true), { layer: 2, head: 0 });
    assert.deepEqual(informativeHead([], true), { layer: 0, head: 0 });
  });
});
