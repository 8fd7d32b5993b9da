import assert from 'node:assert/strict';
import { readDate } from '../../../core/mechanisms/readDate';

describe('readDate', () => {
  for (const [text, iso] of [
    ['sunday the 7th of march, 1943', '1943-03-07'],
    ['the 3rd of march, 2021', '2021-03-03'],
    ['March 3, 2021', '2021-03-03'],
    ['mar 3 2021', '2021-03-03'],
    ['3-apr-2021', '2021-04-03'],
    ['mon, 9 nov. 1970', '1970-11-09'],
    ['3 sept 1999', '1999-09-03'],
    ['2000 april 3', '2000-04-03'],
    ['in 1999 on the 3rd of april', '1999-04-03'],
    ['february 29, 1996', '1996-02-29'],
    ['14/07/1989', '1989-07-14'],
    ['3.4.2021', '2021-04-03'],
    ['04/13/2021', '2021-04-13'],
    ['2021-03-04', '2021-03-04'],
    ['1 may 0099', '0099-05-01'],
  ]) {
    it(`${text} is ${iso}`, () => assert.equal(readDate(text)?.iso, iso));
  }

  for (const text of [
    ...['', 'hello', 'march 1943', '7 march', '7 march 43', '3/4/21', '30 february 2000', 'february 29, 1900'],
    ...[
      '1/2-2000',
      '31.6.2000',
      '13/13/2000',
      '7 8 march 1943',
      '7 march 1943 1944',
      'ma 3 2021',
      '7 marching 1943',
      '0 may 2000',
    ],
  ]) {
    it(`“${text}” is no date that can be checked`, () => assert.equal(readDate(text), undefined));
  }

  it('says how it was read, and where day and month could be exchanged', () => {
    assert.deepEqual(readDate('5.6.2012'), { iso: '2012-06-05', words: '5 June 2012', dayFirst: true });
    assert.equal(readDate('6.6.2012')?.dayFirst, false);
    assert.equal(readDate('14/07/1989')?.dayFirst, false);
  });
});
