import assert from 'node:assert/strict';
import { fromTensor, type HeadMatrix } from '../../../webview/run/headMatrix';
import type { Paint } from '../../../webview/matrix/matrixPainter';
import { paintRegion } from '../../../webview/matrix/regionPainter';

/** Colours that are their places in the ramp, plus one. */
const paint = (causal = false) =>
  ({
    scale: 'linear',
    causal,
    theme: { heat: { pixels: Uint32Array.from({ length: 256 }, (_, i) => i + 1) } },
  }) as unknown as Paint;
const matrixOf = (size: number, weight: (query: number, key: number) => number): HeadMatrix =>
  fromTensor({
    shape: [1, 1, size, size],
    data: Float32Array.from({ length: size * size }, (_, i) => weight(Math.floor(i / size), i % size)),
  });
const pooled = (size: number, factor: number, data: Float32Array): HeadMatrix => {
  const [rows, columns] = [Math.ceil(size / factor), Math.ceil(size / factor)];
  return { queries: size, keys: size, rows, columns, factor, exact: false, data };
};
const painted = (
  matrix: HeadMatrix,
  region: readonly [query: number, key: number, length: number],
  size: number,
  causal?: boolean,
) => {
  const pixels = new Uint32Array(size * size);
  paintRegion(
    matrix,
    { query: region[0], key: region[1], queries: region[2], keys: region[2] },
    pixels,
    size,
    size,
    paint(causal),
  );
  return pixels;
};

describe('paintRegion', () => {
  it('gives each cell its block of pixels', () => {
    const pixels = painted(
      matrixOf(4, (query, key) => (query * 4 + key) / 255),
      [0, 0, 4],
      8,
    );
    pixels.forEach((pixel, i) => assert.equal(pixel, Math.floor(i / 16) * 4 + Math.floor((i % 8) / 2) + 1));
  });

  it('shows only the part that is asked for', () => {
    assert.deepEqual(
      [
        ...painted(
          matrixOf(4, (query, key) => (query * 4 + key) / 255),
          [1, 2, 2],
          2,
        ),
      ],
      [7, 8, 11, 12],
    );
  });

  it('loses no peak where many cells fall on a pixel, whichever sizes meet', () => {
    for (const size of [7, 10, 33]) {
      for (const peak of [0, 13, 50, 99]) {
        const pixels = painted(
          matrixOf(100, (query, key) => (query === peak && key === 99 - peak ? 1 : 0)),
          [0, 0, 100],
          size,
        );
        assert.equal(pixels.filter(pixel => pixel === 256).length, 1, `peak ${peak} in ${size} pixels`);
      }
    }
  });

  it('leaves out what a query cannot see', () => {
    assert.deepEqual(
      [
        ...painted(
          matrixOf(3, () => 1),
          [0, 0, 3],
          3,
          true,
        ),
      ],
      [256, 0, 0, 256, 256, 0, 256, 256, 256],
    );
  });

  it('leaves out keys that the mask hides from all', () => {
    const pixels = new Uint32Array(9);
    paintRegion(
      matrixOf(3, () => 1),
      { query: 0, key: 0, queries: 3, keys: 3 },
      pixels,
      3,
      3,
      { ...paint(), hidden: Uint8Array.of(0, 1, 0) },
    );
    assert.deepEqual([...pixels], [256, 0, 256, 256, 0, 256, 256, 0, 256]);
  });

  it('leaves out a pixel where none of its keys can be seen, and only there', () => {
    const pixels = new Uint32Array(2);
    const region = { query: 0, key: 0, queries: 1, keys: 6 };
    paintRegion(
      matrixOf(6, () => 1),
      { ...region, queries: 6 },
      pixels,
      2,
      1,
      { ...paint(), hidden: Uint8Array.of(1, 1, 1, 1, 1, 0) },
    );
    assert.deepEqual([...pixels], [0, 256]);
    // Of a part in more detail, keys count from the whole's first.
    const whole: HeadMatrix = {
      queries: 6,
      keys: 6,
      rows: 1,
      columns: 1,
      factor: 6,
      exact: false,
      data: Float32Array.of(1),
      detail: {
        firstQuery: 0,
        queries: 6,
        firstKey: 2,
        keys: 4,
        factor: 2,
        rows: 3,
        columns: 2,
        data: new Float32Array(6).fill(1),
      },
    };
    paintRegion(whole, { query: 0, key: 2, queries: 6, keys: 4 }, pixels, 2, 1, {
      ...paint(),
      hidden: Uint8Array.of(0, 0, 1, 1, 0, 1),
    });
    assert.deepEqual([...pixels], [0, 256]);
    pixels.fill(7);
    paintRegion(whole, region, pixels, 2, 1, { ...paint(), hidden: new Uint8Array(6).fill(1) });
    assert.deepEqual([...pixels], [0, 0]);
  });

  it('of differences shows the one farthest from zero, in the colour of its sign', () => {
    const pixels = new Uint32Array(2);
    const below = Uint32Array.from({ length: 256 }, (_, i) => 1000 + i);
    const differences = [0.2, -0.4, 0, 0, 0.2, 0.6, 0, -1].map(Math.fround);
    const matrix = fromTensor({ shape: [1, 1, 2, 4], data: Float32Array.from(differences) });
    paintRegion(matrix, { query: 0, key: 0, queries: 2, keys: 4 }, pixels, 2, 1, { ...paint(), below });
    assert.deepEqual([...pixels], [1 + Math.round(0.6 * 255), 1255]);
    paintRegion(matrix, { query: 0, key: 0, queries: 1, keys: 4 }, pixels, 2, 1, { ...paint(), below });
    assert.deepEqual([...pixels], [1000 + Math.round(0.4 * 255), 1]);
  });

  it('knows where the cells of a matrix pooled by a factor are, also the smaller last ones', () => {
    // 7 queries and keys in blocks of 3: cell (2, 2) stands for the last one alone.
    const matrix = pooled(7, 3, Float32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1]));
    const pixels = painted(matrix, [0, 0, 7], 7);
    assert.deepEqual(
      [...pixels.entries()].filter(([, pixel]) => pixel === 256).map(([at]) => at),
      [48],
    );
  });

  it('paints from the detail where that covers the part, else from the whole', () => {
    const whole: HeadMatrix = {
      ...pooled(8, 4, new Float32Array(4)),
      detail: {
        firstQuery: 2,
        queries: 4,
        firstKey: 2,
        keys: 4,
        factor: 1,
        rows: 4,
        columns: 4,
        data: Float32Array.from({ length: 16 }, (_, i) => i / 255),
      },
    };
    assert.deepEqual([...painted(whole, [3, 4, 2], 2)], [7, 8, 11, 12]);
    assert.deepEqual([...painted(whole, [1, 4, 2], 2)], [1, 1, 1, 1]);
  });
});
