import assert from 'node:assert/strict';
import { DeathCount } from '../../../extension/inference/deathCount';
import { LimitedLines } from '../../../extension/inference/limitedLines';

describe('deaths of the inference process', () => {
  it('count against the model that it worked with, and against no other', () => {
    let now = 0;
    const deaths = new DeathCount(() => now);
    for (let i = 0; i < 3; i++) deaths.add(['bad']);
    assert.ok(deaths.isTooMany('bad'));
    assert.ok(!deaths.isTooMany('good'));
    assert.ok(!deaths.isTooMany(undefined));
    now += 60_001;
    assert.ok(!deaths.isTooMany('bad'));
  });

  it('count against all where it died of itself', () => {
    const deaths = new DeathCount(() => 0);
    deaths.add([]);
    deaths.add(['bad', 'bad']);
    deaths.add([]);
    assert.ok(!deaths.isTooMany('good') && deaths.isTooMany('bad'));
    deaths.add([]);
    assert.ok(deaths.isTooMany('good') && deaths.isTooMany(undefined));
  });

  it('leave at most a hundred lines in the log, and say how many there were', () => {
    const told: string[] = [];
    const lines = new LimitedLines(line => told.push(line));
    lines.add(Array.from({ length: 90 }, (_, i) => `a${i}\n`).join(''));
    lines.add(Array.from({ length: 1090 }, (_, i) => `b${i}\n`).join(''));
    lines.end();
    assert.equal(told.length, 101);
    assert.deepEqual([told[0], told[99], told[100]], ['a0', 'b9', '… and 1,080 lines more.']);
    lines.add('again\n');
    lines.end();
    assert.equal(told.at(-1), 'again');
  });
});
