import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceFault } from '../../../inference/models/inferenceFault';
import { openModel } from '../../../inference/models/openModel';
import { readArchitecture } from '../../../inference/models/readArchitecture';

/** A model's folder is asked for a precision that is not in it. */
describe('a precision that is not there', function () {
  this.timeout(60_000);

  for (const [folder, dtype, file, instead] of [
    ['models/tiny-code-gpt', 'fp16', 'onnx/model_fp16.onnx', 'q8 and fp32: choose one of these'],
    ['models/tiny-code-classifier', 'q8', 'onnx/model_quantized.onnx', 'fp32: choose that'],
    ['models/tiny-florence-2', 'q4', /onnx\/\w+_q4\.onnx/, 'q8 and fp32: choose one of these'],
    ['models/tiny-smolvlm2', 'q8', /onnx\/\w+_quantized\.onnx/, 'fp32 and q4f16: choose one of these'],
    ['speech/tiny-whisper', 'q8', /onnx\/\w+_quantized\.onnx/, 'fp32: choose that'],
    ['sound-encoders/hubert', 'fp16', 'onnx/model_fp16.onnx', 'fp32: choose that'],
    ['image-models/clip', 'q8', 'onnx/model_quantized.onnx', 'fp32: choose that'],
  ] as const) {
    it(`${dtype} of ${folder}: which ones are there is said`, () =>
      assert.rejects(
        openModel({ id: 'model', folder: path.resolve('test/fixtures', folder), dtype }),
        (error: unknown) => {
          assert.ok(error instanceof InferenceFault);
          const [, said, there] = /^model has no (\S+) in \S+; it is there in (.+), or put the file back\.$/.exec(
            error.message,
          ) ?? ['', error.message, ''];
          if (typeof file === 'string') assert.equal(said, file);
          else assert.match(said, file);
          assert.equal(there, instead);
          return true;
        },
      ));
  }

  it('is said of graphs at the root, too, and where the graphs are only listed', async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'headlight-precision-'));
    try {
      cpSync('test/fixtures/models/tiny-code-gpt', home, { recursive: true });
      renameSync(path.join(home, 'onnx/model_quantized.onnx'), path.join(home, 'model_quantized.onnx'));
      rmSync(path.join(home, 'onnx'), { recursive: true });
      const model = { id: 'model', folder: home, dtype: 'fp32' } as const;
      await assert.rejects(openModel(model), /^Error: model has no model\.onnx in \S+; it is there in q8: choose that/);
      await assert.rejects(
        readArchitecture(model),
        /^Error: model has no ONNX file in the precision fp32; it is there in q8\.$/,
      );
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
