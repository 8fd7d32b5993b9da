import assert from 'node:assert/strict';
import path from 'node:path';
import { movingPast } from '../../../core/run/movingPast';
import { explain } from '../../../inference/answers/explain';
import { fixtureFolder } from '../support/referenceAttention';
import { withModel } from '../support/useModel';

describe('a past that an edit moves', function () {
  this.timeout(30_000);
  const told = async (folder: string, dtype: string): Promise<string | undefined> => {
    let sentence: string | undefined;
    await withModel(folder, dtype, async open => {
      const { explanation } = await explain(open, 'const a = 1;', { isCancelled: () => false });
      sentence = movingPast(explanation);
    });
    return sentence;
  };

  it('is told of a causal model whose activations are quantized over the whole text, with what to take instead', async () => {
    assert.match(
      (await told(fixtureFolder('tiny-code-gpt'), 'q8')) ?? '',
      /^tiny-code-gpt in q8 quantizes activations over the whole text, so .+; q4f16, q4, fp16 or fp32 do not\.$/,
    );
  });

  it('is not told of weights that are quantized alone, nor of a model that looks both ways', async () => {
    assert.equal(await told(path.resolve('media/models/tiny-code-gpt'), 'fp16'), undefined);
    assert.equal(await told(fixtureFolder('tiny-minilm'), 'q8'), undefined);
  });
});
