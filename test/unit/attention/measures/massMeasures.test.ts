import assert from 'node:assert/strict';
import type { AttentionMatrix } from '../../../../core/attention/attentionMatrix';
import { prepareMeasures } from '../../../../core/attention/measures/prepareMeasures';
import type { MassId } from '../../../../core/attention/measures/headMeasures';
import { isAboveChance, massOn, rowSquares, type Mass } from '../../../../core/attention/measures/massOn';
import { distanceProfile } from '../../../../core/attention/measures/distanceProfile';
import { textFacts } from '../../../../core/attention/textFacts';
import { looksAt, matrixOf, near, randomHead, tokensOf } from './support/heads';

/** One measure of a head on a text. */
function measured(id: MassId, matrix: AttentionMatrix, ...pieces: string[]): Mass | undefined {
  const { text, tokens } = tokensOf(...pieces);
  const prepared = prepareMeasures(textFacts(text, tokens), matrix);
  const found = prepared.measures.find(({ measure }) => measure.id === id);
  assert.ok(found);
  return massOn(matrix, found.targets, found.measure.ofContent ? distanceProfile(matrix) : undefined);
}

/** Mass and chance from a list of query → keys, summed in the plainest way. */
function expected(
  matrix: AttentionMatrix,
  keys: Readonly<Record<number, readonly number[]>>,
): { mass: number; chance: number; rows: number } {
  const rows = Object.entries(keys).map(([query, of]) => ({
    mass: of.reduce((sum, key) => sum + matrix.data[Number(query) * matrix.keys + key], 0),
    chance: of.length / (matrix.causal ? Number(query) + 1 : matrix.keys),
  }));
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return { mass: mean(rows.map(row => row.mass)), chance: mean(rows.map(row => row.chance)), rows: rows.length };
}

function agrees(id: MassId, matrix: AttentionMatrix, pieces: string[], keys: Record<number, number[]>): void {
  const actual = measured(id, matrix, ...pieces);
  const wanted = expected(matrix, keys);
  assert.equal(actual?.rows, wanted.rows, `${id}: rows`);
  assert.ok(near(actual?.mass, wanted.mass), `${id}: mass ${actual?.mass}, not ${wanted.mass}`);
  assert.ok(near(actual?.chance, wanted.chance), `${id}: chance ${actual?.chance}, not ${wanted.chance}`);
}

const rows = [
  [1, 0, 0, 0],
  [0.5, 0.5, 0, 0],
  [0.2, 0.5, 0.3, 0],
  [0.1, 0.2, 0.6, 0.1],
];
const small = matrixOf(rows);
const full = matrixOf(
  [
    [0.1, 0.2, 0.3, 0.4],
    [0.4, 0.3, 0.2, 0.1],
    [0.25, 0.25, 0.25, 0.25],
    [0, 0.5, 0.5, 0],
  ],
  false,
);

describe('measures of mass', () => {
  it('previous, itself and first token of a causal head, by hand', () => {
    const previous = measured('previous', small, 'a', 'b', 'c', 'd');
    assert.ok(near(previous?.mass, (0.5 + 0.6) / 2));
    assert.ok(near(previous?.chance, (1 / 3 + 1 / 4) / 2));
    assert.equal(previous?.rows, 2);
    assert.ok(near(measured('itself', small, 'a', 'b', 'c', 'd')?.mass, (0.5 + 0.3 + 0.1) / 3));
    assert.ok(near(measured('first', small, 'a', 'b', 'c', 'd')?.mass, (0.5 + 0.2 + 0.1) / 3));
    assert.ok(near(measured('first', small, 'a', 'b', 'c', 'd')?.chance, (1 / 2 + 1 / 3 + 1 / 4) / 3));
  });

  it('the next token: none in causal attention', () => {
    assert.equal(measured('next', small, 'a', 'b', 'c', 'd'), undefined);
    agrees('next', full, ['a', 'b', 'c', 'd'], { 0: [1], 1: [2], 2: [3] });
  });

  for (const causal of [true, false]) {
    const head = randomHead(10, 3, causal);
    const all = (query: number, keys: number[]) => keys.filter(key => !causal || key <= query);
    const only = (keys: Record<number, number[]>) =>
      Object.fromEntries(
        Object.entries(keys)
          .map(([query, of]) => [query, all(Number(query), of)] as const)
          .filter(([, of]) => of.length > 0),
      );

    describe(causal ? 'causal' : 'both ways', () => {
      const text = ['⟨s⟩', 'a', ',', 'b', '\n', 'a', ',', 'c', '.', 'b'];
      it('separators: neither the first token nor the query itself', () => {
        const others = [2, 4, 6, 8];
        agrees(
          'separators',
          head,
          text,
          only({
            0: others,
            1: others,
            2: [4, 6, 8],
            3: others,
            4: [2, 6, 8],
            5: others,
            6: [2, 4, 8],
            7: others,
            8: [2, 4, 6],
            9: others,
          }),
        );
      });

      it('duplicate and induction: earlier places, and what came after them', () => {
        agrees('duplicate', head, text, { 5: [1], 6: [2], 9: [3] });
        agrees('induction', head, text, { 5: [2], 6: [3], 9: [4] });
      });

      it('same line', () => {
        // Causal: the rows of the first line see nothing but their line, the first token and themselves: no choice.
        const second = { 5: [6, 7, 8, 9], 6: [5, 7, 8, 9], 7: [5, 6, 8, 9], 8: [5, 6, 7, 9], 9: [5, 6, 7, 8] };
        agrees(
          'line',
          head,
          text,
          only(causal ? second : { 1: [2, 3, 4], 2: [1, 3, 4], 3: [1, 2, 4], 4: [1, 2, 3], ...second }),
        );
      });

      it('start of the line: the break before it, from the second line on', () => {
        agrees('lineStart', head, text, { 5: [4], 6: [4], 7: [4], 8: [4], 9: [4] });
        const breaks = ['⟨s⟩', 'a', '\n', 'b', '\n', '\n', 'c', 'd', '\n', 'e'];
        agrees('lineStart', head, breaks, { 3: [2], 4: [2], 5: [4], 6: [5], 7: [5], 8: [5], 9: [8] });
      });

      it('same word', () => {
        agrees(
          'word',
          head,
          ['⟨s⟩', 'x', ' re', 'pe', 'at', ' ', 'th', 'is', '!', 'x'],
          only({ 2: [3, 4], 3: [2, 4], 4: [2, 3], 6: [7], 7: [6] }),
        );
      });

      it('matching brackets and quotes', () => {
        agrees(
          'pair',
          head,
          ['⟨s⟩', 'f', '(', '"', 'a', '"', '[', 'b', ']', ')'],
          only({ 2: [9], 3: [5], 5: [3], 6: [8], 8: [6], 9: [2] }),
        );
      });
    });
  }

  it('leaves out the first token where it would count', () => {
    assert.equal(measured('duplicate', looksAt([0, 0, 0]), 'a', 'b', 'a'), undefined);
    agrees('duplicate', randomHead(6, 4), ['a', 'b', 'a', 'c', 'a', 'b'], { 4: [2], 5: [1] });
  });

  it('leaves out the query itself for a token that stands twice in a row', () => {
    agrees('induction', randomHead(6, 5), ['⟨s⟩', 'x', 'a', 'a', 'a', 'b'], { 4: [3] });
  });

  it('does not apply where there is nothing else to look at', () => {
    assert.equal(measured('line', small, '⟨s⟩', 'b', 'c', 'd'), undefined);
    assert.equal(measured('pair', small, 'a', 'b', 'c', 'd'), undefined);
    assert.equal(measured('duplicate', small, 'a', 'b', 'c', 'd'), undefined);
  });

  it('gives exactly chance for a head that looks everywhere alike', () => {
    const n = 12;
    const uniform = matrixOf(
      Array.from({ length: n }, (_, q) => Array.from({ length: n }, (_, k) => (k <= q ? 1 / (q + 1) : 0))),
    );
    const pieces = ['⟨s⟩', 'a', '(', 'b', ',', 'c', ')', '\n', 'a', '(', 'b', ')'];
    for (const id of [
      'previous',
      'itself',
      'first',
      'separators',
      'duplicate',
      'induction',
      'pair',
      'lineStart',
      'line',
    ] as const) {
      const mass = measured(id, uniform, ...pieces);
      assert.ok(mass && near(mass.mass, mass.chance), id);
    }
  });

  it('tells what the head’s distances alone give', () => {
    // The previous token at every row: what lies on the line is what lies before, but at the line's first token.
    const previous = looksAt([0, 0, 1, 2, 3, 4, 5, 6]);
    const line = measured('line', previous, '⟨s⟩', 'a', 'b', '\n', 'c', 'd', 'e', 'f');
    assert.ok(line);
    assert.ok(near(line.mass, 1) && near(line.byDistance, 1));
    // The partner of each bracket, always at another distance: its distances explain little of it.
    const pieces = ['⟨s⟩', '(', 'a', ')', '(', 'a', 'b', ')', '(', 'c', 'd', 'e', ')'];
    const partner = looksAt([0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 8]);
    const pair = measured('pair', partner, ...pieces);
    assert.ok(pair);
    assert.equal(pair.mass, 1);
    assert.ok(near(pair.byDistance, (1 / 10 + 1 / 9 + 1 / 8) / 3), `${pair.byDistance}`);
  });

  it('measures separators and the first token between two sequences, and nothing that needs one', () => {
    const cross = matrixOf(
      [
        [0.5, 0.1, 0.2, 0.2],
        [0.1, 0.2, 0.3, 0.4],
      ],
      false,
      false,
    );
    const { text, tokens } = tokensOf('a', ',', 'b', '.');
    const applied = prepareMeasures(textFacts(text, tokens), cross)
      .measures.filter(({ targets }) => targets.rows > 0)
      .map(({ measure }) => measure.id);
    assert.deepEqual(applied, ['first', 'separators']);
    agrees('first', cross, ['a', ',', 'b', '.'], { 0: [0], 1: [0] });
    agrees('separators', cross, ['a', ',', 'b', '.'], { 0: [1, 3], 1: [1, 3] });
  });

  it('refuses facts of another text', () => {
    const { text, tokens } = tokensOf('a', 'b');
    assert.throws(() => prepareMeasures(textFacts(text, tokens), small), /2 tokens, its attention 4 keys/);
  });
});

describe('what shuffled heads give', () => {
  it('is the 95th percentile of the measure over the same weights on any keys', () => {
    const pieces = Array.from({ length: 24 }, (_, i) => 'ab cd'[i % 5]);
    const { text, tokens } = tokensOf(...pieces);
    const matrix = randomHead(24, 24, true, 5);
    const { measures } = prepareMeasures(textFacts(text, tokens), matrix);
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (const id of ['previous', 'first', 'duplicate', 'induction']) {
      const { targets } = measures.find(({ measure }) => measure.id === id)!;
      const { shuffled = 0, chance } = massOn(matrix, targets, undefined, rowSquares(matrix))!;
      const tries = Array.from({ length: 2000 }, () => {
        const data = matrix.data.slice();
        for (let query = 0; query < 24; query++) {
          for (let key = query; key > 0; key--) {
            const [a, b] = [query * 24 + key, query * 24 + Math.floor(random() * (key + 1))];
            [data[a], data[b]] = [data[b], data[a]];
          }
        }
        return massOn({ ...matrix, data }, targets)!.mass;
      }).sort((a, b) => a - b);
      const found = tries[Math.floor(0.95 * tries.length)];
      assert.ok(shuffled > chance && Math.abs(shuffled - found) < 0.1 * found, `${id}: ${shuffled}, shuffled ${found}`);
    }
  });

  it('a head is above chance where it has more than that, and than its distances give', () => {
    const mass = { mass: 0.3, chance: 0.1, rows: 9, spread: 4 };
    assert.ok(isAboveChance(mass));
    assert.ok(isAboveChance({ ...mass, shuffled: 0.2, byDistance: 0.25 }));
    assert.ok(!isAboveChance({ ...mass, shuffled: 0.35 }));
    assert.ok(!isAboveChance({ ...mass, shuffled: 0.2, byDistance: 0.3 }));
  });
});
