import assert from 'node:assert/strict';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { SharedWork } from '../../../inference/answers/sharedWork';
import { WorkOrder } from '../../../inference/models/workOrder';

const later = (turns = 1): Promise<void> =>
  turns === 0 ? Promise.resolve() : new Promise<void>(resolve => setImmediate(resolve)).then(() => later(turns - 1));

describe('the order of work', () => {
  it('what the user asks for while something is done in the background begins behind the piece that is being done', async () => {
    const order = new WorkOrder();
    const events: string[] = [];
    const measuring = (async () => {
      for (let piece = 0; piece < 5; piece++) {
        await order.inBackground(async () => {
          events.push(`piece ${piece}`);
          if (piece === 1) {
            // A message that comes during the piece is read behind it.
            setImmediate(() => {
              void order.atOnce(async () => {
                events.push('explain');
                await later(10);
                events.push('explained');
              });
            });
          }
          await later();
        });
      }
    })();
    await measuring;
    assert.deepEqual(events, ['piece 0', 'piece 1', 'explain', 'explained', 'piece 2', 'piece 3', 'piece 4']);
  });

  it('two pieces of work in the background take turns, and one that fails holds nothing up', async () => {
    const order = new WorkOrder();
    const events: string[] = [];
    const run = async (name: string) => {
      for (let piece = 0; piece < 3; piece++) {
        await order
          .inBackground(() => {
            events.push(name + piece);
            return name === 'a' && piece === 1 ? Promise.reject(new Error('no')) : Promise.resolve();
          })
          .catch(() => events.push('failed'));
      }
    };
    await Promise.all([run('a'), run('b')]);
    assert.deepEqual(events, ['a0', 'b0', 'a1', 'failed', 'b1', 'a2', 'b2']);
  });

  it('no piece begins between two steps of what the user waits for', async () => {
    const order = new WorkOrder();
    const events: string[] = [];
    const asked = (async () => {
      for (let step = 0; step < 3; step++) {
        await order.atOnce(async () => {
          events.push(`step ${step}`);
          await later(5);
        });
      }
    })();
    await order.inBackground(() => Promise.resolve(events.push('piece')));
    await asked;
    assert.deepEqual(events, ['step 0', 'step 1', 'step 2', 'piece']);
  });
});

describe('work that several ask for', () => {
  it('is done once, and ends when the last of them does not want it any longer', async () => {
    const shared = new SharedWork();
    let started = 0;
    let stopped = false;
    const work = (token: { onCancellationRequested(listener: () => void): unknown }) => {
      started++;
      return new Promise<string>(resolve => {
        token.onCancellationRequested(() => {
          stopped = true;
          resolve('never seen');
        });
      });
    };
    const [one, other] = [new CancellationTokenSource(), new CancellationTokenSource()];
    const first = shared.ask('measures', one.token, work);
    const second = shared.ask('measures', other.token, work);
    assert.equal(started, 1);
    one.cancel();
    await assert.rejects(first, /Cancelled/);
    assert.equal(stopped, false);
    other.cancel();
    await assert.rejects(second, /Cancelled/);
    assert.equal(stopped, true);
    const again = shared.ask('measures', new CancellationTokenSource().token, () => Promise.resolve(++started));
    assert.equal(await again, 2);
  });

  it('gives all of them its answer, or what went wrong', async () => {
    const shared = new SharedWork();
    const { token } = new CancellationTokenSource();
    const [a, b] = [1, 2].map(n => shared.ask('links', token, () => Promise.resolve(n)));
    assert.deepEqual(await Promise.all([a, b]), [1, 1]);
    const failing = [1, 2].map(n => shared.ask('links', token, () => Promise.reject(new Error(`no ${n}`))));
    for (const each of failing) await assert.rejects(each, /no 1/);
  });
});
