import assert from 'node:assert/strict';
import { tokenSentence } from '../../../webview/lines/tokenSentence';

describe('tokenSentence', () => {
  const names = (index: number) => ['of', 'items', 'const'][index];

  it('says what a query looks at, strongest first', () => {
    assert.equal(
      tokenSentence('query', 'item', Float32Array.of(0.61, 0.12, 0), names, 1),
      'item looks at of 0.61, items 0.12',
    );
  });

  it('says who looks at a key, and that it is a mean', () => {
    assert.equal(
      tokenSentence('key', 'item', Float32Array.of(0, 0.5, 0.25), names, 3),
      'item is looked at by items 0.50, const 0.25, mean of 3 heads',
    );
  });

  it('says so where nothing does', () => {
    assert.equal(tokenSentence('key', 'item', Float32Array.of(0, 0, 0), names, 1), 'item is looked at by nothing');
  });
});
