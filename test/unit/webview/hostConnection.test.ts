import assert from 'node:assert/strict';
import 'vscode-jsonrpc/node';
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import { connect, type MessagePort } from '../../../core/protocol/messagePort';
import { panelAlive } from '../../../core/protocol/panelAlive';
import { HostConnection } from '../../../webview/common/hostConnection';

/** Two ports that pass each other copies, as a webview and its host do. */
function pair(): [MessagePort, MessagePort] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const port = (own: number): MessagePort => ({
    post: message => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[1 - own].forEach(listener => listener(copy)));
    },
    onMessage: listener => {
      listeners[own].push(listener);
      return { dispose: () => undefined };
    },
  });
  return [port(0), port(1)];
}

const double = new RequestType<{ numbers: Float32Array }, Float32Array, void>('double');
const ready = new RequestType0<string, void>('ready');
const wait = new RequestType<number, string, void>('wait');
const told = new NotificationType<string | object | undefined>('told');

/** The webview's side against the library that the host speaks with. */
describe('HostConnection', () => {
  function open() {
    const [one, other] = pair();
    const webview = new HostConnection(one);
    const host = connect(other);
    const heard: unknown[] = [];
    webview.onNotification(told, value => heard.push(value));
    host.onRequest(double, ({ numbers }) => numbers.map(number => 2 * number));
    host.onRequest(ready, () => 'it is');
    host.onRequest(
      wait,
      (_, token) =>
        new Promise<string>((_resolve, reject) => {
          const giveUp = () => reject(new Error('Given up.'));
          if (token.isCancellationRequested) giveUp();
          else token.onCancellationRequested(giveUp);
        }),
    );
    const toldHost: unknown[] = [];
    host.onNotification(told, value => {
      toldHost.push(value);
    });
    webview.listen();
    host.listen();
    return { webview, host, heard, toldHost };
  }

  it('asks and is answered, typed arrays as they are', async () => {
    const { webview } = open();
    const [answer, state] = await Promise.all([
      webview.sendRequest(double, { numbers: Float32Array.of(1, 2.5) }),
      webview.sendRequest(ready),
    ]);
    assert.deepEqual(answer, Float32Array.of(2, 5));
    assert.equal(state, 'it is');
  });

  it('fails with the host’s sentence', async () => {
    const { webview } = open();
    await assert.rejects(
      webview.sendRequest(new RequestType<number, void, void>('unknown'), 1),
      /Unhandled method unknown/,
    );
  });

  it('cancels, before and after it was sent', async () => {
    const { webview } = open();
    const abort = new AbortController();
    const answer = webview.sendRequest(wait, 1, abort.signal);
    await webview.sendRequest(ready);
    abort.abort();
    await assert.rejects(answer, { message: 'Given up.' });
    await assert.rejects(webview.sendRequest(wait, 2, abort.signal), { message: 'Given up.' });
  });

  it('tells and hears: objects, lists, nothing', async () => {
    const { webview, host, heard, toldHost } = open();
    const values = [{ index: 3 }, [{ first: 1 }, { first: 2 }], 'word'];
    for (const value of [...values, undefined]) {
      webview.sendNotification(told, value);
      await host.sendNotification(told, value);
    }
    await webview.sendRequest(ready);
    assert.deepEqual(heard, [...values, undefined]);
    assert.deepEqual(toldHost, [...values, null]);
  });

  describe('looks whether somebody hears it', () => {
    const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));
    /** @param aliveAfter so late the host says that it is there; absent: there is no host. */
    function look(longest: number, aliveAfter?: number) {
      const [one, other] = pair();
      const said: boolean[] = [];
      const webview = new HostConnection(one, silent => said.push(silent), longest);
      webview.listen();
      if (aliveAfter !== undefined) {
        const host = connect(other);
        host.onRequest(panelAlive, () => pause(aliveAfter).then(() => undefined));
        host.onRequest(wait, () => pause(100).then(() => 'there'));
        host.listen();
      }
      return { webview, said };
    }

    it('and says that nobody does, once for all that is asked', async () => {
      const { webview, said } = look(20);
      void webview.sendRequest(wait, 1);
      void webview.sendRequest(wait, 2);
      await pause(100);
      assert.deepEqual(said, [true]);
    });

    it('and takes it back where somebody does after all', async () => {
      const { webview, said } = look(20, 60);
      assert.equal(await webview.sendRequest(wait, 1), 'there');
      assert.deepEqual(said, [true, false]);
    });

    it('and does not take an answer that is long in coming for silence', async () => {
      const { webview, said } = look(60_000, 0);
      assert.equal(await webview.sendRequest(wait, 1), 'there');
      assert.deepEqual(said, [false]);
    });
  });
});
