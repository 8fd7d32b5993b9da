import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { CancellationToken, CancellationTokenSource, type MessageConnection } from 'vscode-jsonrpc';
import {
  ImageConversationRequest,
  type AnswerProgress,
  type ImageConversation,
} from '../../../core/protocol/askImageProtocol';
import type { CoveredAnswer, ImageAnswer, ImageTurn, WordAttention } from '../../../core/vision/imageAnswer';
import { answerConversationRequests } from '../../../inference/answers/conversationAnswers';
import type { VisionModel } from '../../../inference/vision/visionModel';
import { asked, VisionFixture } from './support/visionFixture';

type Handler = (params: { of: ImageConversation; wish: unknown }, cancelled: CancellationToken) => Promise<unknown>;

describe('requests about conversations', function () {
  this.timeout(60_000);
  const fixture = new VisionFixture('tiny-smolvlm');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-conversation-'));
  const file = path.join(folder, 'picture.png');
  const model = { id: fixture.name, folder: fixture.folder, dtype: 'fp32' };
  const question = asked('Describe the picture.');
  const wish = { word: 1, layer: 'all', head: 'all', weighting: 'raw' } as const;
  const cover = [{ left: 0, top: 0, width: 0.5, height: 1 }];
  let open: VisionModel;
  before(async () => {
    open = await fixture.open('fp32');
  });
  after(async () => {
    await open.dispose();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => copyFileSync(path.join(fixture.folder, 'wide.png'), file));

  /** A process that has answered nothing yet. */
  const process = (onProgress?: (progress: AnswerProgress) => void) => {
    const handlers = new Map<string, Handler>();
    const connection = {
      onRequest: (method: string, handler: Handler) => handlers.set(method, handler),
      sendProgress: (_type: unknown, _token: unknown, progress: AnswerProgress) => {
        onProgress?.(progress);
        return Promise.resolve();
      },
    };
    answerConversationRequests(connection as unknown as MessageConnection, (_model, _token, work) => work(open));
    return async <Answer>(
      name: keyof typeof ImageConversationRequest,
      of: ImageConversation,
      wanted: unknown,
      cancelled = CancellationToken.None,
    ) => (await handlers.get(ImageConversationRequest[name].method)!({ of, wish: wanted }, cancelled)) as Answer;
  };
  /** A conversation about the file as it is now. */
  const about = (turns: readonly ImageTurn[] = question): ImageConversation => ({
    model,
    source: { name: 'picture.png', path: file, background: [255, 255, 255] },
    hash: createHash('sha256').update(readFileSync(file)).digest('hex'),
    turns,
  });

  it('what was answered can be looked at when the file has changed or is gone', async () => {
    const of = about();
    const ask = process();
    const answer = await ask<ImageAnswer>('ask', of, {});
    const word = await ask<WordAttention>('word', of, wish);
    const covered = await ask<CoveredAnswer>('covered', of, { cover });
    copyFileSync(path.join(fixture.folder, 'tall.png'), file);
    assert.deepEqual(await ask('word', of, wish), word);
    assert.deepEqual(await ask('covered', of, { cover }), covered);
    rmSync(file);
    assert.deepEqual(await ask('word', of, wish), word);
    assert.deepEqual(await ask('covered', of, { cover }), covered);
    assert.equal(answer.words.length, covered.changes.length);
  });

  it('nothing is told of another picture than the one that is shown', async () => {
    const of = about();
    const ask = process();
    await ask('ask', of, {});
    copyFileSync(path.join(fixture.folder, 'tall.png'), file);
    const changed = /picture\.png has changed since this conversation began; ask about the image again/;
    const further: ImageTurn[] = [...question, { role: 'assistant', text: 'A circle.' }, ...asked('What else?')];
    await assert.rejects(ask('ask', { ...of, turns: further }, {}), changed);
    // A process that was started anew knows no answer.
    await assert.rejects(process()('word', of, wish), changed);
    await assert.rejects(process()('covered', of, { cover }), changed);
    rmSync(file);
    await assert.rejects(process()('word', of, wish), /picture\.png cannot be read; check that it is still there/);
  });

  it('a process that was started anew answers again what is looked at', async () => {
    const of = about();
    const ask = process();
    await ask('ask', of, {});
    assert.deepEqual(await process()('word', of, wish), await ask('word', of, wish));
    assert.deepEqual(await process()('covered', of, { cover }), await ask('covered', of, { cover }));
  });

  it('what was ended at any stage is answered whole when asked again', async () => {
    const of = about();
    const { text } = await process()<ImageAnswer>('ask', of, {});
    for (const stage of ['reading', 'writing'] as const) {
      let cancelling: CancellationTokenSource | undefined = new CancellationTokenSource();
      const ask = process(({ phase }) => {
        if (phase === stage) cancelling?.cancel();
      });
      await assert.rejects(ask('ask', of, { progress: 'a' }, cancelling.token), /Cancelled/, stage);
      cancelling = undefined;
      assert.equal((await ask<ImageAnswer>('ask', of, { progress: 'b' })).text, text, stage);
    }
    const ask = process();
    await ask('ask', of, {});
    for (const [name, wanted] of [
      ['covered', { cover }],
      ['occlusion', { regions: cover }],
      ['knockout', { layers: ['all'] }],
    ] as const) {
      await assert.rejects(ask(name, of, wanted, CancellationToken.Cancelled), /Cancelled/, name);
      await ask(name, of, wanted);
    }
  });

  it('two questions at once are answered as they are one by one', async () => {
    const turns = [asked('What is on the left?'), asked('What is on the right?')];
    const one = process();
    const alone: string[] = [];
    for (const each of turns) alone.push((await one<ImageAnswer>('ask', about(each), {})).text);
    const both = process();
    const together = await Promise.all(turns.map(each => both<ImageAnswer>('ask', about(each), {})));
    assert.deepEqual(
      together.map(({ text }) => text),
      alone,
    );
  });
});
