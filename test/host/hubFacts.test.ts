import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { HubModel } from '../../core/protocol/downloadProtocol';
import type { HubSettings } from '../../extension/models/hubSettings';
import { KnownOfHub } from '../../extension/models/hubFacts';

describe('what the hub tells of recommended models', () => {
  const model = (id: string): HubModel => ({
    id,
    revision: 'c0ffee',
    gated: false,
    languages: ['en'],
    licence: 'mit',
    precisions: [{ dtype: 'q8', bytes: id.length }],
  });

  /** Answers that arrive together, and a memory that says for a moment what it held before the last change, as VS Code's may. */
  function lagging() {
    let [held, before]: unknown[] = [undefined, undefined];
    const memory = {
      get: () => before,
      update: async (_: string, value: unknown) => {
        before = held;
        held = value;
        await Promise.resolve();
      },
    } as unknown as vscode.Memento;
    return { memory, held: () => held as { models: object } };
  }

  const ids = ['a/1', 'a/22', 'a/333', 'a/4444'];
  const told = (known: KnownOfHub) =>
    new Promise<void>(resolve => {
      let count = 0;
      known.onDidChange(() => ++count === ids.length && resolve());
    });

  it('is all kept where answers come side by side and the memory lags', async () => {
    const { memory, held } = lagging();
    const known = new KnownOfHub(
      { look: id => Promise.resolve(model(id)) },
      { offline: false, address: 'https://hub' } as HubSettings,
      memory,
    );
    const all = told(known);
    known.ask(ids);
    await all;
    for (const id of ids) {
      assert.deepEqual(known.of(id), { dtype: 'q8', bytes: id.length, licence: 'mit', languages: ['en'] });
    }
    assert.deepEqual(Object.keys(held().models).sort(), ids);
    known.dispose();
  });

  it('is not taken from a hub that was left meanwhile, and not asked for offline', async () => {
    const hub = { offline: false, address: 'https://one' };
    const answers: (() => void)[] = [];
    const known = new KnownOfHub(
      { look: id => new Promise(resolve => answers.push(() => resolve(model(id)))) },
      hub as HubSettings,
      lagging().memory,
    );
    known.ask(['a/1']);
    hub.address = 'https://two';
    answers.forEach(answer => answer());
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(known.of('a/1'), undefined);
    hub.offline = true;
    known.ask(['a/22']);
    assert.equal(answers.length, 1);
    known.dispose();
  });
});
