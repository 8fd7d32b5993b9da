import assert from 'node:assert/strict';
import { agreementOf, agreementWords } from '../../../core/cause/agreement';

describe('agreement with the cuts', () => {
  const rows = [
    { bits: 0.1, raw: 0.9, value: 0.1 },
    { bits: 0.2, raw: 0.5, value: 0.4 },
    { bits: 0.4, raw: 0.1, value: 0.3 },
    { bits: 0.8, raw: 0.05, value: 0.9 },
  ];
  it('is the rank correlation of each reading that there is', () => {
    const { raw, value, rollout } = agreementOf(rows);
    assert.ok(raw && Math.abs(raw + 1) < 1e-12);
    assert.ok(value && Math.abs(value - 0.8) < 1e-12);
    assert.equal(rollout, undefined);
  });

  it('of too few, or of the same number over and over, is none', () => {
    assert.deepEqual(agreementOf(rows.slice(2)), {});
    assert.deepEqual(agreementOf(rows.map(row => ({ ...row, raw: 1, value: 1 }))), {});
  });

  it('is told in one sentence', () => {
    assert.equal(
      agreementWords({ raw: 0.38, value: 0.86 }, 'tokens'),
      'Value-weighted attention, the nearest of the readings, puts the tokens in nearly the order of the cuts (0.86): here its picture can be believed.',
    );
    assert.match(agreementWords({ raw: 0.6 }, 'words'), /^Raw attention puts the words roughly .*\(0\.60\).* a hint/);
    assert.match(agreementWords({ raw: 0.3, rollout: 0.1 }, 'lines'), /only loosely \(0\.30\)/);
    assert.match(
      agreementWords({ raw: -0.3, rollout: -0.5 }, 'lines'),
      /^No reading of attention follows the cuts \(−0\.30\)/,
    );
    assert.match(agreementWords({ raw: -0.3 }, 'lines'), /^Raw attention does not follow the cuts/);
    assert.match(agreementWords({}, 'lines'), /^There are too few lines/);
  });
});
