import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { FileFormat } from '../../../core/export/fileFormat';
import { headTensorsFile } from '../../../core/export/headTensorsFile';
import { numpyLines } from '../../../core/export/headTensors';
import type { AttentionKind } from '../../../core/attention/attentionKind';
import { attentionSteps } from '../../../inference/answers/attentionSteps';
import { explain } from '../../../inference/answers/explain';
import { headTensors } from '../../../inference/answers/headTensors';
import { residualTensors } from '../../../inference/answers/residualTensors';
import type { TransformersModel } from '../../../inference/models/openModel';
import { runOnce } from '../../../inference/runs/runModel';
import { largestDifference } from '../support/referenceAttention';
import { openFixture, useModels } from '../support/useModel';

/** Arrays of a file by name: [rows][columns], row-major. */
type Arrays = ReadonlyMap<string, { readonly rows: number; readonly columns: number; readonly data: Float32Array }>;

/** What the line of NumPy does: scale·q·kᵀ + bias, softmax over keys, times values. */
function recompute(arrays: Arrays): { weights: Float32Array; output: Float32Array } {
  const [scale, q, k, v, bias] = ['scale', 'q', 'k', 'v', 'bias'].map(name => arrays.get(name)!);
  const weights = new Float32Array(q.rows * k.rows);
  const output = new Float32Array(q.rows * v.columns);
  for (let query = 0; query < q.rows; query++) {
    const scores = Array.from({ length: k.rows }, (_, key) => {
      let product = 0;
      for (let i = 0; i < q.columns; i++) product += q.data[query * q.columns + i] * k.data[key * k.columns + i];
      return scale.data[0] * product + bias.data[query * k.rows + key];
    });
    const powers = scores.map(score => Math.exp(score - Math.max(...scores)));
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, key) => {
      weights[query * k.rows + key] = power / sum;
      for (let i = 0; i < v.columns; i++) {
        output[query * v.columns + i] += (power / sum) * v.data[key * v.columns + i];
      }
    });
  }
  return { weights, output };
}

const readers: Readonly<Record<'csv' | 'json' | 'npy' | 'safetensors', (file: string | Uint8Array) => Arrays>> = {
  csv(file) {
    const arrays = new Map<string, { rows: number; columns: number; data: number[] }>();
    for (const [, name, row, column, value] of (file as string).matchAll(
      /^([a-z]+),(\d+),(?:"(?:[^"]|"")*"|[^,"]*),(\d+),(?:"(?:[^"]|"")*"|[^,"]*),(-inf|[\d.e+-]+)\r$/gm,
    )) {
      const found = arrays.get(name) ?? { rows: 0, columns: 0, data: [] };
      found.data.push(value === '-inf' ? -Infinity : Number(value));
      arrays.set(name, { ...found, rows: Number(row) + 1, columns: Number(column) + 1 });
    }
    return new Map([...arrays].map(([name, array]) => [name, { ...array, data: Float32Array.from(array.data) }]));
  },
  json(file) {
    const { tensors } = JSON.parse(file as string) as { tensors: Record<string, number | number[][]> };
    return new Map(
      Object.entries(tensors).map(([name, array]) => {
        const rows = typeof array === 'number' ? [[array]] : array;
        return [name, { rows: rows.length, columns: rows[0].length, data: Float32Array.from(rows.flat()) }];
      }),
    );
  },
  npy(file) {
    const bytes = Buffer.from(file as Uint8Array);
    const header = bytes.toString('latin1', 10, 10 + bytes.readUInt16LE(8));
    let at = 10 + header.length;
    return new Map(
      [...header.matchAll(/\('(\w+)', '<f4'(?:, \((\d+), (\d+)\))?\)/g)].map(([, name, rows = '1', columns = '1']) => {
        const array = { rows: Number(rows), columns: Number(columns), data: floats(bytes, at, +rows * +columns) };
        at += 4 * array.data.length;
        return [name, array];
      }),
    );
  },
  safetensors(file) {
    const { header, start, bytes } = headerOf(file as Uint8Array);
    return new Map(
      Object.entries(header)
        .filter(([name]) => name !== '__metadata__')
        .map(
          ([
            name,
            {
              shape,
              data_offsets: [from],
            },
          ]) => {
            const [rows, columns = 1] = shape;
            return [name, { rows, columns, data: floats(bytes, start + from, rows * columns) }];
          },
        ),
    );
  },
};

function floats(bytes: Buffer, from: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(from + 4 * i));
}

function headerOf(file: Uint8Array) {
  const bytes = Buffer.from(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<
    string,
    { shape: number[]; data_offsets: number[] }
  > & { readonly __metadata__: Record<string, never> };
  return { header, start: 8 + length, bytes };
}

/** The steps of a head as files: whoever has one can work the attention out again. */
describe('the steps of a head, saved', function () {
  this.timeout(60_000);
  const opened = new Map<string, TransformersModel>();
  useModels(async () => {
    for (const id of ['tiny-code-gpt', 'tiny-code-classifier', 'tiny-dates', 'tiny-deberta']) {
      opened.set(id, await openFixture(id));
    }
    return [...opened.values()];
  });

  const cases: readonly (readonly [model: string, text: string, kind: AttentionKind, layer: number, head: number])[] = [
    ['tiny-code-gpt', 'const a = [1, 2];\n"b, c"', 'self', 2, 1],
    ['tiny-code-classifier', 'const a = [1, 2];', 'self', 1, 2],
    ['tiny-dates', 'friday, jul 4, 1986', 'cross', 1, 3],
    ['tiny-deberta', 'the list of items', 'self', 1, 0],
  ];
  for (const [id, text, kind, layer, head] of cases) {
    it(`${id}, ${kind} ${layer}.${head}: weights and output, recomputed from q, k and v of each format`, async () => {
      const open = opened.get(id)!;
      const { known, explanation } = await explain(open, text, { isCancelled: () => false });
      const { ids, outputIds } = known;
      const steps = await headTensors(open, ids, outputIds, { kind, layer, head });
      const weights = steps.tensors.find(({ name }) => name === 'weights')!;
      const query = weights.shape[0] - 2;
      const row = await attentionSteps(open, ids, outputIds, { kind, layer, head }, query);
      for (const format of ['csv', 'json', 'npy', 'safetensors'] as const satisfies readonly FileFormat[]) {
        const arrays = readers[format](await headTensorsFile(format, explanation, steps));
        assert.deepEqual(
          [...arrays.keys()],
          ['scale', 'q', 'k', 'v', 'bias', 'scores', 'weights', 'output', 'write'],
          format,
        );
        const again = recompute(arrays);
        assert.ok(largestDifference(again.weights, arrays.get('weights')!.data) <= 2e-5, format);
        assert.ok(largestDifference(again.output, arrays.get('output')!.data) <= 1e-4, format);
        // What the panel shows of a row is in it.
        const of = (name: string) => {
          const { columns, data } = arrays.get(name)!;
          return data.slice(query * columns, (query + 1) * columns);
        };
        assert.ok(largestDifference(of('weights'), row.weights) === 0 && largestDifference(of('q'), row.query) === 0);
        assert.ok(Math.abs(Math.hypot(...of('write')) - row.residual!.head) < 1e-5 * row.residual!.head);
      }
    });
  }

  it('come with the line of NumPy that does the same, which the documentation has for each format', async () => {
    const open = opened.get('tiny-code-gpt')!;
    const { known, explanation } = await explain(open, 'a = b', { isCancelled: () => false });
    const steps = await headTensors(open, known.ids, undefined, { kind: 'self', layer: 0, head: 0 });
    const json = (await headTensorsFile('json', explanation, steps)) as string;
    assert.equal((JSON.parse(json) as { numpy: string }).numpy, numpyLines.json);
    const file = (await headTensorsFile('safetensors', explanation, steps)) as Uint8Array;
    assert.equal(headerOf(file).header.__metadata__.numpy, numpyLines.safetensors);
    const docs = readFileSync('docs/numbers.md', 'utf8');
    for (const line of Object.values(numpyLines)) assert.ok(docs.includes(line), line);
  });

  it('a run’s residual stream, head results and logits: the stream goes from layer to layer, and the results are the heads’', async () => {
    const open = opened.get('tiny-code-gpt')!;
    const { known } = await explain(open, 'const a = [1, 2];', { isCancelled: () => false });
    const { ids } = known;
    const tensors = await residualTensors(open, ids, undefined, () => false);
    const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
    const { length } = ids;
    const width = shapes['residual.0'][1];
    const names = [0, 1, 2, 3, 4].map(layer => `residual.${layer}`);
    assert.deepEqual(Object.keys(shapes), [
      ...names,
      ...[0, 1, 2, 3].map(layer => `self.${layer}.head_results`),
      'logits',
    ]);
    for (const name of names) assert.deepEqual(shapes[name], [length, width]);
    assert.deepEqual(shapes['self.2.head_results'], [6, length, width]);
    const data = async (name: string) => tensors.find(tensor => tensor.name === name)!.data();
    const logits = (await runOnce(open, ids, undefined, { wants: () => false })).logits()!;
    assert.equal(largestDifference(await data('logits'), logits.data), 0);
    const { tensors: ofHead } = await headTensors(open, ids, undefined, { kind: 'self', layer: 2, head: 1 });
    const write = ofHead.find(({ name }) => name === 'write')!;
    const results = (await data('self.2.head_results')).subarray(length * width, 2 * length * width);
    assert.ok(largestDifference(results, write.data) <= 1e-6);
    // Layer 2 adds to what came out of layer 1: the stream that its heads write to.
    const { residual } = await attentionSteps(open, ids, undefined, { kind: 'self', layer: 2, head: 1 }, 3);
    const stream = (await data('residual.2')).subarray(3 * width, 4 * width);
    assert.ok(Math.abs(Math.hypot(...stream) - residual!.stream) < 1e-4);
    assert.deepEqual(await residualTensors(open, ids, undefined, () => true), []);
  });
});
