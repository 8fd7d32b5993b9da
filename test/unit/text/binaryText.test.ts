import assert from 'node:assert/strict';
import { describeBinary } from '../../../core/text/binaryText';

describe('describeBinary', () => {
  it('takes text of any script, with tabs, line breaks and form feeds, for text', () => {
    for (const text of [
      '',
      'const a = 1;\r\n\t\f',
      'שלום 中文 🙂 \u200d',
      '\n\n\n\t',
      'a line with \u001b[31mcolour\u001b[0m in a long enough text',
    ]) {
      assert.equal(describeBinary(text), undefined, JSON.stringify(text));
    }
  });

  it('takes text with NUL for binary', () => {
    assert.match(describeBinary('plain text\u0000and more') ?? '', /NUL/);
  });

  it('takes text of which more than a tenth are control or undecodable characters for binary, and says how much', () => {
    assert.match(describeBinary('\u0001\u0002\u0003\u0004') ?? '', /100 %/);
    assert.match(describeBinary('PNG\ufffd\u0085\u007fabcd') ?? '', /30 %/);
    assert.equal(describeBinary(`${'a'.repeat(9)}\u0001`), undefined);
    assert.notEqual(describeBinary(`${'a'.repeat(8)}\u0001`), undefined);
  });
});
