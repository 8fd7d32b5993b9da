import assert from 'node:assert/strict';
import type { OpenModel } from '../../../inference/models/openModel';
import type { UseModel } from '../../../inference/runs/runAttention';

/** Lends a model to one piece of work at a time, as the process does: nobody may wait for a turn within one. */
export function using(open: OpenModel): UseModel {
  let working = false;
  return Object.assign(
    async <Result>(work: (model: OpenModel) => Promise<Result>) => {
      assert.ok(!working);
      working = true;
      try {
        return await work(open);
      } finally {
        working = false;
      }
    },
    {
      turn: () => {
        assert.ok(!working, 'a turn is waited for within a piece of work');
        return Promise.resolve();
      },
    },
  );
}
