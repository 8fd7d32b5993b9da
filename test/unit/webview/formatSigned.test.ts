import assert from 'node:assert/strict';
import { formatSigned } from '../../../webview/mechanisms/formatSigned';

describe('formatSigned', () => {
  for (const [value, text] of [
    [0, '0.000'],
    [-0.4123, '−0.412'],
    [6.314, '6.31'],
    [-12.84, '−12.8'],
    [1234.6, '1235'],
    [0.00012, '1.2e-4'],
  ] as const) {
    it(`${value} is “${text}”`, () => assert.equal(formatSigned(value), text));
  }
});
