import assert from 'node:assert/strict';
import { followEdit } from '../../../core/text/followEdit';

/** What a stretch marked by [ ] reads after some edits of the document, each told by a text and what it becomes. */
function after(marked: string, ...edits: readonly [find: string, put: string][]): string {
  const start = marked.indexOf('[');
  let span = { start, length: marked.indexOf(']') - start - 1 };
  let document = marked.replace(/[[\]]/g, '');
  for (const [find, put] of edits) {
    // “|” in what is looked for is a place between two characters.
    const rangeOffset = find.includes('|')
      ? document.indexOf(find.replace('|', '')) + find.indexOf('|')
      : document.indexOf(find);
    const rangeLength = find.includes('|') ? 0 : find.length;
    span = followEdit(span, { rangeOffset, rangeLength, text: put });
    document = document.slice(0, rangeOffset) + put + document.slice(rangeOffset + rangeLength);
  }
  return document.slice(span.start, span.start + span.length);
}

describe('followEdit', () => {
  it('keeps a stretch where text before or behind it is edited', () => {
    assert.equal(after('one [two] three', ['one', 'first, ']), 'two');
    assert.equal(after('one [two] three', ['three', '']), 'two');
    assert.equal(after('one [two] three', ['one |two', 'new ']), 'two');
  });

  it('takes in what is typed within it and at its end, but not a line typed behind it', () => {
    assert.equal(after('a [John gave] b', ['John', 'Mary']), 'Mary gave');
    assert.equal(after('a [John] b', ['John|', ' g'], ['John g|', 'ave']), 'John gave');
    assert.equal(after('a [John]', ['John|', '!\nnext'], ['next|', ' line']), 'John!');
    assert.equal(after('a [John] b', ['John', ''], ['a |', 'M'], ['M|', 'ary']), 'Mary');
  });

  it('ends where an edit reaches over its end', () => {
    assert.equal(after('a [two three] four', ['three four', 'x']), 'two ');
    assert.equal(after('one [two three]', ['one two', 'x']), ' three');
    assert.equal(after('one [two] three', ['one two three', 'ein zwei drei']), 'zwe');
    assert.equal(after('one [two] three', ['one two three', '']), '');
  });
});
