import assert from 'node:assert/strict';
import { readDate } from '../../../core/mechanisms/readDate';
import {
  dateParts,
  distanceOf,
  firstYear,
  lastYear,
  longWay,
  waysToWrite,
  writeDate,
  writeDates,
} from '../../../core/mechanisms/writeDates';

describe('writeDates', () => {
  const dates = writeDates(3000, 7);

  it('writes dates that the rule for reading reads as it means them', () => {
    for (const { text, iso } of dates) assert.equal(readDate(text)?.iso, iso, text);
  });

  it('draws all ways, years and days about evenly, every fifth date in the long way', () => {
    assert.deepEqual(
      dates.map(({ long }) => long),
      dates.map((_, i) => i % 5 === 4),
    );
    for (const way of waysToWrite) {
      const count = dates.filter(date => date.way === way).length;
      assert.ok(Math.abs(count - 300) < 75, `${way}: ${count}`);
    }
    const years = dates.map(({ iso }) => Number(iso.slice(0, 4)));
    assert.ok(Math.min(...years) >= firstYear && Math.max(...years) <= lastYear);
    assert.ok(new Set(years).size > 195);
    assert.ok(new Set(dates.map(({ iso }) => iso.slice(5))).size >= 360);
  });

  it('has years at its end, months 10 to 14 steps back and days mostly further', () => {
    const distances = (part: number) => dates.map(date => distanceOf(date, part));
    assert.deepEqual([...new Set(distances(0))], [0]);
    assert.deepEqual([Math.min(...distances(1)), Math.max(...distances(1))], [10, 14]);
    assert.ok(distances(2).filter(distance => distance > 14).length > dates.length / 2);
  });

  it('is the same for a seed, and another for another', () => {
    assert.deepEqual(writeDates(50, 7), dates.slice(0, 50));
    assert.notDeepEqual(writeDates(50, 8), dates.slice(0, 50));
  });

  it('writes each way as it says', () => {
    const day = new Date(Date.UTC(1943, 2, 1));
    for (const [way, text] of [
      ['d/m/yyyy', '1/3/1943'],
      ['dd.mm.yyyy', '01.03.1943'],
      ['d mon yyyy', '1 mar 1943'],
      ['mon d yyyy', 'mar 1 1943'],
      ['d month yyyy', '1 march 1943'],
      ['month d, yyyy', 'march 1, 1943'],
      ['weekday, mon d, yyyy', 'monday, mar 1, 1943'],
      ['the dth of month, yyyy', 'the 1st of march, 1943'],
      [longWay, 'monday the 1st of march, 1943'],
    ]) {
      assert.equal(writeDate(day, way).text, text);
    }
    // A Friday: not the weekday that its number in the month would name.
    assert.equal(writeDate(new Date(Date.UTC(1905, 11, 1)), longWay).text, 'friday the 1st of december, 1905');
    const ordinals = [1, 2, 3, 4, 11, 12, 13, 20, 21, 22, 23, 30, 31].map(
      each => writeDate(new Date(Date.UTC(2000, 0, each)), 'dth').text,
    );
    assert.equal(ordinals.join(' '), '1st 2nd 3rd 4th 11th 12th 13th 20th 21st 22nd 23rd 30th 31st');
  });

  it('knows where each part ends, and how far it is carried', () => {
    const date = writeDate(new Date(Date.UTC(1943, 2, 14)), longWay);
    assert.equal(date.text, 'sunday the 14th of march, 1943');
    assert.deepEqual(
      date.ends.map(end => date.text.slice(0, end).split(' ').at(-1)),
      ['1943', 'march', '14th'],
    );
    // “, 1943” and “1943-”; “ of march, 1943” and “1943-03-”.
    assert.deepEqual(
      dateParts.map((_, part) => distanceOf(date, part)),
      [0, 6 + 5, 15 + 8],
    );
  });
});
