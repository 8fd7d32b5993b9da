import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { addAttention, configHints, findAttention, readModel } from '../../../core/onnx';
import { feedsOf, floats, largestDifference, referenceCase, type ReferenceFile } from './support/referenceModels';

const folder = path.join('test', 'fixtures', 'attention-forms');

interface Form extends Pick<ReferenceFile, 'inputs'> {
  readonly attentions: readonly { kind: string; layer: number; shape: number[]; data: number[] }[];
  readonly tolerance: number;
  readonly config?: unknown;
}

/** Forms of attention that the reference models do not have, each in a model of a few KB: what PyTorch gives, and once each. */
describe('forms of attention', () => {
  const forms = JSON.parse(readFileSync(path.join(folder, 'forms.json'), 'utf8')) as Record<string, Form>;

  for (const [name, form] of Object.entries(forms)) {
    it(name, async () => {
      const bytes = readFileSync(path.join(folder, `${name}.onnx`));
      const model = readModel(bytes);
      const extended = addAttention(model, findAttention(model, configHints(form.config)));
      assert.deepEqual(
        extended.outputs.map(o => [o.site.kind, o.site.layer]),
        form.attentions.map(a => [a.kind, a.layer]),
      );
      if (form.attentions.length === 0) return;
      const session = await InferenceSession.create(extended.bytes, { logSeverityLevel: 4, intraOpNumThreads: 1 });
      const results = await session.run(
        feedsOf(form),
        extended.outputs.map(o => o.name),
      );
      form.attentions.forEach(({ shape, data }, i) => {
        const result = results[extended.outputs[i].name];
        assert.deepEqual(result.dims, shape);
        const difference = largestDifference(floats(result), data);
        assert.ok(difference <= form.tolerance, `differs by ${difference}`);
      });
      await session.release();
      assert.ok((await switched(bytes, form)) <= 1e-5, 'switches at one change the output');
    });
  }
});

describe('attention that a file gives itself', () => {
  it('is used as it is, adds nothing, and is named in the summary', () => {
    const model = readModel(readFileSync(path.join(folder, 'bert_gives_attentions.onnx')));
    const found = findAttention(model);
    assert.equal(
      found.summary,
      '2 layers × 2 heads of self-attention (given by the file itself as attentions.0 and attentions.1)',
    );
    const { outputs, added, bytes } = addAttention(model, found);
    assert.deepEqual(
      outputs.map(({ name }) => name),
      ['attentions.0', 'attentions.1'],
    );
    assert.match(
      added[0],
      /^output attentions\.0, which the file gives itself: probabilities of self-attention, layer 0/,
    );
    const extended = readModel(bytes);
    assert.equal(extended.graph.nodes.length, model.graph.nodes.length);
    assert.equal(extended.graph.outputs.length, model.graph.outputs.length);
  });

  it('is not named where the file gives none', () => {
    const model = readModel(readFileSync(path.join(folder, 'bert2bert_optimised.onnx')));
    const { summary, attentions } = findAttention(model);
    assert.doesNotMatch(summary, /given/);
    assert.deepEqual(
      attentions.map(({ kind, form }) => `${kind} ${form}`),
      ['encoder com.microsoft.Attention', 'decoder softmax', 'cross com.microsoft.MultiHeadAttention'],
    );
  });
});

/** Of operators whose heads share keys and values: turned by their positions, after a cache, unpacked, for each head its own. */
describe('queries, keys and values of grouped heads', () => {
  const forms = JSON.parse(readFileSync(path.join(folder, 'forms.json'), 'utf8')) as Record<string, Form>;
  const llama = referenceCase('llama_op_gqa/model.onnx');
  const files = [
    ...['operator_grouped_rotary', 'operator_grouped_standard'].map(name => ({
      name,
      file: path.join(folder, `${name}.onnx`),
      inputs: forms[name].inputs,
      isHeads: true,
    })),
    { name: llama.name, file: llama.file, inputs: llama.inputs, isHeads: false },
  ];
  for (const { name, file, inputs, isHeads } of files) {
    it(`${name}: give its probabilities, and what its heads give`, async () => {
      const model = readModel(readFileSync(file));
      const { bytes, outputs } = addAttention(model, findAttention(model), { queries: true, keys: true, values: true });
      const session = await InferenceSession.create(bytes, { logSeverityLevel: 4, intraOpNumThreads: 1 });
      const results = await session.run(feedsOf({ inputs }));
      for (const layer of new Set(outputs.map(({ site }) => site.layer))) {
        const get = (what: string) =>
          results[outputs.find(output => output.what === what && output.site.layer === layer)!.name];
        const [weights, query, key, value] = ['probabilities', 'query', 'key', 'value'].map(get);
        const [, heads, queries, keys] = weights.dims;
        const size = query.dims[3];
        assert.deepEqual(
          [query.dims, key.dims, value.dims],
          [
            [1, heads, queries, size],
            [1, heads, keys, size],
            [1, heads, keys, size],
          ],
        );
        const [q, k, v, w] = [query, key, value, weights].map(floats);
        const output = new Float32Array(queries * heads * size);
        for (let head = 0; head < heads; head++) {
          for (let row = 0; row < queries; row++) {
            const dot = (column: number) => {
              let sum = 0;
              for (let i = 0; i < size; i++) {
                sum += q[(head * queries + row) * size + i] * k[(head * keys + column) * size + i];
              }
              return sum / Math.sqrt(size);
            };
            const powers = Array.from({ length: keys - queries + row + 1 }, (_, column) => Math.exp(dot(column)));
            const sum = powers.reduce((a, b) => a + b, 0);
            const at = (head * queries + row) * keys;
            const difference = largestDifference(
              Float32Array.from(powers, power => power / sum),
              w.subarray(at, at + powers.length),
            );
            assert.ok(difference < 1e-5, `head ${layer}.${head}, query ${row}: differs by ${difference}`);
            for (let column = 0; column < keys; column++) {
              for (let i = 0; i < size; i++) {
                output[(row * heads + head) * size + i] += w[at + column] * v[(head * keys + column) * size + i];
              }
            }
          }
        }
        if (isHeads) {
          assert.ok(
            largestDifference(output, floats(results['output'])) < 1e-5,
            'the values are not those that are mixed',
          );
        }
      }
      await session.release();
    });
  }
});

/** How far a model's first output is from its own with switches at one; computed node by node, as the runtime's optimiser fuses quantised nodes only where nothing stands between. */
async function switched(bytes: Uint8Array, form: Form): Promise<number> {
  const model = readModel(bytes);
  const extended = addAttention(model, findAttention(model), { probabilities: false, switches: true });
  const outputs = await Promise.all(
    [bytes, extended.bytes].map(async file => {
      const session = await InferenceSession.create(file, {
        logSeverityLevel: 4,
        intraOpNumThreads: 1,
        graphOptimizationLevel: 'disabled',
      });
      const output = (await session.run(feedsOf(form)))[session.outputNames[0]];
      await session.release();
      return floats(output);
    }),
  );
  return largestDifference(outputs[0], outputs[1]);
}
