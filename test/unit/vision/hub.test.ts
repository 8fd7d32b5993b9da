import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { downloadModel } from '../../../inference/download/downloadModel';
import { Hub } from '../../../inference/download/hub';
import { lookAtModel } from '../../../inference/download/lookAtModel';
import { openModel } from '../../../inference/models/openModel';
import { visionModel } from '../../../inference/vision/visionModel';
import { HubServer, repositoryOfFolder } from '../../support/hubServer';
import { VisionFixture } from './support/visionFixture';

/** A small model in the files of each repository, and whose pictures it is asked about. */
const repositories: Readonly<Record<string, readonly [name: string, like?: string]>> = {
  'HuggingFaceTB/SmolVLM-256M-Instruct': ['tiny-smolvlm'],
  'HuggingFaceTB/SmolVLM2-500M-Video-Instruct': ['tiny-smolvlm2', 'tiny-smolvlm'],
  'llava-hf/llava-onevision-qwen2-0.5b-ov-hf': ['tiny-llava-onevision'],
  'Xenova/moondream2': ['tiny-moondream'],
  'onnx-community/Qwen2-VL-2B-Instruct': ['tiny-qwen2-vl'],
  'onnx-community/Qwen2.5-VL-3B-Instruct-ONNX': ['tiny-qwen2-5-vl'],
  'onnx-community/paligemma2-3b-pt-224': ['tiny-paligemma'],
  'onnx-community/gemma-3-4b-it-ONNX': ['tiny-gemma3'],
};

describe('vision-language models of a hub', function () {
  this.timeout(60_000);
  const never = new AbortController().signal;
  let server: HubServer;
  let storage: string;
  before(async () => {
    storage = mkdtempSync(path.join(os.tmpdir(), 'headlight-vision-'));
    server = await HubServer.start(
      Object.fromEntries(
        Object.entries(repositories).map(([id, [name]]) => [
          id,
          repositoryOfFolder(`test/fixtures/models/${name}`, {
            task: 'image-text-to-text',
            licence: 'apache-2.0',
            languages: ['en'],
          }),
        ]),
      ),
    );
  });
  after(async () => {
    await server.stop();
    rmSync(storage, { recursive: true });
  });

  for (const [id, [name, like]] of Object.entries(repositories)) {
    for (const dtype of ['fp32', 'q4f16']) {
      it(`${id} in ${dtype}: its files alone answer as PyTorch does`, async () => {
        const hub = new Hub({ address: server.address }, { delay: 1 });
        const seen = await lookAtModel(hub, id, 'main', never);
        assert.deepEqual(seen.precisions.map(of => of.dtype).sort(), ['fp32', 'q4f16']);
        await downloadModel({ hub, model: seen, dtype, storage }, never, () => {});
        const fixture = new VisionFixture(name, like);
        const folder = path.join(storage, 'models', ...id.split('/'), dtype);
        const open = visionModel(await openModel({ id, folder, dtype }));
        try {
          for (const { picture, question, answer } of fixture.references) {
            assert.equal((await fixture.askFile(open, picture, question)).answer.text, answer.trim());
          }
        } finally {
          await open.dispose();
        }
      });
    }
  }
});
