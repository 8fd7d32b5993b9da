import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findAttention, longestChain, readModel, sequentialSteps, type OnnxNode } from '../../../core/onnx';

const folder = path.join('test', 'fixtures', 'alignment');

/** The heaviest chain that ends in a value, counted backwards through the file's nodes by their names. */
function heaviest(nodes: readonly OnnxNode[], end: string, weightOf: (node: OnnxNode) => number): number {
  const makers = new Map(nodes.flatMap(node => node.outputs.map(name => [name, node] as const)));
  const known = new Map<string, number>();
  const stack = [end];
  while (stack.length > 0) {
    const name = stack[stack.length - 1];
    const node = makers.get(name);
    const open = (node?.inputs ?? []).filter(input => !known.has(input));
    if (open.length > 0) {
      stack.push(...open);
      continue;
    }
    known.set(name, node ? weightOf(node) + Math.max(0, ...node.inputs.map(input => known.get(input)!)) : 0);
    stack.pop();
  }
  return known.get(end)!;
}

describe('steps that follow each other', () => {
  for (const [id, recurrent] of [
    ['none', true],
    ['bahdanau', true],
    ['luong', true],
    ['transformer', false],
  ] as const) {
    it(`${id}: as many as going backwards from the output finds`, () => {
      const model = readModel(readFileSync(path.join(folder, `${id}.onnx`)));
      const { graph } = findAttention(model);
      const { nodes } = model.graph;
      for (const places of [12, 40]) {
        const { reading, writing, products } = sequentialSteps(graph, places);
        assert.deepEqual([reading, writing], [recurrent ? places : 1, 10]);
        assert.equal(
          products,
          heaviest(nodes, 'logits', ({ type }) =>
            type === 'GRU' ? places + 1 : type === 'MatMul' || type === 'Gemm' ? 1 : 0,
          ),
        );
        assert.equal(writing, 1 + heaviest(nodes, 'logits', ({ type }) => Number(type === 'ArgMax')));
      }
      assert.equal(
        longestChain(graph, () => 1),
        Math.max(...model.graph.outputs.map(({ name }) => heaviest(nodes, name, () => 1))),
      );
    });
  }

  it('only the recurrent ones take longer for longer texts', () => {
    const growth = (id: string) => {
      const { graph } = findAttention(readModel(readFileSync(path.join(folder, `${id}.onnx`))));
      const [short, long] = [sequentialSteps(graph, 10), sequentialSteps(graph, 40)];
      return [long.reading - short.reading, long.products - short.products];
    };
    assert.deepEqual(growth('none'), [30, 30]);
    assert.deepEqual(growth('transformer'), [0, 0]);
  });
});
