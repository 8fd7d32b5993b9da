import assert from 'node:assert/strict';
import { KeptAttention } from '../../../inference/runs/keptAttention';
import { roomForRuns, RunStore, runsInUse, type KnownRun } from '../../../inference/runs/runStore';

describe('RunStore', () => {
  const tensor = (floats: number): KnownRun => ({
    ids: [],
    texts: { input: { text: '', tokens: [] } },
    attention: new KeptAttention([
      { kind: 'self', layer: 0, causal: true, heads: 1, queries: 1, keys: floats, data: new Float32Array(floats) },
    ]),
  });

  it('lets go of the run used longest ago', () => {
    const store = new RunStore(100);
    store.set('first', tensor(10));
    store.set('second', tensor(10));
    assert.ok(store.get('first'), 'both fit');
    store.set('third', tensor(10));
    assert.equal(store.get('second'), undefined);
    assert.ok(store.get('first'));
    assert.ok(store.get('third'));
  });

  it('keeps the newest run even where it alone is too large', () => {
    const store = new RunStore(4);
    store.set('small', tensor(1));
    store.set('large', tensor(100));
    assert.equal(store.get('small'), undefined);
    assert.ok(store.get('large'));
  });

  it('lets go of others as one grows', () => {
    const store = new RunStore(100);
    const growing = { ...tensor(1), attention: { ...tensor(1).attention, bytes: 4 } };
    store.set('kept', tensor(10));
    store.set('growing', growing);
    growing.attention.bytes = 80;
    assert.ok(store.get('growing'));
    assert.equal(store.get('kept'), undefined);
  });

  it('forgets a run', () => {
    const store = new RunStore(100);
    store.set('x', tensor(1));
    store.delete('x');
    assert.equal(store.get('x'), undefined);
  });

  it('many short runs take a sixteenth of the limit; those in use, which are long, up to half as models leave it', () => {
    const limit = 4 * 400;
    const room = (models: number) => roomForRuns(limit, models, store.totalOfLast(runsInUse));
    let models = 0;
    const store: RunStore = new RunStore(() => room(models));
    for (let i = 0; i < 100; i++) store.set(`short ${i}`, tensor(5));
    assert.equal(store.total, limit / 16);
    for (let i = 0; i < 6; i++) store.set(`long ${i}`, tensor(40));
    assert.equal(store.total, runsInUse * 160, 'the four used last');
    for (let i = 0; i < 6; i++) store.set(`longer ${i}`, tensor(80));
    assert.equal(store.total, 2 * 320, 'as many as half holds');
    models = limit - 400;
    store.set('another', tensor(80));
    assert.equal(store.total, 320, 'what models leave');
  });
});
