import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addAttention, findAttention, readModel } from '../../../core/onnx';
import { AttentionSession } from '../../../inference/models/attentionSession';
import { chainedAttentions } from './support/chainedAttentions';

describe('3,000 attentions in 450 kB', function () {
  this.timeout(60_000);

  it('are found, and what is added to them is written, in time that grows with their number alone', () => {
    const bytes = chainedAttentions(300);
    const started = performance.now();
    const model = readModel(bytes);
    const found = findAttention(model);
    assert.equal(found.attentions.length, 300);
    addAttention(model, found, { pooled: true, selectedHeads: true, shapes: true });
    // Each doubled the ways that the next one was followed back on: 14 took a minute.
    assert.ok(performance.now() - started < 10_000);
  });

  it('are refused with a sentence before the runtime spends a quarter of an hour on them', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-many-'));
    try {
      const bytes = chainedAttentions(3000);
      assert.ok(bytes.length < 480_000);
      writeFileSync(path.join(folder, 'many.onnx'), bytes);
      await assert.rejects(
        AttentionSession.open(path.join(folder, 'many.onnx')),
        /^Error: many\.onnx cannot be opened: It holds 3,000 attentions, and at most 512 can be shown; choose another model\.$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
