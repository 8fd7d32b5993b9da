import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import type { ModelInfo } from '../../../core/run/explanation';
import { Failures } from '../../../extension/reports/failures';
import { issueReport } from '../../../extension/reports/issueReport';

const model: ModelInfo = {
  id: 'secret-project/our-model',
  architecture: 'gpt2',
  dtype: 'q8',
  task: 'text-generation',
  contextLength: 512,
  found: '4 layers × 6 heads of causal self-attention',
  quantizesActivations: true,
};

describe('a report of an issue', () => {
  it('says versions, the shape of each model once, and what failed by code', () => {
    const failures = new Failures();
    failures.add(InferenceErrorCode.run, 'explain', new Date(Date.UTC(2026, 0, 2, 3, 4, 5)));
    const { source } = issueReport({
      versions: { Headlight: '0.1.0', Platform: 'linux x64' },
      models: [model, model],
      failures: failures.all,
    });
    assert.match(source, /Headlight: 0\.1\.0\nPlatform: linux x64/);
    assert.match(source, /2026-01-02T03:04:05\.000Z {2}run {2}explain/);
    const shape =
      'gpt2, q8, quantizes activations, text-generation, 512 tokens: 4 layers × 6 heads of causal self-attention';
    assert.equal(source.split(shape).length, 2);
  });

  it('names no model, and nothing in it is markup', () => {
    const hostile = { ...model, architecture: '```\n![x](https://example.com/a.png)' };
    const { source } = issueReport({ versions: {}, models: [model, hostile], failures: [] });
    assert.doesNotMatch(source, /secret-project/);
    // One line within a block of code, whose fence is longer than any within.
    const lines = source.split('\n');
    const at = lines.findIndex(line => line.includes('example.com'));
    const fence = lines.slice(0, at).findLast(line => /^`+$/.test(line));
    assert.ok(fence && fence.length > 3, source);
    assert.equal(lines.slice(0, at).filter(line => line === fence).length, 1);
    assert.ok(lines.slice(at).includes(fence));
    assert.doesNotMatch(lines[at], /^!/);
  });

  it('remembers the last twenty, and nothing that was cancelled', () => {
    const failures = new Failures();
    for (let i = 0; i < 30; i++) failures.add(InferenceErrorCode.model, `request ${i}`);
    failures.add(InferenceErrorCode.cancelled, 'explain');
    assert.equal(failures.all.length, 20);
    assert.equal(failures.all.at(-1)?.request, 'request 29');
  });
});

describe('the codes of errors', () => {
  it('are those that docs/reliability.md tells, and keep their numbers', () => {
    const rows = readFileSync('docs/reliability.md', 'utf8').matchAll(/^\| `(\w+)` \| (\d+) \|/gm);
    const told = Object.fromEntries([...rows].map(([, name, number]) => [name, Number(number)]));
    const codes = Object.fromEntries(Object.entries(InferenceErrorCode).filter(([name]) => Number.isNaN(Number(name))));
    assert.deepEqual(told, codes);
  });
});
