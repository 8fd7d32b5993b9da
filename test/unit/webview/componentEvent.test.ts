import assert from 'node:assert/strict';
import { panelEvent } from '../../../webview/run/events';

describe('an event of a component', () => {
  it('keeps its detail, and undefined as undefined', () => {
    assert.equal(panelEvent('cell-point', undefined).detail, undefined);
    assert.equal(panelEvent('token-choose', 0).detail, 0);
  });
});
