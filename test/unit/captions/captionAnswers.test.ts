import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { CancellationToken, type MessageConnection, type RequestType } from 'vscode-jsonrpc';
import { CaptionRequest } from '../../../core/protocol/captionProtocol';
import type { CaptionText } from '../../../core/captions/caption';
import type { ImageSource } from '../../../core/images/image';
import type { ModelReference } from '../../../core/protocol/modelReference';
import { answerCaptionRequests } from '../../../inference/answers/captionAnswers';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

describe('requests about captions', function () {
  this.timeout(60_000);
  const model: ModelReference = {
    id: 'tiny-captioner',
    folder: path.resolve('media/models/tiny-captioner'),
    dtype: 'q8',
  };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-images-'));
  let open: TransformersModel;
  let captionText: (
    params: { model: ModelReference; source: ImageSource; next?: ImageSource },
    token: CancellationToken,
  ) => Promise<CaptionText>;

  const image = (name: string): ImageSource => {
    const file = path.join(folder, name);
    writeFileSync(
      file,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="5" fill="red"/></svg><!-- ${name} -->`,
    );
    return { name, path: file, background: [255, 255, 255] };
  };

  before(async () => {
    open = await openModel(model);
    const onRequest = (type: RequestType<never, unknown, void>, handler: never) => {
      if (type.method === CaptionRequest.captionText.method) captionText = handler;
    };
    answerCaptionRequests({ onRequest } as unknown as MessageConnection, (_model, _token, work) => work(open));
  });
  after(async () => {
    await open.dispose();
    rmSync(folder, { recursive: true });
  });

  it('the next image is read while the model runs on the one before', async () => {
    const [first, next, other] = ['first.svg', 'next.svg', 'other.svg'].map(image);
    await captionText({ model, source: first, next }, CancellationToken.None);
    // Where the machine is busy the reading goes on for a moment.
    await delay(1000);
    // Only what was read by now can still be captioned.
    for (const { path: file } of [next, other]) rmSync(file!);
    assert.equal((await captionText({ model, source: next }, CancellationToken.None)).text, 'a red circle');
    await assert.rejects(captionText({ model, source: other }, CancellationToken.None), /other\.svg cannot be read/);
    // Once: what lies there by the next request is another image.
    await assert.rejects(captionText({ model, source: next }, CancellationToken.None), /next\.svg cannot be read/);
  });

  it('what was cancelled meanwhile is not captioned', async () => {
    const cancelled = { ...CancellationToken.Cancelled };
    await assert.rejects(captionText({ model, source: image('late.svg') }, cancelled), /Cancelled/);
  });
});
