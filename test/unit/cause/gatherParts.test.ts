import assert from 'node:assert/strict';
import { gatherParts, partName, partsBySize } from '../../../core/cause/gatherParts';
import type { LogitPart } from '../../../core/run/cause';

const heads = (count: number): LogitPart[] =>
  Array.from({ length: count }, (_, head) => ({
    part: 'head',
    layer: 1,
    head,
    value: (head % 2 ? -1 : 1) * (head + 1),
  }));

describe('gatherParts', () => {
  const parts: LogitPart[] = [
    { part: 'embedding', value: 3.5 },
    ...heads(24),
    ...[0, 1, 2].map(layer => ({ part: 'mlp' as const, layer, value: layer - 1 })),
    { part: 'attentionBias', layer: 0, value: 0.25 },
    { part: 'bias', value: 0.5 },
  ];
  const shown = gatherParts(parts);

  it('has the largest by size, whichever sign, and gathers the rest', () => {
    assert.deepEqual(
      shown.map(({ name }) => name),
      [
        ...[23, 22, 21, 20, 19, 18, 17, 16].map(head => `head 1.${head}`),
        'embedding',
        'feed-forward 0',
        'feed-forward 2',
        'feed-forward 1',
        'other 16 heads',
        'biases',
      ],
    );
    assert.deepEqual(shown[0], { name: 'head 1.23', value: -24, of: 1, head: { layer: 1, head: 23 } });
  });

  it('sums to the same', () =>
    assert.equal(
      shown.reduce((sum, { value }) => sum + value, 0),
      parts.reduce((sum, { value }) => sum + value, 0),
    ));

  it('gathers no part alone under another name', () => {
    assert.equal(gatherParts(heads(9)).length, 9);
    assert.equal(gatherParts(heads(10)).at(-1)?.name, 'other 2 heads');
    assert.deepEqual(gatherParts([{ part: 'bias', value: 1 }]), [{ name: 'bias', value: 1, of: 1 }]);
  });

  it('tells of which attention a head is where there are several, and lists all by size', () => {
    assert.equal(partName({ part: 'head', layer: 1, head: 2, kind: 'cross', value: 0 }), 'cross head 1.2');
    assert.equal(partName({ part: 'attentionBias', layer: 1, value: 0 }), 'bias of layer 1’s attention');
    assert.deepEqual(
      partsBySize([
        { part: 'bias', value: 1 },
        { part: 'head', layer: 0, head: 1, kind: 'cross', value: -2 },
      ]),
      [
        { name: 'cross head 0.1', value: -2, of: 1, head: { layer: 0, head: 1, kind: 'cross' } },
        { name: 'last bias', value: 1, of: 1 },
      ],
    );
  });
});
