import assert from 'node:assert/strict';
import { titleOfPart } from '../../../extension/source/titleOfPart';

describe('titleOfPart', () => {
  const text = 'one\ntwo\r\nthree\nfour\n';
  const title = 'sample.ts, lines 3–6';

  it('names the lines that were read, and no others', () => {
    assert.equal(titleOfPart({ title, text }, text), title);
    assert.equal(titleOfPart({ title, text }, 'one\ntwo\r\nth'), 'sample.ts, lines 3–5');
    assert.equal(titleOfPart({ title, text }, 'one\ntwo\r\n'), 'sample.ts, lines 3–4', 'the next line is not reached');
    assert.equal(titleOfPart({ title, text }, 'on'), 'sample.ts, line 3');
    assert.equal(titleOfPart({ title: `${title}, to French`, text }, 'on'), 'sample.ts, line 3, to French');
    assert.equal(
      titleOfPart({ title: 'book.ipynb, cell 2, lines 1–4', text }, 'one\nt'),
      'book.ipynb, cell 2, lines 1–2',
    );
  });

  it('says the same again of what it said, and leaves other texts alone', () => {
    const once = titleOfPart({ title, text }, 'one\ntwo');
    assert.equal(titleOfPart({ title: once, text }, 'one\ntwo'), once);
    assert.equal(titleOfPart({ title, text }, 'written anew'), title);
  });
});
