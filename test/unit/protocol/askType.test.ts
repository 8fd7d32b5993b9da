import assert from 'node:assert/strict';
import { CancellationTokenSource, ResponseError, type CancellationToken } from 'vscode-jsonrpc';
import { AskType, answerAsks, type Answers } from '../../../core/protocol/askType';
import type { InferenceClient } from '../../../extension/inference/inferenceClient';
import { passOn } from '../../../extension/inference/passOn';
import { portPair } from '../support/portPair';

/** A question on its whole way: panel → extension host → process, and back. */
describe('questions about what is shown', () => {
  const types = {
    scale: new AskType<{ data: Float32Array }, { by: number }, Float32Array>('test/scale'),
    wait: new AskType<{ data: Float32Array }, object, string>('test/wait'),
  } as const;
  const answers: Answers<typeof types, { data: Float32Array }> = {
    scale: ({ by }, { data }) => data.map(value => value * by),
    wait: async (_wish, _of, cancelled) => {
      while (!cancelled.isCancellationRequested) await new Promise(setImmediate);
      throw new ResponseError(5, 'Cancelled.');
    },
  };

  function way(of: () => { data: Float32Array }) {
    const [panel, host] = portPair();
    const [asking, process] = portPair();
    const client = {
      request: (type: { method: string }, params: object, token: CancellationToken) =>
        asking.sendRequest(type.method, params, token),
    } as unknown as InferenceClient;
    passOn(host, client, types, of);
    answerAsks(process, types, answers, (shown: { data: Float32Array }) => shown);
    for (const connection of [panel, host, asking, process]) connection.listen();
    return panel;
  }

  it('reach the process with what is shown when they are asked, and the answer comes back as it is', async () => {
    let data = Float32Array.of(1, 2);
    const panel = way(() => ({ data }));
    assert.deepEqual(await panel.sendRequest(types.scale, { by: 3 }), Float32Array.of(3, 6));
    data = Float32Array.of(5);
    assert.deepEqual(await panel.sendRequest(types.scale, { by: 2 }), Float32Array.of(10));
  });

  it('fail with the host’s sentence where nothing is shown', async () => {
    const panel = way(() => {
      throw new Error('No run is shown.');
    });
    await assert.rejects(panel.sendRequest(types.scale, { by: 3 }), /^Error: No run is shown\.$/);
  });

  it('are cancelled all the way', async () => {
    const panel = way(() => ({ data: Float32Array.of() }));
    const source = new CancellationTokenSource();
    const answer = panel.sendRequest(types.wait, {}, source.token);
    source.cancel();
    await assert.rejects(answer, /Cancelled/);
  });
});
