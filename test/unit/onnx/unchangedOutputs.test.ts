import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Tensor } from 'onnxruntime-node';
import type { AttentionRequest } from '../../../core/onnx';
import {
  extend,
  feedsOf,
  largestDifference,
  referenceCase,
  referenceCases,
  run,
  type ReferenceCase,
} from './support/referenceModels';

/** What the original gives, by output name. */
function original(reference: ReferenceCase): Promise<Record<string, Tensor>> {
  return run(reference, readFileSync(reference.file));
}

/** The numbers of a tensor; half precision as its bits. */
function numbers(tensor: Tensor): ArrayLike<number> {
  return tensor.data instanceof BigInt64Array ? Array.from(tensor.data, Number) : (tensor.data as ArrayLike<number>);
}

/** Runs an extended model for the model's own outputs. */
async function extended(
  reference: ReferenceCase,
  names: readonly string[],
  ask: AttentionRequest,
  switched?: (heads: number, site: number) => Float32Array,
  mean = false,
) {
  const model = extend(reference, ask);
  const feeds = feedsOf(reference);
  if (switched) {
    model.switches.forEach(({ name, mean: meanInput, site }, i) => {
      const values = switched(site.heads!, i);
      feeds[meanInput] = new Tensor(
        'float32',
        mean ? values.map(value => 1 - value) : new Float32Array(values.length),
        [1, values.length, 1, 1],
      );
      feeds[name] = new Tensor('float32', values, [1, values.length, 1, 1]);
    });
  }
  return run(reference, model.bytes, feeds, names);
}

/** Outputs of a model: unchanged by what is added, and changed by a switch as they should be. */
describe('outputs of an extended model', function () {
  this.timeout(60_000);

  // Float16 on the CPU is float32 with casts in between, which the runtime drops in pairs where it can: what it drops
  // depends on what is asked for.
  const halfPrecision = 2e-2;

  for (const reference of referenceCases) {
    const allowed = reference.name.includes('_fp16') ? halfPrecision : 1e-6;

    it(`${reference.name}: the same with probabilities added`, async () => {
      const before = await original(reference);
      const after = await extended(reference, Object.keys(before), {});
      for (const name of Object.keys(before)) {
        const difference = largestDifference(numbers(before[name]), numbers(after[name]));
        assert.ok(difference <= allowed, `${name} differs by ${difference}`);
      }
    });

    it(`${reference.name}: the same with switches at one, ${reference.name.startsWith('bert') ? 'left out or ' : ''}fed`, async () => {
      const before = await original(reference);
      const names = Object.keys(before);
      const runs = [
        await extended(reference, names, { switches: 'required' }, heads => new Float32Array(heads).fill(1)),
      ];
      if (reference.name.startsWith('bert')) runs.push(await extended(reference, names, { switches: true }));
      for (const after of runs) {
        for (const name of names) {
          const difference = largestDifference(numbers(before[name]), numbers(after[name]));
          assert.ok(difference <= allowed, `${name} differs by ${difference}`);
        }
      }
    });
  }

  const off = (head: number, layer: number) => (heads: number, site: number) =>
    Float32Array.from({ length: heads }, (_, h) => (site === layer && h === head ? 0 : 1));

  /** The same network written in ways that take a switch at different places: at the probabilities, at the heads' results. */
  for (const family of [
    [
      'gpt2/model_eager.onnx',
      'gpt2/model_sdpa.onnx',
      'gpt2/model_op23.onnx',
      'gpt2/model_fused.onnx',
      'gpt2/model_ortopt.onnx',
    ],
    [
      'bert/model_eager.onnx',
      'bert/model_sdpa.onnx',
      'bert/model_op23.onnx',
      'bert/model_fused.onnx',
      'bert_op_mha/model.onnx',
    ],
    ['llama/model_eager.onnx', 'llama/model_sdpa.onnx', 'llama/model_op23.onnx'],
    ['t5/model_eager.onnx', 't5/model_sdpa.onnx', 't5/model_fused.onnx'],
  ]) {
    for (const mean of [false, true]) {
      it(`${family[0].split('/')[0]}: a head ${mean ? 'at its mean gives that' : 'switched off is off'}, however the model is written`, async () => {
        for (const [head, layer] of [
          [0, 0],
          [3, 1],
        ]) {
          const [first, ...others] = await Promise.all(
            family.map(async name => {
              const reference = referenceCase(name);
              const before = await original(reference);
              const [output] = Object.keys(before);
              const after = await extended(reference, [output], { switches: 'required' }, off(head, layer), mean);
              assert.ok(
                largestDifference(numbers(before[output]), numbers(after[output])) > 1e-4,
                `${name}: the output did not change`,
              );
              return numbers(after[output]);
            }),
          );
          others.forEach((other, i) =>
            assert.ok(largestDifference(first, other) < 2e-5, `${family[i + 1]} differs from ${family[0]}`),
          );
        }
      });
    }
  }

  for (const name of [
    'spelled_bmm3d/model.onnx',
    'deberta_v2/model_eager.onnx',
    'swin/model_eager.onnx',
    'spelled_einsum/model.onnx',
    'gpt2_merged_cache/model.onnx',
    'llama_op_gqa/model.onnx',
    'bert/model_quantized.onnx',
  ]) {
    it(`${name}: each head's switch changes the output in its own way`, async () => {
      const reference = referenceCase(name);
      const before = await original(reference);
      const [output] = Object.keys(before);
      const seen: ArrayLike<number>[] = [numbers(before[output])];
      const { switches } = extend(reference, { switches: true });
      for (let site = 0; site < switches.length; site++) {
        for (let head = 0; head < switches[site].site.heads!; head++) {
          const after = await extended(reference, [output], { switches: 'required' }, off(head, site));
          for (const other of seen) {
            assert.ok(largestDifference(other, numbers(after[output])) > 1e-6, `layer ${site}, head ${head}`);
          }
          seen.push(numbers(after[output]));
        }
      }
    });
  }
});
