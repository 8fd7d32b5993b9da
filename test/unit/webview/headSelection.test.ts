import assert from 'node:assert/strict';
import { thumbnailGridKey } from '../../../webview/heads/thumbnailGridKeys';
import { headLines, headTable } from '../../../webview/heads/headOrder';
import type { HeadPlace } from '../../../core/attention/compare/matchHeads';
import { selectLine, selectOnly, selectRange, toggleHead } from '../../../webview/run/headSelection';
import type { HeadSummary } from '../../../core/attention/measures/summarizeHeads';
import type { AttentionGroup } from '../../../core/run/explanation';

const place = (name: string): HeadPlace => ({ layer: Number(name.split('.')[0]), head: Number(name.split('.')[1]) });
const names = (heads: readonly HeadPlace[]) => heads.map(({ layer, head }) => `${layer}.${head}`).join(' ');
const all = ['0.0', '0.1', '0.2', '1.0', '1.1', '1.2'].map(place);
const group: AttentionGroup = {
  kind: 'self',
  causal: true,
  queries: 'input',
  keys: 'input',
  layers: [0, 1].map(layer => ({
    layer,
    heads: 3,
    queries: 4,
    keys: 4,
    thumbnails: { rows: 4, columns: 4, data: new Float32Array(48) },
  })),
  first: place('0.0'),
};
const summary = (name: string, entropy: number | undefined, induction?: number): HeadSummary => ({
  ...place(name),
  entropy,
  distance: undefined,
  label: undefined,
  masses: induction === undefined ? {} : { induction: { mass: induction, chance: 0, rows: 1, spread: 1 } },
});

describe('selecting heads', () => {
  it('a head more leads and stands in the model’s order; a head less leaves the lead to another', () => {
    const two = toggleHead(selectOnly(place('1.1')), place('0.2'));
    assert.equal(names(two.heads), '0.2 1.1');
    assert.equal(names([two.lead]), '0.2');
    const one = toggleHead(two, place('0.2'));
    assert.equal(names(one.heads), '1.1');
    assert.equal(names([one.lead]), '1.1');
    assert.equal(names(toggleHead(one, place('1.1')).heads), '1.1', 'the last one stays');
  });

  it('a range goes along what is shown, in either direction', () => {
    assert.equal(names(selectRange(all, place('0.1'), place('1.0')).heads), '0.1 0.2 1.0');
    const sorted = ['1.2', '0.0', '1.0', '0.1'].map(place);
    const back = selectRange(sorted, place('1.0'), place('1.2'));
    assert.equal(names(back.heads), '0.0 1.0 1.2');
    assert.equal(names([back.lead]), '1.2');
  });

  it('a layer is selected whole, alone or with the rest, and let go of with the rest', () => {
    const layer = all.slice(3);
    assert.equal(names(selectLine(selectOnly(place('0.0')), layer, false).heads), '1.0 1.1 1.2');
    const both = selectLine(selectOnly(place('0.0')), layer, true);
    assert.equal(names(both.heads), '0.0 1.0 1.1 1.2');
    const without = selectLine(both, layer, true);
    assert.equal(names(without.heads), '0.0');
    assert.equal(names([without.lead]), '0.0');
  });
});

describe('the order of heads', () => {
  it('is a line for each layer at first, and while the measures are on their way', () => {
    for (const lines of [
      headLines(group, 'layer', []),
      headLines(group, 'entropy', undefined),
      headLines(group, 'effect', [summary('0.0', 0.5)]),
    ]) {
      assert.deepEqual(
        lines.map(({ label, heads }) => `${label}: ${names(heads)}`),
        ['0: 0.0 0.1 0.2', '1: 1.0 1.1 1.2'],
      );
    }
  });

  it('goes by effect where heads were ranked, so many to a line as there is room for', () => {
    const effects = [0.3, 0.1, 0.5, 0, 0.2, 0.4];
    const ranked = ['0.0', '0.1', '0.2', '1.0', '1.1', '1.2'].map((name, i) => ({
      ...summary(name, 0.5),
      effect: effects[i],
    }));
    assert.deepEqual(
      headLines(group, 'effect', ranked, 4).map(({ label, title, heads }) => `${label} ${title}: ${names(heads)}`),
      ['1 Heads 1 to 4 by effect: 0.2 1.2 0.0 1.1', '5 Heads 5 to 6 by effect: 0.1 1.0'],
    );
  });

  it('goes by a measure, the strongest first, those that cannot be measured last', () => {
    const summaries = [
      summary('0.0', 0.5),
      summary('0.1', 0.4, 0.1),
      summary('0.2', 0.1),
      summary('1.0', 0.9, 0.7),
      summary('1.1', undefined, 0.2),
      summary('1.2', 0.2),
    ];
    const induction = headLines(group, 'induction', summaries);
    assert.deepEqual(
      induction.map(({ heads }) => names(heads)),
      ['1.0 1.1 0.1', '0.0 0.2 1.2'],
    );
    assert.deepEqual(
      induction[0].heads.map(({ value }) => value),
      [0.7, 0.2, 0.1],
    );
    assert.equal(
      headLines(group, 'entropy', summaries)
        .map(({ heads }) => names(heads))
        .join(' '),
      '0.2 1.2 0.1 0.0 1.0 1.1',
      'of entropy the least first',
    );
  });
});

describe('heads by their place', () => {
  it('stand in lines of layers, below names of heads, or the other way round', () => {
    const table = (across: boolean) => {
      const { lines, columns } = headTable(group, across, 'induction', [summary('1.1', undefined, 0.2)]);
      return {
        lines: lines.map(({ label, heads }) => `${label}: ${names(heads)}`),
        columns: columns.map(({ label, title, heads }) => `${label} (${title}): ${names(heads)}`),
        values: lines.flatMap(({ heads }) => heads.flatMap(({ value }) => value ?? [])),
      };
    };
    const down = table(false);
    assert.deepEqual(down.lines, ['0: 0.0 0.1 0.2', '1: 1.0 1.1 1.2']);
    assert.equal(down.columns[2], '.2 (Head 2 of each layer): 0.2 1.2');
    assert.deepEqual(down.values, [0.2]);
    const across = table(true);
    assert.deepEqual(across.lines, ['.0: 0.0 1.0', '.1: 0.1 1.1', '.2: 0.2 1.2']);
    assert.equal(across.columns[1], '1 (Layer 1): 1.0 1.1 1.2');
  });

  it('keep to lines of layers where these differ in their heads', () => {
    const uneven = { ...group, layers: [group.layers[0], { ...group.layers[1], heads: 2 }] };
    assert.deepEqual(
      headTable(uneven, true).lines.map(({ label }) => label),
      ['0', '1'],
    );
  });
});

describe('keys in the overview', () => {
  const lines = headLines(group, 'layer', []);
  const from = (key: string, at: HeadPlace | number) => {
    const next = thumbnailGridKey(key, lines, at);
    return typeof next === 'object' ? names([next]) : next;
  };

  it('lead to the names of columns and back, where there are any', () => {
    const named = (key: string, at: HeadPlace | number) => {
      const next = thumbnailGridKey(key, lines, at, true);
      return typeof next === 'object' ? names([next]) : next;
    };
    assert.equal(named('ArrowUp', place('0.1')), ~1);
    assert.equal(named('ArrowRight', ~1), ~2);
    assert.equal(named('ArrowRight', ~2), ~2);
    assert.equal(named('Home', ~2), ~0);
    assert.equal(named('ArrowDown', ~2), '0.2');
    assert.equal(named('ArrowUp', ~2), ~2);
    assert.equal(named('x', ~2), undefined);
    assert.equal(named('ArrowUp', place('1.1')), '0.1');
  });

  it('lead from head to head and to the labels of lines, and stop at the edges', () => {
    assert.equal(from('ArrowRight', place('0.1')), '0.2');
    assert.equal(from('ArrowRight', place('0.2')), '0.2');
    assert.equal(from('ArrowDown', place('0.2')), '1.2');
    assert.equal(from('ArrowUp', place('0.2')), '0.2');
    assert.equal(from('End', place('1.0')), '1.2');
    assert.equal(from('ArrowLeft', place('1.0')), 1, 'the label of the second line');
    assert.equal(from('ArrowUp', 1), 0);
    assert.equal(from('ArrowRight', 1), '1.0');
    assert.equal(from('x', 1), undefined);
  });
});
