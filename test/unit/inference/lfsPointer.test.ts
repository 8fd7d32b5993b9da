import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GraphModel } from '../../../inference/graph/graphModel';
import { openModel } from '../../../inference/models/openModel';

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22\nsize 12345\n';

describe('a model whose files Git LFS did not fetch', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-lfs-'));
    cpSync('test/fixtures/speech/tiny-whisper', folder, { recursive: true });
    writeFileSync(path.join(folder, 'onnx/encoder_model.onnx'), pointer);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('says so, and what to do', async () => {
    await assert.rejects(
      openModel({ id: 'copy', folder, dtype: 'fp32' }),
      /copy cannot be opened: onnx\/encoder_model\.onnx in .* is a Git LFS pointer and not the file itself; run “git lfs pull” in its repository\./,
    );
  });

  it('also where one graph is run by its inputs’ names', async () => {
    await assert.rejects(
      GraphModel.open({ id: 'copy', folder, dtype: 'fp32' }, 'onnx/encoder_model.onnx'),
      /onnx\/encoder_model\.onnx is a Git LFS pointer and not the file itself; run “git lfs pull” in its repository\./,
    );
  });
});
