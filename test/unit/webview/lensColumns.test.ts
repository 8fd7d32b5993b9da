import assert from 'node:assert/strict';
import { LensColumns, type AskLens } from '../../../webview/logitLens/lensColumns';

const settled = () =>
  new Promise(resolve => {
    setTimeout(resolve);
  });

/** Two rows, whose predictions name the position. */
const rows = (first: number, count: number) =>
  [0, 1].map(row => Array.from({ length: count }, (_, i) => [{ id: first + i, text: `${row}`, probability: 1 }]));

describe('the columns of the logit lens', () => {
  it('are fetched as they are seen, each once', async () => {
    const asked: number[] = [];
    let changes = 0;
    const columns = new LensColumns(
      (first, count) => {
        asked.push(first);
        return Promise.resolve({ rows: rows(first, count) });
      },
      () => {
        changes++;
      },
    );
    assert.equal(columns.at(0, 40), undefined);
    columns.see(40, 70);
    await settled();
    assert.deepEqual(asked, [32, 64]);
    assert.equal(changes, 2);
    assert.equal(columns.rows, 2);
    assert.deepEqual(columns.at(1, 70), [{ id: 70, text: '1', probability: 1 }]);
    columns.see(33, 50);
    await settled();
    assert.deepEqual(asked, [32, 64]);
  });

  it('are not fetched where they are out of sight by the time it is their turn', async () => {
    const asked: number[] = [];
    const answers: (() => void)[] = [];
    const ask: AskLens = (first, count) =>
      new Promise(resolve => {
        asked.push(first);
        answers.push(() => resolve({ rows: rows(first, count) }));
      });
    const columns = new LensColumns(ask, () => undefined);
    columns.see(0, 90);
    columns.see(400, 410);
    answers[0]();
    await settled();
    assert.deepEqual(asked, [0, 384]);
  });

  it('say why there are none, and do not ask again', async () => {
    let asked = 0;
    const none = new LensColumns(
      () => {
        asked++;
        return Promise.resolve({ rows: [], missing: 'm has no logit lens: why.' });
      },
      () => undefined,
    );
    none.see(0, 99);
    await settled();
    assert.deepEqual([none.missing, none.rows, asked], ['m has no logit lens: why.', 0, 1]);
    const failed = new LensColumns(
      () => Promise.reject(new Error('It failed.')),
      () => undefined,
    );
    failed.see(0, 1);
    await settled();
    assert.equal(failed.failure, 'It failed.');
  });
});
