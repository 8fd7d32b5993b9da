import assert from 'node:assert/strict';
import { firstDifference } from '../../../core/text/firstDifference';

describe('firstDifference', () => {
  it('tells whole words that were replaced', () => {
    assert.equal(firstDifference('Then Mary gave', 'Then John gave'), '“Mary” for “John”');
    assert.equal(firstDifference('const things = 1', 'const items = 1'), '“things” for “items”');
    assert.equal(firstDifference('a = items;', 'a = item;'), '“items” for “item”');
  });

  it('tells what came in and what was left out', () => {
    assert.equal(firstDifference('one two three', 'one three'), '+ “two ”');
    assert.equal(firstDifference('one', 'one two'), '− “ two”');
  });

  it('tells nothing of equal texts and little of long ones', () => {
    assert.equal(firstDifference('same', 'same'), undefined);
    assert.equal(firstDifference(`x${'y'.repeat(40)}`, ''), `+ “x${'y'.repeat(16)}…”`);
  });
});
