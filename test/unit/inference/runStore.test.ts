import assert from 'node:assert/strict';
import { KeptAttention } from '../../../inference/runs/keptAttention';
import { RunStore, type KnownRun } from '../../../inference/runs/runStore';

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
});
