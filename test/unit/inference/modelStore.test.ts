import assert from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceFault } from '../../../inference/models/inferenceFault';
import { modelStamp } from '../../../inference/models/modelStamp';
import { ModelStore } from '../../../inference/models/modelStore';
import type { OpenModel } from '../../../inference/models/openModel';
import type { ModelReference } from '../../../core/protocol/modelReference';

const reference = (dtype: string): ModelReference => ({ id: 'one', folder: '/one', dtype });

/** A store of models that only have a size, and what is open in it. */
function storeOf(bytes: number, sizes: Record<string, number>, runs = 0, measured = false) {
  const open = new Set<string>();
  /** What the runtime keeps of models' runs. */
  const kept = new Map<string, number>();
  const taken = () => [...open].reduce((sum, one) => sum + sizes[one] + (kept.get(one) ?? 0), 0);
  let most = 0;
  const store = new ModelStore(
    { bytes, runs: () => runs, idle: 0, taken: measured ? taken : undefined },
    ({ dtype }) => {
      open.add(dtype);
      most = Math.max(
        most,
        [...open].reduce((sum, one) => sum + sizes[one], 0),
      );
      const model = {
        bytes: sizes[dtype],
        dispose: async () => {
          await Promise.resolve();
          open.delete(dtype);
        },
      };
      return Promise.resolve(model as unknown as OpenModel);
    },
    ({ dtype }) => Promise.resolve(sizes[dtype] * 0.95),
  );
  return { store, open, runs: kept, most: () => most };
}

describe('ModelStore', () => {
  const sizes = { fp32: 500, fp16: 400, q8: 300, q4: 200 };
  const use = (store: ModelStore, dtype: string) => store.use(reference(dtype), () => Promise.resolve());

  it('lets the oldest go before it opens the next, so that all that are open never take much more than the limit', async () => {
    const { store, open, most } = storeOf(1000, sizes);
    for (const dtype of Object.keys(sizes)) {
      await use(store, dtype);
      assert.ok(store.total <= 1000, `${store.total} with ${dtype}`);
    }
    assert.deepStrictEqual([...open], ['fp16', 'q8', 'q4']);
    assert.ok(most() <= 1000 * 1.1, `${most()} at most`);
    await use(store, 'fp16');
    await use(store, 'fp32');
    assert.deepStrictEqual([...open], ['fp16', 'fp32']);
  });

  it('leaves to runs what they take, half at most', async () => {
    const { store, open } = storeOf(1000, sizes, 300);
    await use(store, 'fp32');
    await use(store, 'q4');
    assert.deepStrictEqual([...open], ['fp32', 'q4']);
    await use(store, 'fp16');
    assert.deepStrictEqual([...open], ['q4', 'fp16']);
  });

  it('counts what the process really holds where that is more, and lets no more go than that asks for', async () => {
    const { store, open, runs } = storeOf(1000, sizes, 0, true);
    for (const dtype of ['q4', 'q8', 'fp16']) await use(store, dtype);
    assert.deepStrictEqual([...open], ['q4', 'q8', 'fp16']);
    runs.set('fp16', 250);
    await use(store, 'fp16');
    await use(store, 'fp16');
    assert.deepStrictEqual([...open], ['q8', 'fp16'], 'after a run that the runtime keeps room of');
    await use(store, 'q4');
    assert.deepStrictEqual([...open], ['fp16', 'q4'], 'before the next is opened');
  });

  it('opens a model anew whose files were replaced, once nothing is done with it; not where they are gone', async () => {
    let stamp = 'first';
    const opened: string[] = [];
    const closed: string[] = [];
    const replaced: string[] = [];
    const store = new ModelStore(
      { bytes: 1000, idle: 0, lookEvery: 0, replaced: ({ id }) => replaced.push(id) },
      () => {
        const name = stamp;
        opened.push(name);
        return Promise.resolve({ bytes: 1, name, dispose: () => Promise.resolve(closed.push(name)) } as never);
      },
      () => Promise.resolve(1),
      () => Promise.resolve(stamp),
    );
    const nameIn = () => store.use(reference('q8'), open => Promise.resolve((open as never as { name: string }).name));
    assert.deepStrictEqual([await nameIn(), await nameIn()], ['first', 'first']);
    stamp = '';
    assert.strictEqual(await nameIn(), 'first', 'gone');
    stamp = 'second';
    // What is being done with it is done with it.
    const inside = await store.use(reference('q8'), async open => {
      stamp = 'third';
      await store.look(reference('q8'));
      return (open as never as { name: string }).name;
    });
    assert.deepStrictEqual([inside, replaced], ['second', ['one']]);
    assert.strictEqual(await nameIn(), 'third');
    assert.deepStrictEqual(
      [opened, closed],
      [
        ['first', 'second', 'third'],
        ['first', 'second'],
      ],
    );
    assert.deepStrictEqual(replaced, ['one', 'one']);
  });

  it('sees in size and time that a file of a model is another', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-stamp-'));
    try {
      const model = { id: 'one', folder, dtype: 'q8' };
      const graph = { ...model, graph: { file: 'a.onnx' } };
      assert.strictEqual(await modelStamp(model), '');
      mkdirSync(path.join(folder, 'onnx'));
      writeFileSync(path.join(folder, 'config.json'), '{}');
      writeFileSync(path.join(folder, 'onnx/model.onnx_data'), 'abc');
      writeFileSync(path.join(folder, 'notes.txt'), 'x');
      const first = await modelStamp(model);
      assert.match(first, /config\.json 2 .+\n.+model\.onnx_data 3 /);
      assert.doesNotMatch(first, /notes/);
      writeFileSync(path.join(folder, 'onnx/model.onnx_data'), 'abcd');
      const second = await modelStamp(model);
      utimesSync(path.join(folder, 'config.json'), 1, 1);
      assert.strictEqual(new Set([first, second, await modelStamp(model)]).size, 3);
      writeFileSync(path.join(folder, 'a.onnx'), 'a');
      writeFileSync(path.join(folder, 'a.onnx.data'), 'b');
      assert.match(await modelStamp(graph), /^\/a\.onnx 1 .+\n\/a\.onnx\.data 1 [\d.]+$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says that a model will not fit before it is opened, and what to do', async () => {
    const { store, open } = storeOf(400e6, { fp32: 900e6 });
    await assert.rejects(
      use(store, 'fp32'),
      (error: unknown) =>
        error instanceof InferenceFault &&
        error.message ===
          'one in fp32 takes about 855 MB of memory, and headlight.maximumMemory allows 400 MB; choose a smaller precision or model, or raise that setting to 1,020 (megabytes).',
    );
    assert.strictEqual(open.size, 0);
    assert.strictEqual(store.has(reference('fp32')), false);
  });

  it('claims a model while it is open or being opened, and gives it back once it is closed or did not open', async () => {
    const claimed: string[] = [];
    const store = new ModelStore(
      {
        bytes: 500,
        idle: 0,
        claim: ({ dtype }) => {
          claimed.push(dtype);
          return Promise.resolve(() => {
            claimed.splice(claimed.indexOf(dtype), 1);
            return Promise.resolve();
          });
        },
      },
      ({ dtype }) => {
        assert.ok(claimed.includes(dtype));
        if (dtype === 'q4') return Promise.reject(new Error('damaged'));
        return Promise.resolve({ bytes: 300, dispose: () => Promise.resolve() } as unknown as OpenModel);
      },
      () => Promise.resolve(300),
    );
    await use(store, 'q8');
    assert.deepStrictEqual(claimed, ['q8']);
    await use(store, 'fp16');
    assert.deepStrictEqual(claimed, ['fp16']);
    await assert.rejects(use(store, 'q4'), /damaged/);
    assert.deepStrictEqual(claimed, []);
  });
});
