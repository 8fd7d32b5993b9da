import assert from 'node:assert/strict';
import { rangeKey } from '../../../core/cause/needPlan';
import type { NeedOfTokens, PlaceRange } from '../../../core/run/cause';
import { askNeeds, type NeedsProgress } from '../../../webview/cause/askNeeds';

const ranges = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ first: from + i, last: from + i }));
const answer = (tokens: readonly PlaceRange[]) =>
  Promise.resolve(tokens.map(({ first }) => ({ bits: first, falls: 0 })));

describe('askNeeds', () => {
  it('asks in batches, coarse first, for what is not known; a later stage sees the answers of those before it', async () => {
    const known = new Map<string, NeedOfTokens>([['3-3', { bits: 9, falls: 0 }]]);
    const asked: number[] = [];
    const told: NeedsProgress[] = [];
    let seen = 0;
    await askNeeds(
      [
        () => [{ first: 0, last: 39 }],
        () => {
          seen = known.size;
          return ranges(0, 40);
        },
      ],
      known,
      tokens => {
        asked.push(tokens.length);
        return answer(tokens);
      },
      new AbortController().signal,
      progress => told.push(progress),
    );
    assert.equal(seen, 2);
    assert.deepEqual(asked, [1, 16, 16, 7]);
    assert.equal(known.size, 41);
    assert.equal(known.get('3-3')?.bits, 9);
    assert.deepEqual(told.at(-1), { stage: 1, done: 33, of: 40 });
  });

  it('stops between batches, and keeps what was answered', async () => {
    const known = new Map<string, NeedOfTokens>();
    const abort = new AbortController();
    await askNeeds(
      [() => ranges(0, 40)],
      known,
      tokens => {
        if (tokens[0].first > 0) abort.abort();
        return answer(tokens);
      },
      abort.signal,
      () => undefined,
    );
    assert.equal(known.size, 16);
    assert.ok(known.has(rangeKey({ first: 15, last: 15 })));
  });

  it('rejects with what it was refused with', () =>
    assert.rejects(
      askNeeds(
        [() => ranges(0, 2)],
        new Map(),
        () => Promise.reject(new Error('No.')),
        new AbortController().signal,
        () => undefined,
      ),
      /No\./,
    ));
});
