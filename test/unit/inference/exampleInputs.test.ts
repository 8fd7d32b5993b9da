import assert from 'node:assert/strict';
import path from 'node:path';
import { exampleInputs } from '../../../core/graph/exampleInputs';
import { exampleNumbers } from '../../../inference/graph/exampleNumbers';
import { explainGraph } from '../../../inference/graph/explainGraph';
import { GraphModel } from '../../../inference/graph/graphModel';
import { referenceCases } from '../onnx/support/referenceModels';

describe('example inputs of a graph', function () {
  this.timeout(300_000);

  async function opened(file: string): Promise<GraphModel> {
    const [folder, name] = [path.dirname(file), path.basename(file)];
    return GraphModel.open({ id: name, folder: path.resolve(folder), dtype: 'fp32', graph: { file: name } }, name);
  }

  it('run as they are, on every reference file that holds attention', async () => {
    const failed: string[] = [];
    for (const { name, file, attentions } of referenceCases) {
      if (attentions.length === 0) continue;
      const open = await opened(file);
      try {
        await explainGraph(open, exampleInputs(await exampleNumbers(open)));
      } catch (error) {
        failed.push(`${name}: ${(error as Error).message}`);
      } finally {
        await open.dispose();
      }
    }
    assert.deepEqual(failed, []);
  });

  it('hold no padding: the sample’s films begin behind the first ids', async () => {
    const open = await opened('samples/workspace/films/next-film.onnx');
    const numbers = await exampleNumbers(open);
    const { rows } = numbers.find(({ name }) => /item|film|ids/.test(name))!;
    assert.ok(rows !== undefined && rows > 10, `${rows}`);
    const example = JSON.parse(exampleInputs(numbers)) as Record<string, number[][]>;
    const [ids] = Object.entries(example).find(([name]) => /item|film|ids/.test(name))![1];
    assert.ok(
      ids.every(id => id > 0 && id < rows),
      ids.join(),
    );
    await open.dispose();
  });

  it('stay within small tables, past the padding that is told, and as long as fixed axes', () => {
    const example = exampleInputs([
      { name: 'ids', type: 'int64', shape: [1, 12], rows: 10, padding: 7 },
      { name: 'kinds', type: 'int32', shape: ['batch', 3], rows: 2 },
      { name: 'positions', type: 'int64', shape: ['batch', 4], rows: 512 },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 1, 'n', 'n'] },
    ]);
    assert.deepEqual(JSON.parse(example), {
      ids: [[5, 6, 8, 8, 9, 5, 6, 8, 8, 9, 5, 6]],
      kinds: [[0, 1, 0]],
      positions: [[0, 1, 2, 3]],
      attention_mask: [[Array.from({ length: 8 }, () => Array<number>(8).fill(1))]],
      labels: Array.from({ length: 12 }, (_, i) => `item ${i}`),
    });
  });
});
