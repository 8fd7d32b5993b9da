import assert from 'node:assert/strict';
import type { LayerHeads } from '../../../../core/attention/attentionMatrix';
import { headProducts, transformedNorms, valueShares } from '../../../../core/attention/measures/transformedNorms';
import { layerOf, matrixOf, near } from './support/heads';
import { nanoSort } from './support/recordings';

describe('valueShares', () => {
  it('by hand', () => {
    const values = { heads: 1, keys: 2, dimensions: 2, data: Float32Array.of(3, 4, 1, 0) };
    assert.deepEqual([...transformedNorms(values)], [5, 1]);
    // Doubles the first dimension, drops the second.
    assert.deepEqual(
      [
        ...transformedNorms(
          values,
          headProducts({ outputs: 3, data: Float32Array.of(0, 2, 0, 0, 0, 0) }, values.heads, values.dimensions),
        ),
      ],
      [6, 2],
    );
    const shares = valueShares(
      layerOf(
        0,
        matrixOf([
          [1, 0],
          [0.5, 0.5],
        ]),
      ),
      Float32Array.of(6, 2),
    );
    assert.deepEqual([...shares], [1, 0, 0.75, 0.25]);
    assert.deepEqual([...valueShares(layerOf(0, matrixOf([[1]])), Float32Array.of(0))], [0]);
  });

  it('gpt-nano-sort: the lengths of vectors that sum to what its attention wrote', () => {
    const [sequences, heads, n, d, width] = [3, 3, 11, 16, 48];
    const { weights, partials } = nanoSort();
    const inputWeight = weights['transformer.h.0.attn.c_attn.weight'].data;
    const inputBias = weights['transformer.h.0.attn.c_attn.bias'].data;
    const outputWeight = weights['transformer.h.0.attn.c_proj.weight'].data;
    const outputBias = weights['transformer.h.0.attn.c_proj.bias'].data;
    const projection = {
      outputs: width,
      data: Float32Array.from(
        { length: width * width },
        (_, i) => outputWeight[(i % width) * width + Math.floor(i / width)],
      ),
    };

    /** f(x) of one key for one head, from the layer's normalised input and its weights. */
    function transformed(sequence: number, head: number, key: number): number[] {
      const x = partials['ln1'].data.subarray((sequence * n + key) * width, (sequence * n + key + 1) * width);
      const value = Array.from({ length: d }, (_, i) => {
        const out = 2 * width + head * d + i;
        return x.reduce((sum, xj, j) => sum + xj * inputWeight[out * width + j], inputBias[out]);
      });
      return Array.from({ length: width }, (_, out) =>
        value.reduce((sum, v, i) => sum + v * outputWeight[out * width + head * d + i], 0),
      );
    }

    for (let sequence = 0; sequence < sequences; sequence++) {
      const values = {
        heads,
        keys: n,
        dimensions: d,
        data: partials['v'].data.subarray(sequence * heads * n * d, (sequence + 1) * heads * n * d),
      };
      const layer: LayerHeads = {
        layer: 0,
        heads,
        queries: n,
        keys: n,
        causal: true,
        sameSequence: true,
        data: partials['attSm'].data.subarray(sequence * heads * n * n, (sequence + 1) * heads * n * n),
      };
      const shares = valueShares(
        layer,
        transformedNorms(values, headProducts(projection, values.heads, values.dimensions)),
      );
      for (let query = 0; query < n; query++) {
        const written = Array.from(outputBias);
        for (let head = 0; head < heads; head++) {
          const from = (head * n + query) * n;
          const vectors = Array.from({ length: query + 1 }, (_, key) =>
            transformed(sequence, head, key).map(x => x * layer.data[from + key]),
          );
          const sum = vectors.reduce((total, vector) => total + Math.hypot(...vector), 0);
          vectors.forEach((vector, key) => {
            const share = Math.hypot(...vector) / sum;
            assert.ok(near(shares[from + key], share, 1e-5), `${shares[from + key]} and ${share}`);
            vector.forEach((x, i) => (written[i] += x));
          });
        }
        written.forEach((x, i) => assert.ok(near(x, partials['yProj'].data[(sequence * n + query) * width + i], 1e-5)));
      }
    }
  });

  it('refuses numbers that do not fit', () => {
    assert.throws(() => headProducts({ outputs: 2, data: new Float32Array(6) }, 2, 2), RangeError);
    assert.throws(() => transformedNorms({ heads: 1, keys: 2, dimensions: 2, data: new Float32Array(3) }), RangeError);
    assert.throws(() => valueShares(layerOf(0, matrixOf([[1]])), new Float32Array(2)), RangeError);
  });
});
