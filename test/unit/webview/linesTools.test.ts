import assert from 'node:assert/strict';
import { notDrawn } from '../../../webview/lines/linesTools';

describe('notDrawn', () => {
  it('says how many heads have no lines, and why', () => {
    assert.match(notDrawn(36, 144), /^Lines of 36 of the 144 selected heads: more cannot be told apart\./);
    assert.match(
      notDrawn(11, 24),
      /^Lines of 11 of the 24 selected heads: more would take too much memory at this length\./,
    );
  });
});
