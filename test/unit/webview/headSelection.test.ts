import assert from 'node:assert/strict';
import { thumbnailGridKey } from '../../../webview/heads/thumbnailGridKeys';
import { headLines, headTable, sortedHeads } from '../../../webview/heads/headOrder';
import { bestHeads } from '../../../webview/heads/sortedParts';
import type { HeadPlace } from '../../../core/attention/compare/matchHeads';
import type { GridPart } from '../../../webview/heads/gridPart';
import { selectLine, selectOnly, selectRange, toggleHead } from '../../../webview/run/headSelection';
import type { HeadSummary } from '../../../core/attention/measures/summarizeHeads';
import type { HeadOrder } from '../../../core/protocol/attentionPanelProtocol';
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
  const sorted = (order: HeadOrder, summaries: readonly HeadSummary[]) => sortedHeads(group, order, summaries) ?? [];

  it('is none at first, and while the measures are on their way', () => {
    assert.equal(sortedHeads(group, 'layer', []), undefined);
    assert.equal(sortedHeads(group, 'entropy', undefined), undefined);
    assert.equal(sortedHeads(group, 'effect', [summary('0.0', 0.5)]), undefined);
  });

  it('goes by effect where heads were ranked, so many to a line as there is room for', () => {
    const effects = [0.3, 0.1, 0.5, 0, 0.2, 0.4];
    const ranked = ['0.0', '0.1', '0.2', '1.0', '1.1', '1.2'].map((name, i) => ({
      ...summary(name, 0.5),
      effect: effects[i],
    }));
    const heads = sorted('effect', ranked);
    assert.deepEqual(
      headLines(heads, 'effect', 4).map(line => `${line.label} ${line.title}: ${names(line.heads)}`),
      ['1 Heads 1 to 4 by effect: 0.2 1.2 0.0 1.1', '5 Heads 5 to 6 by effect: 0.1 1.0'],
    );
    assert.deepEqual(
      headLines(heads, 'effect', 4, 12).map(({ label }) => label),
      ['13', '17'],
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
    const induction = sorted('induction', summaries);
    assert.equal(names(induction), '1.0 1.1 0.1 0.0 0.2 1.2');
    assert.deepEqual(
      induction.slice(0, 4).map(({ value }) => value),
      [0.7, 0.2, 0.1, undefined],
    );
    assert.equal(names(sorted('entropy', summaries)), '0.2 1.2 0.1 0.0 1.0 1.1', 'of entropy the least first');
  });

  it('those above what chance and their distances give come first; of other measures so many as are asked for', () => {
    const mass = (value: number, rest: object) => ({
      mass: value,
      chance: 0.05,
      shuffled: 0.1,
      rows: 9,
      spread: 4,
      ...rest,
    });
    const summaries = [
      { ...summary('0.0', 0.5), masses: { induction: mass(0.3, {}) } },
      { ...summary('0.1', 0.4), masses: { induction: mass(0.6, { byDistance: 0.7 }) } },
      { ...summary('0.2', 0.3), masses: { induction: mass(0.08, {}) } },
      { ...summary('1.0', 0.2), masses: { induction: mass(0.2, { shuffled: 0.21 }) } },
      { ...summary('1.1', 0.1), masses: { induction: mass(0.12, { byDistance: 0.02 }) } },
    ];
    const { best, rest, chance } = bestHeads(sorted('induction', summaries), 'induction', summaries, 2);
    assert.equal(names(best), '0.0 1.1');
    assert.equal(names(rest), '0.1 1.0 0.2 1.2');
    assert.equal(chance, 0.05);
    const first = bestHeads(sorted('entropy', summaries), 'entropy', summaries, 2);
    assert.equal(names(first.best), '1.1 1.0');
    assert.equal(names(first.rest), '0.2 0.1 0.0 1.2');
    assert.equal(first.chance, undefined);
  });
});

describe('heads by their place', () => {
  it('stand in lines of layers, below names of heads, or the other way round', () => {
    const table = (across: boolean) => {
      const [{ lines, columns }] = headTable(group, across, 3, 'induction', [summary('1.1', undefined, 0.2)]);
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
      headTable(uneven, true)[0].lines.map(({ label }) => label),
      ['0', '1'],
    );
  });

  it('stand in parts below each other where they do not fit beside each other; a label then stands for the whole line', () => {
    const parts = headTable(group, false, 2);
    assert.deepEqual(
      parts.map(({ columns, lines }) => [columns.map(({ label }) => label), lines.map(({ heads }) => names(heads))]),
      [
        [
          ['.0', '.1'],
          ['0.0 0.1', '1.0 1.1'],
        ],
        [['.2'], ['0.2', '1.2']],
      ],
    );
    assert.equal(names(parts[1].lines[0].all!), '0.0 0.1 0.2');
  });
});

describe('keys in the overview', () => {
  const layout = { size: 24, gap: 2, perLine: 3 };
  const unnamed = headTable(group, false).map(table => ({ ...table, columns: [], layout }));
  const keys = (parts: readonly GridPart[]) => (key: string, at: HeadPlace | number) => {
    const next = thumbnailGridKey(key, parts, at);
    return typeof next === 'object' ? names([next]) : next;
  };
  const from = keys(unnamed);

  it('lead to the names of columns and back, where there are any', () => {
    const named = keys(headTable(group, false).map(table => ({ ...table, layout })));
    assert.equal(named('ArrowUp', place('0.1')), ~1);
    assert.equal(named('ArrowRight', ~1), ~2);
    assert.equal(named('ArrowRight', ~2), ~2);
    assert.equal(named('Home', ~2), ~0);
    assert.equal(named('ArrowDown', ~2), '0.2');
    assert.equal(named('ArrowUp', ~2), ~2);
    assert.equal(named('x', ~2), undefined);
    assert.equal(named('ArrowUp', place('1.1')), '0.1');
  });

  it('lead from part to part, over the names of the second', () => {
    const parts = keys(headTable(group, false, 2).map(table => ({ ...table, layout })));
    assert.equal(parts('ArrowDown', place('1.0')), '0.2');
    assert.equal(parts('ArrowUp', place('0.2')), ~2);
    assert.equal(parts('ArrowLeft', ~2), ~1);
    assert.equal(parts('ArrowDown', ~2), '0.2');
    assert.equal(parts('ArrowUp', ~2), '1.0');
  });

  it('lead to what is seen below where that is smaller', () => {
    const heads = sortedHeads(
      group,
      'entropy',
      all.map((head, i) => summary(names([head]), i)),
    )!;
    const sized = keys([
      { columns: [], lines: headLines(heads.slice(0, 2), 'entropy', 2), layout: { ...layout, perLine: 2 } },
      { columns: [], lines: headLines(heads.slice(2), 'entropy', 4, 2), layout: { ...layout, perLine: 4 } },
    ]);
    assert.equal(sized('ArrowDown', place('0.1')), '1.2');
    assert.equal(sized('ArrowUp', place('1.2')), '0.1');
    assert.equal(sized('ArrowUp', place('0.2')), '0.0');
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
