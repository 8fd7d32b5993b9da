import assert from 'node:assert/strict';
import { changedQueries } from '../../../../core/attention/compare/changedQueries';

describe('changedQueries', () => {
  const both = (one: number, other = one) => ({ one, other });

  it('are in causal attention those from the first difference on, what was replaced with what replaced it', () => {
    const places = [both(0), { one: 1 }, { other: 1 }, both(2)];
    assert.deepEqual(changedQueries(places, true), [both(1), both(2)]);
  });

  it('are the last token alone where only that was replaced', () => {
    assert.deepEqual(changedQueries([both(0), both(1), { one: 2 }, { other: 2 }], true), [both(2)]);
  });

  it('pair the last of several with the last of others', () => {
    const places = [both(0), { one: 1 }, { other: 1 }, { other: 2 }, both(2, 3)];
    assert.deepEqual(changedQueries(places, true), [both(1, 2), both(2, 3)]);
  });

  it('are all that are shared where every token sees every other', () => {
    assert.deepEqual(changedQueries([both(0), { one: 1 }, both(2, 1)], false), [both(0), both(2, 1)]);
  });

  it('are none of an equal text or one that only grew', () => {
    assert.deepEqual(changedQueries([both(0), both(1)], true), []);
    assert.deepEqual(changedQueries([both(0), { other: 1 }], true), []);
  });
});
