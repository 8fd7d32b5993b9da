import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { Prediction } from '../../../core/run/explanation';
import { LaterPredictions, positionsAtOnce, restingTime } from '../../../webview/run/laterPredictions';

describe('predictions of a long text', () => {
  let asked: number[];
  let failures: unknown[];
  let answer: (first: number) => Promise<Prediction[][]>;
  let changes: number;
  let later: LaterPredictions;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    [asked, failures, changes] = [[], [], 0];
    answer = async first =>
      Promise.resolve(
        Array.from({ length: positionsAtOnce }, (_, i) => [{ id: first + i, text: 'a', probability: 0.5 }]),
      );
    later = new LaterPredictions(
      (first, count) => {
        assert.equal(count, positionsAtOnce);
        asked.push(first);
        return answer(first);
      },
      () => changes++,
      error => failures.push(error),
    );
  });
  afterEach(() => mock.timers.reset());

  /** Time passes, and what was asked for is answered. */
  async function rest(): Promise<void> {
    mock.timers.tick(restingTime);
    await new Promise(resolve => setImmediate(resolve));
  }

  it('are asked for where one rests, once, with those around', async () => {
    later.look(3);
    later.look(70);
    assert.equal(later.at(70), undefined);
    await rest();
    assert.deepEqual(asked, [64]);
    assert.equal(changes, 1);
    assert.equal(later.at(70)?.[0].id, 70);
    assert.equal(later.at(95)?.[0].id, 95);
    assert.equal(later.at(3), undefined);
    later.look(71);
    later.look(3);
    await rest();
    later.look(71);
    await rest();
    assert.deepEqual(asked, [64, 0]);
    assert.equal(later.at(3)?.[0].id, 3);
  });

  it('that cannot be had are none, told once and not asked for again', async () => {
    answer = () => Promise.reject(new Error('No model.'));
    later.look(1);
    await rest();
    assert.deepEqual(failures, [new Error('No model.')]);
    assert.deepEqual(later.at(1), []);
    later.look(40);
    later.look(2);
    await rest();
    assert.deepEqual(asked, [0]);
  });

  it('ask nothing once the run is gone', async () => {
    later.look(1);
    later.dispose();
    await rest();
    assert.deepEqual(asked, []);
  });
});
