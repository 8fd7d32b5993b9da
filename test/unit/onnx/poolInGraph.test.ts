import assert from 'node:assert/strict';
import { Tensor } from 'onnxruntime-node';
import { readModel } from '../../../core/onnx';
import type { OnnxGraph } from '../../../core/onnx/read/onnxModel';
import { poolMaximum } from '../../../core/attention/poolMaximum';
import { extend, feedsOf, open, referenceCases } from './support/referenceModels';

/** ONNX wants each node behind those whose results it reads; the tools that wrote a file do not always keep to that. */
function assertSorted(graph: OnnxGraph, outside: readonly string[]): void {
  const known = new Set([...outside, '', ...graph.inputs.map(v => v.name), ...graph.initializers.keys()]);
  for (const node of graph.nodes) {
    const isOurs = (name: string) => name.startsWith('headlight/');
    const told = node.outputs.some(isOurs) ? node.inputs : node.inputs.filter(isOurs);
    for (const input of told) {
      assert.ok(known.has(input), `${node.name || node.type} reads ${input} before it is there`);
    }
    for (const attribute of node.attributes.values()) {
      if (attribute.graph) assertSorted(attribute.graph, [...known]);
    }
    node.outputs.forEach(output => known.add(output));
  }
}

/** Pooled outputs and chosen heads against the whole tensors of the same file. */
describe('pooled outputs and chosen heads', function () {
  this.timeout(60_000);

  // With switches the small tensors stand in the model's own way, so that they are computed before the next layer is.
  const variants = referenceCases
    .filter(({ attentions }) => attentions.length > 0)
    .flatMap(reference => [false, 'required' as const].map(switches => ({ reference, switches })));
  for (const { reference, switches } of variants) {
    it(`${reference.name}${switches ? ', with switches' : ''}: pooled in the graph as outside of it, and only the heads that are named`, async () => {
      const plain = extend(reference, {});
      const session = await open(reference, plain.bytes);
      const whole = (await session.run(
        feedsOf(reference),
        plain.outputs.map(o => o.name),
      )) as Record<string, Tensor>;
      await session.release();
      const model = extend(reference, { pooled: true, selectedHeads: true, switches });
      assertSorted(readModel(model.bytes).graph, []);
      const reduced = await open(reference, model.bytes);
      const limit = 5;
      const int64 = (values: number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
      const run = async (cells: number, heads: (count: number) => number[]) => {
        const feeds = feedsOf(reference);
        if (model.limit) feeds[model.limit] = int64([cells]);
        for (const { site, name } of model.selections) feeds[name] = int64(heads(site.heads!));
        for (const { site, name, mean } of model.switches) {
          const heads = site.heads ?? 1;
          feeds[name] = new Tensor('float32', new Float32Array(heads).fill(1), [1, heads, 1, 1]);
          feeds[mean] = new Tensor('float32', new Float32Array(heads), [1, heads, 1, 1]);
        }
        return (await reduced.run(
          feeds,
          model.outputs.map(o => o.name),
        )) as Record<string, Tensor>;
      };
      const some = await run(limit, count => [count - 1]);
      const none = await run(0, () => []);
      await reduced.release();
      for (const { site, name } of plain.outputs) {
        const [batch, heads, rows, columns] = whole[name].dims;
        const data = whole[name].data as Float32Array;
        const matrix = (b: number, head: number) =>
          data.subarray((b * heads + head) * rows * columns, (b * heads + head + 1) * rows * columns);
        const named = (what: string) =>
          model.outputs.find(o => o.site.kind === site.kind && o.site.layer === site.layer && o.what === what)!.name;
        const last = Array.from({ length: batch }, (_, b) => [...matrix(b, heads - 1)]).flat();
        assert.deepEqual(some[named('probabilities')].dims, [batch, 1, rows, columns]);
        const chosen = some[named('probabilities')].data as Float32Array;
        last.forEach((weight, i) => assert.ok(Math.abs(weight - chosen[i]) < 1e-3));
        assert.equal(none[named('probabilities')].data.length, 0);
        const pooled = some[named('pooled')];
        assert.deepEqual(pooled.dims, [batch, heads, Math.min(rows, limit), Math.min(columns, limit)]);
        const expected = Array.from({ length: batch * heads }, (_, i) => [
          ...poolMaximum(matrix(Math.floor(i / heads), i % heads), rows, columns, limit).data,
        ]).flat();
        expected.forEach((weight, i) => assert.ok(Math.abs(weight - (pooled.data as Float32Array)[i]) < 1e-3));
        assert.equal(none[named('pooled')].data.length, 0);
      }
    });
  }
});
