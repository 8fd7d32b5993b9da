import assert from 'node:assert/strict';
import type { Tensor } from 'onnxruntime-node';
import { addAttention, findAttention, findBlocks, readModel, stacksByBranch } from '../../../core/onnx';
import { readFileSync } from 'node:fs';
import { type StackOutputs, WantedValues } from '../../../inference/models/blockOutputs';
import {
  feedsOf,
  floats,
  hintsOf,
  largestDifference,
  open,
  type ReferenceCase,
  referenceCases,
} from './support/referenceModels';
import { int64 } from '../../../inference/models/onnxTensors';

/** What the blocks of a file give at a position, stack by stack. */
async function captured(reference: ReferenceCase, position: number) {
  const model = readModel(readFileSync(reference.file));
  const attention = findAttention(model, hintsOf(reference));
  const wanted = stacksByBranch(findBlocks(attention)).map(branches => new WantedValues(branches));
  const extended = addAttention(model, attention, { probabilities: false, rows: wanted.map(({ request }) => request) });
  const session = await open(reference, extended.bytes);
  const feeds: Record<string, Tensor> = { ...feedsOf(reference) };
  for (const { positions } of extended.rows) feeds[positions] = int64(BigInt64Array.of(BigInt(position)));
  const results = await session.run(feeds);
  await session.release();
  return wanted.map((values, i) => ({
    stack: values.named(extended.rows[i], site => site),
    row: (name: string) => floats(results[name]),
  }));
}

const sum = (...vectors: readonly Float32Array[]) =>
  vectors[0].map((_, i) => vectors.reduce((total, vector) => total + vector[i], 0));

/** What is found in a stack, in words: `self+ff self+ff`. */
const words = ({ blocks, postNorm }: StackOutputs) =>
  (postNorm ? 'normalized sums: ' : '') +
  blocks.map(parts => parts.map(({ site }) => site?.kind ?? 'ff').join('+')).join(' ');

describe('transformer blocks', function () {
  this.timeout(60_000);
  const found = new Map<string, string[]>();

  for (const reference of referenceCases) {
    it(`${reference.name}: the stream after a part is the stream before and what it adds, and the next begins there`, async () => {
      const stacks = await captured(reference, 1);
      found.set(
        reference.name,
        stacks.map(({ stack }) => words(stack)),
      );
      const half = /fp16|q4f16/.test(reference.name);
      for (const { stack, row } of stacks) {
        let last = row(stack.start);
        for (const parts of stack.blocks) {
          for (let i = 0; i < parts.length;) {
            const side = parts.slice(i).filter(({ after }) => after === parts[i].after);
            i += side.length;
            const [{ before, after }] = side;
            const added = side.flatMap(({ write, bias }) => [row(write), ...(bias ? [row(bias)] : [])]);
            const size = Math.max(...row(after).map(Math.abs));
            const allowed = (half ? 2e-3 : 1e-4) * Math.max(1, size);
            assert.ok(largestDifference(sum(row(before), ...added), row(after)) <= allowed);
            // Where each sum is normalized, the next part is added to the norm.
            if (!stack.postNorm) assert.ok(largestDifference(row(before), last) <= allowed);
            last = row(after);
          }
        }
      }
    });
  }

  it('are found, all of them, in each architecture', () => {
    const expected: readonly (readonly [RegExp, readonly string[]])[] = [
      [/^(bert|bert_classifier_softmax|bert_op_mha|deberta_v2|roberta)\//, ['normalized sums: self+ff self+ff']],
      [/^(vit|whisper_encoder)\//, ['self+ff self+ff']],
      [/^(gemma2|gpt2[a-z_]*|llama|llama_op_gqa)\//, ['self+ff self+ff']],
      [/^(whisper_decoder|vision_decoder_cross)\//, ['decoder+cross+ff decoder+cross+ff']],
      [/^t5\//, ['decoder+cross+ff decoder+cross+ff', 'encoder+ff encoder+ff']],
      [/^bart\//, ['normalized sums: decoder+cross+ff decoder+cross+ff', 'normalized sums: encoder+ff encoder+ff']],
      [/^swin\//, ['self+ff', 'self+ff']],
      [/^lookalike_softmaxes\//, ['self+ff']],
      [/^spelled/, ['self']],
      [/^none/, []],
    ];
    assert.ok(found.size > 40);
    for (const [name, stacks] of found) {
      const [, wanted] = expected.find(([pattern]) => pattern.test(name)) ?? [undefined, undefined];
      assert.deepEqual([...stacks].sort(), wanted, name);
    }
  });
});
