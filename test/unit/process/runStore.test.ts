import assert from 'node:assert/strict';
import { RunStore } from '../../../extension/inference/process/runStore';
import type { LayerTensor } from '../../../extension/inference/process/runModel';

describe('RunStore', () => {
  const model = { id: 'm', folder: '/m', dtype: 'q8' };
  const tensor = (floats: number): LayerTensor[] =>
    [{ kind: 'self', layer: 0, causal: true, heads: 1, queries: 1, keys: floats, data: new Float32Array(floats) }];

  it('lets go of the tensors of the run used longest ago, and keeps its text', () => {
    const store = new RunStore(100);
    const first = store.add({ model, text: 'first', attention: tensor(10) });
    const second = store.add({ model, text: 'second', attention: tensor(10) });
    assert.ok(store.get(first)?.attention, 'both fit');
    store.add({ model, text: 'third', attention: tensor(10) });
    assert.equal(store.get(second)?.attention, undefined);
    assert.equal(store.get(second)?.text, 'second');
    assert.ok(store.get(first)?.attention);
  });

  it('keeps the newest run even where it alone is too large', () => {
    const store = new RunStore(4);
    const id = store.add({ model, text: 'large', attention: tensor(100) });
    assert.ok(store.get(id)?.attention);
  });

  it('forgets a run', () => {
    const store = new RunStore(100);
    const id = store.add({ model, text: 'x', attention: tensor(1) });
    store.delete(id);
    assert.equal(store.get(id), undefined);
  });
});
