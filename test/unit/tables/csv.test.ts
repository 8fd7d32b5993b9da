import assert from 'node:assert/strict';
import { csv, csvField } from '../../../core/tables/csv';

describe('a table as CSV', () => {
  it('guards texts that a spreadsheet would take for a formula, and leaves numbers as they are', () => {
    assert.equal(
      csv([
        ['=HYPERLINK("https://example.org")', '+1', '-x', '@a', '\tb', 'c=d'],
        [-1, -0.5, 1e-7, NaN, 0, '−1'],
      ]),
      `"'=HYPERLINK(""https://example.org"")",'+1,'-x,'@a,'\tb,c=d\r\n-1,-0.5,1e-7,NaN,0,−1\r\n`,
    );
  });

  it('takes a number that is written out for one', () => {
    assert.deepEqual(['-0.125', '-1e-7', '-Infinity', '-', '-x', '-1+2'].map(csvField), [
      '-0.125',
      '-1e-7',
      '-Infinity',
      "'-",
      "'-x",
      "'-1+2",
    ]);
  });

  it('quotes what would break a row, and spaces at the ends', () => {
    assert.deepEqual([',', '"', 'a\nb', ' a', 'a ', ''].map(csvField), ['","', '""""', '"a\nb"', '" a"', '"a "', '']);
  });
});
