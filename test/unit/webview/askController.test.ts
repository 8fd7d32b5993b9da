import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';
import { AskController } from '../../../webview/run/askController';

/** A controller with what it was asked, each to be answered by hand. */
function controlled() {
  let updates = 0;
  const asked: { signal: AbortSignal; answer(value: string): Promise<void>; fail(error: unknown): Promise<void> }[] =
    [];
  const controller = new AskController<string>({
    addController: () => undefined,
    removeController: () => undefined,
    requestUpdate: () => updates++,
    updateComplete: Promise.resolve(true),
  });
  const load = (signal: AbortSignal) => {
    const { promise, resolve, reject } = withResolvers();
    const settled = () => later(0);
    asked.push({
      signal,
      answer: value => (resolve(value), settled()),
      fail: error => (reject(error), settled()),
    });
    return promise;
  };
  return { controller, asked, load, updates: () => updates };
}

function withResolvers() {
  let resolve!: (value: string) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<string>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

describe('what a view asked for', () => {
  it('the answer before stays until the next is there, which may be a part of it', async () => {
    const { controller, asked, load, updates } = controlled();
    controller.ask('a', load);
    assert.ok(controller.isOf('a') && !controller.isOf('b') && !controller.isSettled);
    await asked[0].answer('one');
    assert.deepEqual([controller.answer, controller.isSettled, updates() > 0], ['one', true, true]);
    controller.ask('b', load, (answer, before) => `${before}, ${answer}`);
    assert.equal(controller.answer, 'one');
    await asked[1].answer('two');
    assert.equal(controller.answer, 'one, two');
  });

  it('what is asked for no longer is given up, and its answer comes too late', async () => {
    const { controller, asked, load } = controlled();
    controller.ask('a', load);
    controller.ask('b', load);
    assert.ok(asked[0].signal.aborted && !asked[1].signal.aborted);
    await asked[0].answer('old');
    assert.equal(controller.answer, undefined);
    await asked[1].answer('new');
    assert.equal(controller.answer, 'new');
    controller.forget();
    assert.deepEqual([controller.answer, controller.isOf('b')], [undefined, false]);
  });

  it('a wait is told of after a moment, and no longer once the view is taken away; then it can be asked again', async () => {
    const { controller, asked, load, updates } = controlled();
    controller.ask('a', load);
    assert.ok(!controller.waits);
    while (updates() === 0) await later(10);
    assert.ok(controller.waits);
    controller.hostDisconnected();
    assert.ok(asked[0].signal.aborted && !controller.waits && !controller.isOf('a'));
    controller.ask('a', load);
    await asked[1].answer('one');
    controller.hostDisconnected();
    assert.ok(controller.isOf('a'), 'what was answered stays');
  });

  it('a failure is told in its sentence until there is an answer, and the same can be asked again', async () => {
    const { controller, asked, load } = controlled();
    controller.ask('a', load);
    await asked[0].fail(new Error('It cannot be; choose another.'));
    assert.deepEqual(
      [controller.failure, controller.isOf('a'), controller.isSettled],
      ['It cannot be; choose another.', false, false],
    );
    controller.ask('a', load);
    await asked[1].answer('one');
    assert.deepEqual([controller.failure, controller.answer, controller.isSettled], ['', 'one', true]);
  });
});
