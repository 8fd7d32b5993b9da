import assert from 'node:assert/strict';
import { CaptionBook, type CaptionRecord } from '../../../core/captions/captionBook';

const record = (changes: Partial<CaptionRecord> = {}): CaptionRecord => ({
  hash: 'aa',
  size: 10,
  model: 'tiny',
  version: '1',
  text: 'a lamp',
  time: '2026-01-01T00:00:00Z',
  ...changes,
});

describe('the book of captions', () => {
  it('keeps one caption for each content, model and version, and finds that of the model asked for', () => {
    const book = new CaptionBook();
    book.put(record());
    book.put(record({ model: 'large', text: 'a table lamp' }));
    book.put(record({ text: 'an icon of a lamp' }));
    assert.equal(book.find('aa', 'tiny')?.text, 'an icon of a lamp');
    assert.equal(book.find('aa', 'large')?.text, 'a table lamp');
    assert.equal(book.find('aa', 'unknown')?.text, 'an icon of a lamp');
    assert.equal(book.find('bb'), undefined);
    assert.equal(book.toJSON().records.length, 2);
  });

  it('keeps why a file could not be captioned, also when it is written and read', () => {
    const book = new CaptionBook();
    const failure = { size: 3, mtime: 4, reason: 'logo.png is damaged.' };
    book.setFailure('file:///logo.png', failure);
    const again = new CaptionBook(JSON.parse(JSON.stringify(book)));
    assert.deepEqual(again.failure('file:///logo.png'), failure);
    assert.deepEqual([...again.knownFiles], ['file:///logo.png']);
    again.setFailure('file:///logo.png', undefined);
    assert.equal(again.failure('file:///logo.png'), undefined);
    book.forgetFile('file:///logo.png');
    assert.equal(book.failure('file:///logo.png'), undefined);
  });

  it('gives the user’s words before any model’s, and forgets both when told', () => {
    const book = new CaptionBook();
    book.put(record());
    book.edit('aa', 'our lamp');
    book.put(record({ version: '2', text: 'a torch' }));
    assert.deepEqual(book.find('aa', 'tiny'), {
      text: 'our lamp',
      edited: true,
      record: record({ version: '2', text: 'a torch' }),
    });
    book.remove('aa');
    assert.equal(book.find('aa'), undefined);
  });

  it('comes back from its JSON, and takes nothing else for captions', () => {
    const book = new CaptionBook();
    book.put(record());
    book.edit('aa', 'our lamp');
    book.setFile('file:///a.png', { hash: 'aa', size: 10, mtime: 5 });
    const back = new CaptionBook(JSON.parse(JSON.stringify(book)));
    assert.deepEqual(back.toJSON(), book.toJSON());
    assert.equal(back.mayKnow(10), true);
    assert.equal(back.mayKnow(11), false);
    for (const other of [null, [], { format: 2 }, { format: 1 }]) {
      assert.throws(() => new CaptionBook(other), /no captions/);
    }
  });
});
