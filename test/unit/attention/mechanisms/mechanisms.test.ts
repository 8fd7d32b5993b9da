import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mechanismsInPieces, mostCells, mostRows } from '../../../../core/attention/mechanisms/compareMechanisms';
import {
  defaultValues,
  type HeadInputs,
  type ParameterValues,
  type Vectors,
  withinLimits,
} from '../../../../core/attention/mechanisms/mechanism';
import { type MechanismId, mechanisms } from '../../../../core/attention/mechanisms/mechanisms';
import { rowEntropyBits } from '../../../../core/attention/mechanisms/rowEntropyBits';
import { atOnce } from '../../../../core/pieces/inPieces';
import { randomNumbers } from '../../support/randomNumbers';

const folder = path.join('test', 'fixtures', 'mechanisms');

interface Distances {
  readonly bits: readonly number[];
  readonly change: readonly number[];
  readonly entropy: readonly number[];
}

interface Case {
  readonly name: string;
  readonly n: number;
  readonly d: number;
  readonly causal: boolean;
  readonly parameters: Partial<Record<MechanismId, ParameterValues>>;
  readonly order: readonly MechanismId[];
  readonly distances: Readonly<Record<MechanismId, Distances>>;
}

/** What PyTorch gives, computed another way: test/fixtures/mechanisms/make.py. */
function reference() {
  const cases = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as Case[];
  const numbers = new Float32Array(new Uint8Array(readFileSync(path.join(folder, 'reference.bin'))).buffer);
  let at = 0;
  const take = (rows: number, columns: number): Vectors => ({
    rows,
    columns,
    data: numbers.slice(at, (at += rows * columns)),
  });
  const read = cases.map(about => {
    const { n, d, causal, order } = about;
    const [queries, keys, values] = [take(n, d), take(n, d), take(n, d)];
    const inputs: HeadInputs = { queries, keys, values, causal, scale: 1 / Math.sqrt(d) };
    const weights = new Map(order.map(id => [id, take(n, n).data]));
    return { ...about, inputs, weights };
  });
  assert.equal(at, numbers.length);
  return read;
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= most)) most = difference;
  }
  return most;
}

/** Random queries, keys and values, the same on every run. */
function randomInputs(queries: number, keys: number, d: number, causal: boolean): HeadInputs {
  const next = randomNumbers(4);
  const some = (rows: number): Vectors => ({
    rows,
    columns: d,
    data: Float32Array.from({ length: rows * d }, () => next(2000) / 1000 - 1),
  });
  return { queries: some(queries), keys: some(keys), values: some(keys), causal, scale: 1 / Math.sqrt(d) };
}

/** All rows of a mechanism. */
function matrixOf(id: MechanismId, inputs: HeadInputs, values?: ParameterValues): Float64Array[] {
  const mechanism = mechanisms.find(one => one.id === id)!;
  const rowOf = mechanism.rows(inputs, withinLimits(mechanism, values));
  const { queries, keys } = inputs;
  return Array.from({ length: queries.rows }, (_, query) => {
    const products = Float64Array.from({ length: keys.rows }, (_, key) => {
      let sum = 0;
      for (let i = 0; i < keys.columns; i++) {
        sum += queries.data[query * keys.columns + i] * keys.data[key * keys.columns + i];
      }
      return sum;
    });
    const row = new Float64Array(keys.rows);
    rowOf(query, products, row);
    return row;
  });
}

describe('mechanisms of one head', () => {
  for (const { name, n, inputs, parameters, order, weights, distances } of reference()) {
    const own = weights.get('scaled')!;
    for (const id of order) {
      it(`${id}, ${name}: matrix, row, distances and entropy are PyTorch's`, () => {
        const query = n - 3;
        const compared = atOnce(mechanismsInPieces(inputs, own, { query, parameters, only: [id] }));
        assert.deepEqual([compared.computed, compared.mechanisms.length], [n, 1]);
        const [found] = compared.mechanisms;
        assert.equal(found.id, id);
        const expected = weights.get(id)!;
        assert.ok(largest(found.matrix.data, expected) < 1e-6, `${largest(found.matrix.data, expected)}`);
        assert.deepEqual(found.row, found.matrix.data.slice(query * n, (query + 1) * n));
        assert.ok(Math.abs(found.largest - largest(expected, own)) < 1e-6);
        for (const what of ['bits', 'change', 'entropy'] as const) {
          const each = distances[id][what];
          assert.ok(Math.abs(found.ofRow[what] - each[query]) < 1e-5, `${what}: ${found.ofRow[what]}, ${each[query]}`);
          const mean = each.reduce((a, b) => a + b, 0) / n;
          assert.ok(Math.abs(found.mean[what] - mean) < 1e-5, `mean ${what}: ${found.mean[what]}, ${mean}`);
        }
      });
    }
  }

  it('the fixtures hold each mechanism once in each case', () => {
    for (const { order } of reference()) assert.deepEqual([...order].sort(), mechanisms.map(({ id }) => id).sort());
  });

  it('no row sees what causality or the model’s mask hides, and each sums to 1', () => {
    const inputs = randomInputs(40, 40, 8, true);
    const hidden = new Uint8Array(1600);
    for (let query = 0; query < 40; query++) hidden[query * 40 + 2] = 1;
    for (const { id } of mechanisms) {
      for (const [query, row] of matrixOf(id, { ...inputs, hidden }).entries()) {
        const sum = row.reduce((a, b) => a + b, 0);
        assert.ok(
          row.every((weight, key) => weight >= 0 && (weight === 0 || (key <= query && key !== 2))),
          id,
        );
        assert.ok(Math.abs(sum - 1) < 1e-9, `${id} ${sum}`);
      }
    }
  });

  it('what the model adds to the scores is added by all but those that have no place for it', () => {
    const inputs = randomInputs(12, 12, 4, false);
    const bias = Float32Array.from({ length: 144 }, (_, i) => (i % 5) / 2);
    for (const { id, leavesBias } of mechanisms) {
      const [plain, added] = [matrixOf(id, inputs), matrixOf(id, { ...inputs, bias })];
      const changed = plain.some((row, query) => largest(row, added[query]) > 1e-6);
      assert.equal(changed, !leavesBias, id);
    }
  });

  it('temperature: at 1/√d the scaled dot product is the unscaled one, and the higher, the more even a row', () => {
    const inputs = randomInputs(20, 20, 16, false);
    const [cold, unscaled] = [
      matrixOf('scaled', { ...inputs, temperature: 1 / Math.sqrt(16) }),
      matrixOf('unscaled', inputs),
    ];
    for (const [query, row] of cold.entries()) assert.ok(largest(row, unscaled[query]) < 1e-12);
    const entropies = [0.1, 0.25, 1, 4, 100].map(temperature =>
      rowEntropyBits(matrixOf('scaled', { ...inputs, temperature })[7]),
    );
    assert.deepEqual(
      [...entropies].sort((a, b) => a - b),
      entropies,
    );
    assert.ok(Math.log2(20) - entropies[4] < 1e-3);
    for (const { id, takesTemperature } of mechanisms) {
      const warm = matrixOf(id, { ...inputs, temperature: 3 });
      const same = matrixOf(id, inputs).every((row, query) => largest(row, warm[query]) < 1e-9);
      assert.equal(same, !takesTemperature, id);
    }
  });

  it('more features bring Performer closer to the head, on average over seeds', () => {
    const inputs = randomInputs(24, 24, 8, false);
    const own = Float32Array.from(matrixOf('scaled', inputs).flatMap(row => [...row]));
    const [few, many] = [8, 512].map(features =>
      [1, 2, 3, 4, 5].reduce((sum, seed) => {
        const wish = { query: 0, only: ['performer' as const], parameters: { performer: { features, seed } } };
        return sum + atOnce(mechanismsInPieces(inputs, own, wish)).mechanisms[0].mean.bits;
      }, 0),
    );
    assert.ok(many < few / 4, `${few} bits, ${many} bits`);
  });

  it('a head that looks at another sequence has windows as far along in that', () => {
    const rows = matrixOf('window', randomInputs(10, 30, 4, false), { window: 2 });
    rows.forEach((row, query) =>
      assert.deepEqual(
        [...row.keys()].filter(key => row[key] > 0),
        query === 0 ? [0] : [3 * query - 1, 3 * query],
      ),
    );
  });

  it('of a long text rows are computed evenly spread, the chosen one too, and matrices are pooled', () => {
    const inputs = randomInputs(1030, 1030, 4, true);
    const own = Float32Array.from(matrixOf('scaled', inputs).flatMap(row => [...row]));
    const compared = atOnce(mechanismsInPieces(inputs, own, { query: 777, only: ['scaled', 'sinks'] }));
    assert.equal(compared.computed, mostRows);
    for (const { matrix, row } of compared.mechanisms) {
      assert.deepEqual([matrix.rows, matrix.columns, row.length], [mostCells, mostCells, 1030]);
      assert.ok(Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-5);
      assert.equal(row[778], 0);
    }
    assert.ok(compared.mechanisms[0].largest < 1e-6);
    assert.deepEqual(compared.mechanisms[0].row, own.slice(777 * 1030, 778 * 1030));
    assert.throws(() => atOnce(mechanismsInPieces(inputs, own, { query: 1030, only: ['scaled'] })), RangeError);
  });

  it('parameters are whole numbers within their limits', () => {
    const sinks = mechanisms.find(({ id }) => id === 'sinks')!;
    assert.deepEqual(defaultValues(sinks), { sinks: 1, window: 8 });
    assert.deepEqual(withinLimits(sinks, { sinks: -3, window: 1e9 }), { sinks: 0, window: 4096 });
    assert.deepEqual(withinLimits(sinks, { sinks: 2.4, window: NaN }), { sinks: 2, window: 8 });
  });

  /** Counted by hand for n = 29 and 8,192, d = 32. */
  it('costs: multiply-adds and bytes by hand, and what grows with n² does', () => {
    const expected: Readonly<Record<MechanismId, readonly [number, number, number, number]>> = {
      scaled: [2 * 29 * 29 * 32, 4 * 29 * 29, 4_294_967_296, 268_435_456],
      unscaled: [53_824, 3364, 4_294_967_296, 268_435_456],
      additive: [2 * 29 * 32 * 32 + 53_824, 3364, 4_311_744_512, 268_435_456],
      window: [14_848, 928, 4_194_304, 262_144],
      dilated: [14_848, 928, 4_194_304, 262_144],
      blocks: [29_696, 1856, 8_388_608, 524_288],
      topK: [26_912 + 3712, 3364, 2_148_532_224, 268_435_456],
      linear: [59_392, 4096, 16_777_216, 4096],
      performer: [237_568, 8192, 67_108_864, 8192],
      alibi: [53_824, 3364, 4_294_967_296, 268_435_456],
      sinks: [29 * 9 * 64, 29 * 9 * 4, 4_718_592, 294_912],
      lowRank: [1856 + 14_848, 928, 4_718_592, 262_144],
    };
    for (const mechanism of mechanisms) {
      const { id, grows, cost } = mechanism;
      const values = defaultValues(mechanism);
      const [now, later] = [29, 8192].map(n => cost(n, 32, values, true));
      assert.deepEqual([now.multiplyAdds, now.bytes, later.multiplyAdds, later.bytes], expected[id], id);
      const twice = cost(16384, 32, values, true).multiplyAdds / later.multiplyAdds;
      assert.ok(Math.abs(twice - (grows === 'n' ? 2 : 4)) < 0.02, `${id}: ${twice}`);
    }
    // Both ways, BigBird's blocks have a next one, and the first block's queries see all.
    const blocks = mechanisms.find(({ id }) => id === 'blocks')!;
    assert.equal(blocks.cost(100, 32, { block: 4 }, false).bytes, 4 * (100 * 20 + 4 * 80));
  });
});
