import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { npyHeader } from '../../../core/export/npy';
import { effectOfHeads } from '../../../inference/answers/effect';
import { explain } from '../../../inference/answers/explain';
import { groupHeads } from '../../../inference/answers/groupHeads';
import { headTensors } from '../../../inference/answers/headTensors';
import { measureHeads } from '../../../inference/answers/measureHeads';
import type { ExplainedText } from '../../../inference/runs/explainText';
import { GraphModel } from '../../../inference/graph/graphModel';
import type { OpenModel } from '../../../inference/models/openModel';
import { keptLayers } from '../support/keptLayers';
import { largestDifference } from '../support/referenceAttention';

interface Reference {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly attentions: readonly {
    kind: string;
    layer: number;
    shape: readonly [number, number, number, number];
    offset: number;
  }[];
}

const home = 'test/fixtures/reference-models';

describe('a graph that is run by its inputs’ names', function () {
  this.timeout(60_000);

  async function withGraph<T>(
    folder: string,
    file: string,
    work: (open: OpenModel) => Promise<T>,
    inputsFolder?: string,
  ): Promise<T> {
    const open = await GraphModel.open(
      { id: file, folder: path.resolve(folder), dtype: 'fp32', graph: { file, inputsFolder } },
      file,
    );
    try {
      return await work(open);
    } finally {
      await open.dispose();
    }
  }

  const run = (open: OpenModel, json: string): Promise<ExplainedText> =>
    explain(open, json, { isCancelled: () => false });

  for (const [model, file, kinds] of [
    ['bert', 'model_eager.onnx', ['self']],
    ['gpt2', 'model_eager.onnx', ['self']],
    ['llama', 'model_sdpa.onnx', ['self']],
    ['gemma2', 'model_eager.onnx', ['self']],
    ['deberta_v2', 'model_eager.onnx', ['self']],
    ['t5', 'model_eager.onnx', ['encoder', 'decoder', 'cross']],
    ['bart', 'model_eager.onnx', ['encoder', 'decoder', 'cross']],
    ['vit', 'model_eager.onnx', ['self']],
    ['swin', 'model_eager.onnx', ['self']],
    ['whisper_encoder', 'model_eager.onnx', ['self']],
    ['whisper_decoder', 'model_eager.onnx', ['decoder', 'cross']],
    ['vision_decoder_cross', 'model.onnx', ['decoder', 'cross']],
    ['gpt2_external_data', 'model.onnx', ['self']],
    ['lookalike_softmaxes', 'model.onnx', ['self']],
  ] as const) {
    it(`${model} gives PyTorch’s attention`, () =>
      withGraph(path.join(home, model), file, async open => {
        const reference = JSON.parse(readFileSync(path.join(home, model, 'reference.json'), 'utf8')) as Reference;
        const { explanation, known } = await run(open, JSON.stringify({ inputs: reference.inputs }));
        assert.deepEqual([...new Set(keptLayers(known).map(({ kind }) => kind))].sort(), [...kinds].sort());
        const bytes = readFileSync(path.join(home, model, 'reference.bin'));
        const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
        for (const layer of keptLayers(known)) {
          const expected = reference.attentions.find(
            ({ kind, layer: number }) =>
              number === layer.layer &&
              (kind === layer.kind ||
                (kind !== 'cross' && layer.kind === 'self') ||
                (kind === 'self' && layer.kind !== 'cross')),
          );
          assert.ok(expected, `${layer.kind} ${layer.layer}`);
          const size = layer.heads * layer.queries * layer.keys;
          assert.deepEqual([layer.heads, layer.queries, layer.keys], expected.shape.slice(1));
          assert.ok(
            largestDifference(layer.data.subarray(0, size), floats.subarray(expected.offset, expected.offset + size)) <=
              2e-5,
          );
        }
        for (const group of explanation.groups) {
          const length = (sequence: 'input' | 'output') =>
            (sequence === 'input' ? explanation : explanation.output!).tokens.length;
          assert.deepEqual(
            [group.layers[0].queries, group.layers[0].keys],
            [length(group.queries), length(group.keys)],
          );
        }
      }));
  }

  it('shows one sequence of a batch, the one that is chosen, and says so', () =>
    withGraph(path.join(home, 'bert'), 'model_eager.onnx', async open => {
      const batch = [
        [5, 7, 9, 3],
        [11, 2, 8, 6],
        [4, 4, 1, 12],
      ];
      const weights = ({ known }: ExplainedText) => keptLayers(known).flatMap(({ data }) => Array.from(data));
      const given = async (inputs: object) => run(open, JSON.stringify(inputs));
      for (const [i, ids] of batch.entries()) {
        const chosen = await given({ input_ids: batch, ...(i > 0 ? { sequence: i + 1 } : {}) });
        const alone = await given({ input_ids: ids });
        assert.deepEqual(weights(chosen), weights(alone));
        assert.deepEqual(
          chosen.explanation.tokens.map(({ id }) => id),
          ids,
        );
        assert.deepEqual(chosen.explanation.notes, [
          `The inputs hold 3 sequences, and number ${i + 1} is shown; write "sequence": ${i === 0 ? 2 : 1} beside them to look at another.`,
        ]);
        assert.deepEqual(alone.explanation.notes, []);
      }
      assert.notDeepEqual(
        weights(await given({ input_ids: batch })),
        weights(await given({ input_ids: batch, sequence: 2 })),
      );
      await assert.rejects(
        given({ input_ids: batch, sequence: 4 }),
        /^Error: “sequence” is 4, and the inputs hold 3; give a number from 1 to 3\.$/,
      );
    }));

  it('shows windows one by one, and says so', () =>
    withGraph(path.join(home, 'swin'), 'model_eager.onnx', async open => {
      const { inputs, attentions } = JSON.parse(
        readFileSync(path.join(home, 'swin', 'reference.json'), 'utf8'),
      ) as Reference;
      const windows = Math.max(...attentions.map(({ shape }) => shape[0]));
      assert.ok(windows > 1);
      const { explanation } = await run(open, JSON.stringify({ inputs }));
      assert.deepEqual(explanation.notes, [
        `The graph computes attention in ${windows} parts side by side (channels, windows or blocks); choose above which one is shown.`,
      ]);
      assert.deepEqual(explanation.parts, {
        names: Array.from({ length: windows }, (_, i) => `Part ${i + 1} of ${windows}`),
        shown: 1,
      });
    }));

  const faults = 'test/fixtures/faults';
  const referenceOf = (name: string) => {
    const reference = JSON.parse(readFileSync(path.join(faults, name, 'reference.json'), 'utf8')) as Reference;
    const numbers = new Float32Array(new Uint8Array(readFileSync(path.join(faults, name, 'reference.bin'))).buffer);
    return { ...reference, json: JSON.stringify({ inputs: reference.inputs }), numbers };
  };

  it('shows each of the channels that are computed side by side, also where it is run again (PatchTST)', () =>
    withGraph(path.join(faults, 'patchtst'), 'model.onnx', async open => {
      const { inputs, json, attentions, numbers } = referenceOf('patchtst');
      for (const part of [1, 2, 3]) {
        const chosen = await explain(open, json, { part, isCancelled: () => false });
        const asked = await run(open, JSON.stringify({ inputs, sequence: part }));
        for (const { explanation, known } of [chosen, asked]) {
          assert.deepEqual(explanation.parts, { names: ['Part 1 of 3', 'Part 2 of 3', 'Part 3 of 3'], shown: part });
          const layers = keptLayers(known);
          assert.equal(layers.length, attentions.length);
          for (const [i, { data }] of layers.entries()) {
            const { shape, offset } = attentions[i];
            const size = shape[1] * shape[2] * shape[3];
            const right = numbers.subarray(offset + (part - 1) * size, offset + part * size);
            assert.ok(largestDifference(data, right) < 1e-6, `part ${part}, layer ${i}`);
          }
          const { tensors } = await headTensors(open, known.ids, undefined, { kind: 'self', layer: 1, head: 2 });
          const weights = tensors.find(({ name }) => name === 'weights')!;
          assert.ok(largestDifference(weights.data, layers[1].data.subarray(2 * 16, 3 * 16)) < 1e-6);
        }
      }
      await assert.rejects(
        run(open, JSON.stringify({ inputs, sequence: 4 })),
        /^Error: “sequence” is 4, and the graph computes attention in 3 parts; give a number from 1 to 3\.$/,
      );
    }));

  it('shows windows of each size and what looks at everything (Qwen2.5-VL’s tower)', () =>
    withGraph(path.join(faults, 'qwen2_5_vl_vision_uneven'), 'model.onnx', async open => {
      const { json, attentions, numbers } = referenceOf('qwen2_5_vl_vision_uneven');
      const { explanation } = await run(open, json);
      assert.deepEqual(explanation.parts?.names, [
        ...[1, 2, 3, 4].map(i => `${i} of 4, 16 positions`),
        ...[1, 2].map(i => `${i} of 2, 8 positions`),
        '1 of 1, 80 positions',
      ]);
      for (const [i, { shape, offset }] of attentions.entries()) {
        const { known } = await explain(open, json, { part: i + 1, isCancelled: () => false });
        const [layer, ...others] = keptLayers(known);
        assert.equal(others.length, 0);
        assert.equal(layer.queries, shape[2]);
        const right = numbers.subarray(offset, offset + layer.data.length);
        assert.ok(largestDifference(layer.data, right) < 1e-5, `part ${i + 1}`);
      }
    }));

  it('shows queries that look at fewer keys than there are positions (MViT v2)', () =>
    withGraph(path.join(faults, 'timm_mvitv2'), 'model.onnx', async open => {
      const { json } = referenceOf('timm_mvitv2');
      const { explanation, known } = await run(open, json);
      assert.deepEqual(explanation.parts?.names, ['1 of 1, 256 queries × 16 keys', '1 of 1, 64 positions']);
      assert.deepEqual(
        keptLayers(known).map(({ layer, heads, queries, keys }) => [layer, heads, queries, keys]),
        [[0, 2, 256, 16]],
      );
      assert.equal(explanation.tokens.length, 256);
      // Neither the same token nor the one before can be told of two sequences of positions.
      const summaries = await measureHeads(known, 'self', work => work(open));
      assert.deepEqual(
        summaries.map(({ head, masses }) => [head, masses.previous, masses.itself]),
        [
          [0, undefined, undefined],
          [1, undefined, undefined],
        ],
      );
      await groupHeads(known, 'self', work => work(open));
      assert.match(explanation.notes!.join(' '), /Queries and keys are not the same positions here/);
    }));

  it('runs what ONNX Runtime cannot optimize without its optimizations, and says so (Longformer)', () =>
    withGraph(path.join(faults, 'longformer'), 'model.onnx', async open => {
      const inputs: unknown = JSON.parse(readFileSync(path.join(faults, 'longformer', 'inputs.json'), 'utf8'));
      const { explanation } = await run(open, JSON.stringify(inputs));
      assert.match(
        explanation.notes!.join(' '),
        /Each row is a sliding window.*ONNX Runtime cannot optimize this graph/,
      );
      assert.deepEqual(explanation.parts?.names, ['1 of 1, 24 queries × 10 keys', '1 of 1, 1 query × 24 keys']);
      const global = await explain(open, JSON.stringify(inputs), { part: 2, isCancelled: () => false });
      assert.match(global.explanation.notes!.join(' '), /The queries are the global tokens alone/);
      assert.deepEqual(
        explanation.groups.map(({ kind, causal }) => [kind, causal]),
        [['self', false]],
      );
    }));

  it('measures what is causal where the graph has no mask that says so', async () => {
    // As though the mask had not been found.
    for (const name of ['gpt2', 'bert']) {
      await withGraph(path.join(home, name), 'model_eager.onnx', async open => {
        for (const site of open.sessions.model.sites) Object.assign(site, { causal: false });
        const { explanation } = await run(
          open,
          JSON.stringify({ input_ids: [5, 7, 9, 3], attention_mask: [1, 1, 1, 1] }),
        );
        assert.equal(explanation.groups[0].causal, name === 'gpt2', name);
      });
    }
  });

  it('names positions by labels, by what the numbers are called, or by the numbers', () =>
    withGraph(path.join(home, 'gpt2'), 'model_eager.onnx', async open => {
      const words = async (more: object) =>
        (
          await run(open, JSON.stringify({ input_ids: [5, 7, 9], attention_mask: [1, 1, 1], ...more }))
        ).explanation.tokens.map(({ text }) => text.trim());
      assert.deepEqual(await words({}), ['5', '7', '9']);
      assert.deepEqual(await words({ vocabulary: { 7: 'bread' } }), ['5', 'bread', '9']);
      assert.deepEqual(await words({ labels: ['first', 'second', 'third'] }), ['first', 'second', 'third']);
    }));

  it('says what is likely next, and what a head that is off changes, in the names of the numbers', () =>
    withGraph('media/models/tiny-code-gpt/onnx', 'model_fp16.onnx', async open => {
      const vocabulary = Object.fromEntries(Array.from({ length: 4096 }, (_, i) => [i, `item ${i}`]));
      const { explanation, known } = await run(open, JSON.stringify({ input_ids: [5, 7, 9], vocabulary }));
      assert.equal(explanation.predictions.length, 3);
      assert.match(explanation.predictions[2][0].text, /^item \d+$/);
      const effect = await effectOfHeads(open, known.ids, undefined, [{ kind: 'self', layer: 0, head: 1 }], 2);
      assert.ok(effect.divergence > 0);
      assert.match(effect.candidates[0].text, /^item \d+$/);
    }));

  it('reads NPY files beside the inputs, and none elsewhere', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-npy-'));
    try {
      mkdirSync(path.join(folder, 'inside'));
      cpSync(path.join(home, 'gpt2', 'model_eager.onnx'), path.join(folder, 'model.onnx'));
      const file = Buffer.concat([npyHeader([1, 3]), new Uint8Array(Float32Array.from([5, 7, 9]).buffer)]);
      writeFileSync(path.join(folder, 'inside/ids.npy'), file);
      writeFileSync(path.join(folder, 'outside.npy'), file);
      await withGraph(
        folder,
        'model.onnx',
        async open => {
          const { explanation } = await run(open, '{"input_ids": "ids.npy", "attention_mask": [1, 1, 1]}');
          assert.deepEqual(
            explanation.tokens.map(({ id }) => id),
            [5, 7, 9],
          );
          await assert.rejects(
            run(open, '{"input_ids": "../outside.npy", "attention_mask": [1, 1, 1]}'),
            /"\.\.\/outside\.npy", which the inputs name, lies outside the folder; copy the file beside them/,
          );
          await assert.rejects(
            run(open, '{"input_ids": "none.npy", "attention_mask": [1, 1, 1]}'),
            /none\.npy, which is not beside them/,
          );
        },
        path.join(folder, 'inside'),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says in one sentence what does not fit', async () => {
    await withGraph(path.join(home, 'gpt2'), 'model_eager.onnx', async open => {
      await assert.rejects(run(open, '{"ids": [1]}'), /lack “input_ids”/);
      await assert.rejects(
        run(open, '{"input_ids": [9999], "attention_mask": [1]}'),
        /“input_ids” holds 9999, and model_eager\.onnx knows 0 to \d+; give it numbers of its own vocabulary\./,
      );
      await assert.rejects(
        run(open, '{"input_ids": [1, 2], "labels": ["one"]}'),
        /“labels” names 1 positions, and the sequence has 2/,
      );
    });
    await assert.rejects(
      withGraph(path.join(home, 'none_lstm'), 'model.onnx', () => Promise.resolve()),
      /holds no attention to show \(.*LSTM/,
    );
    const decode = JSON.parse(readFileSync(path.join(home, 'gpt2_cache_decode/reference.json'), 'utf8')) as Reference;
    await withGraph(path.join(home, 'gpt2_cache_decode'), 'model.onnx', open =>
      assert.rejects(run(open, JSON.stringify({ inputs: decode.inputs })), /was given a cache/),
    );
  });
});
